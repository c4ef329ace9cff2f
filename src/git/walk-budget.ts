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
      take: (trees, bytes) => {
        this.#trees -= trees;
        this.#bytes -= bytes;
        if (this.#trees < 0) return `more than ${this.#limits.trees} directories`;
        return this.#bytes < 0 ? `more than ${this.#limits.treeBytes} bytes of directories` : null;
      },
      late: () =>
        performance.now() > this.#until ? `more than the ${this.#limits.walkMs / 1000} s allowed` : null,
    });
  }
}

export class WalkShare {
  /** What has run out, as the object of "would need". */
  spent: string | null = null;
  readonly #push: {
    take(trees: number, bytes: number): string | null;
    late(): string | null;
  };
  readonly #trees: number;
  readonly #bytes: number;
  #usedTrees = 0;
  #usedBytes = 0;

  constructor(
    { trees, bytes }: { trees: number; bytes: number },
    push: { take(trees: number, bytes: number): string | null; late(): string | null },
  ) {
    this.#trees = trees;
    this.#bytes = bytes;
    this.#push = push;
  }

  /** Says whether there is enough left for it. */
  take(trees: number, bytes: number): boolean {
    this.#usedTrees += trees;
    this.#usedBytes += bytes;
    this.spent ??= this.#push.take(trees, bytes);
    if (this.#usedTrees > this.#trees) this.spent ??= `more than ${this.#trees} directories`;
    if (this.#usedBytes > this.#bytes) this.spent ??= `more than ${this.#bytes} bytes of directories`;
    return this.spent === null;
  }

  /** Says whether there is time left. */
  inTime(): boolean {
    this.spent ??= this.#push.late();
    return this.spent === null;
  }
}
