/**
 * How much may be read to find out what the commits of one push change. A tree of ten entries of the same tree, twelve
 * levels deep, is fifteen objects and a million million paths.
 */

export interface WalkLimits {
  /** Pairs of directories that are compared in one push, those that are held in memory counted too. */
  trees: number;
  /** Bytes of their tree objects, every time one is looked at. */
  treeBytes: number;
  /** Milliseconds that all of it may take. */
  walkMs: number;
}

export class WalkBudget {
  readonly #limits: WalkLimits;
  readonly #until: number;
  #trees: number;
  #bytes: number;

  constructor(limits: WalkLimits) {
    this.#limits = limits;
    this.#until = performance.now() + limits.walkMs;
    this.#trees = limits.trees;
    this.#bytes = limits.treeBytes;
  }

  /** For one commit half of what is left, so that the others of its push have something left, too. */
  share(): WalkShare {
    return this.#part({ trees: Math.ceil(this.#trees / 2), bytes: Math.ceil(this.#bytes / 2) });
  }

  /** All that is left. */
  whole(): WalkShare {
    return this.#part({ trees: this.#trees, bytes: this.#bytes });
  }

  #part(most: { trees: number; bytes: number }): WalkShare {
    return new WalkShare(most, {
      takeTree: () => (--this.#trees >= 0 ? null : `more than ${this.#limits.trees} directories`),
      takeBytes: bytes => {
        this.#bytes -= bytes;
        return this.#bytes >= 0 ? null : `more than ${this.#limits.treeBytes} bytes of directories`;
      },
      late: () =>
        performance.now() > this.#until ? `more than the ${this.#limits.walkMs / 1000} s allowed` : null,
    });
  }
}

interface Push {
  takeTree(): string | null;
  takeBytes(bytes: number): string | null;
  late(): string | null;
}

export class WalkShare {
  /** What has run out, as the object of "would need". */
  spent: string | null = null;
  /** Nothing more is looked at. */
  #over = false;
  readonly #push: Push;
  readonly #most: { trees: number; bytes: number };
  #trees: number;
  #bytes: number;

  constructor(most: { trees: number; bytes: number }, push: Push) {
    this.#most = most;
    this.#trees = most.trees;
    this.#bytes = most.bytes;
    this.#push = push;
  }

  /** Says whether there is enough left for one more directory. What was counted already may still be compared. */
  takeTree(): boolean {
    if (this.#trees <= 0) this.spent ??= `more than ${this.#most.trees} directories`;
    else {
      this.#trees--;
      const spent = this.#push.takeTree();
      if (spent === null) return true;
      this.spent ??= spent;
    }
    return false;
  }

  /** Says whether there is enough left to look at so many bytes. */
  takeBytes(bytes: number): boolean {
    this.#bytes -= bytes;
    const own = this.#bytes < 0 ? `more than ${this.#most.bytes} bytes of directories` : null;
    return this.#goesOn(this.#push.takeBytes(bytes) ?? own);
  }

  /** Says whether there is time left, and something to spend. */
  inTime(): boolean {
    return this.#goesOn(this.#push.late());
  }

  #goesOn(spent: string | null): boolean {
    if (spent !== null) this.#over = true;
    this.spent ??= spent;
    return !this.#over;
  }
}
