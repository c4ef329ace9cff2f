/**
 * The part of a history that a push touches, as numbers: 100,000 commits as objects and strings would cost a hundred
 * megabytes, in typed arrays it is eight. A commit is known from the moment it is mentioned, and read when its own
 * line has come; the others wait.
 */
export class CommitGraph {
  /** Known commits; they are numbered from 0 in the order they were mentioned. */
  size = 0;
  /** Commits that were read, in that order; the first `read` are in use. */
  order = new Int32Array(1024);
  read = 0;
  /** True when a commit came after one of its parents: the order of reading is no topological order then. */
  outOfOrder = false;
  /** True when a commit without parents was read: a root, or the edge of a shallow repository. */
  rootRead = false;

  readonly #idBytes: number;
  #ids: Uint8Array;
  /** Open addressing by the first four bytes of the id, which are random already; holds number + 1. */
  #slots = new Int32Array(4096);
  #dates = new Float64Array(1024);
  /** Where the list of a commit's parents begins, led by their count; -1 while it waits. */
  #parentsAt = new Int32Array(1024).fill(-1);
  #parents = new Int32Array(2048);
  #used = 0;

  /** @param idBytes 20 or 32 */
  constructor(idBytes: number) {
    this.#idBytes = idBytes;
    this.#ids = new Uint8Array(1024 * idBytes);
  }

  /** @param bytes holds the id at its start; @returns the number of this commit, a new one if it was not known */
  number(bytes: Uint8Array): number {
    const width = this.#idBytes;
    const mask = this.#slots.length - 1;
    let slot = (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) & mask;
    for (;;) {
      const number = this.#slots[slot]! - 1;
      if (number === -1) break;
      let same = 0;
      for (const from = number * width; same < width && this.#ids[from + same] === bytes[same]; ) same++;
      if (same === width) return number;
      slot = (slot + 1) & mask;
    }
    const number = this.size++;
    if (number >= this.#dates.length) this.#grow();
    this.#ids.set(width === bytes.length ? bytes : bytes.subarray(0, width), number * width);
    this.#slots[slot] = number + 1;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  /** Begins the entry of a commit; its parents follow by `addParent`. */
  begin(commit: number, seconds: number): void {
    this.order[this.read++] = commit;
    this.#dates[commit] = seconds;
    this.#parentsAt[commit] = this.#used;
    this.#append(0);
  }

  addParent(commit: number, parent: number): void {
    this.#parents[this.#parentsAt[commit]!]!++;
    this.#append(parent);
    if (this.isRead(parent)) this.outOfOrder = true;
  }

  end(commit: number): void {
    if (this.parentCount(commit) === 0) this.rootRead = true;
  }

  /** Known commits that were not read yet. */
  get waiting(): number {
    return this.size - this.read;
  }

  isRead(commit: number): boolean {
    return this.#parentsAt[commit]! >= 0;
  }

  /** Committer time in seconds, of a commit that was read. */
  date(commit: number): number {
    return this.#dates[commit]!;
  }

  parentCount(commit: number): number {
    const at = this.#parentsAt[commit]!;
    return at < 0 ? 0 : this.#parents[at]!;
  }

  parent(commit: number, index: number): number {
    return this.#parents[this.#parentsAt[commit]! + 1 + index]!;
  }

  /** Of a commit that was read. */
  parents(commit: number): Int32Array {
    const at = this.#parentsAt[commit]! + 1;
    return this.#parents.subarray(at, at + this.parentCount(commit));
  }

  id(commit: number): string {
    return Buffer.from(this.#ids.buffer, commit * this.#idBytes, this.#idBytes).toString('hex');
  }

  /** The commits that were read, each before its parents. */
  topologicalOrder(): Int32Array {
    const order = this.order.subarray(0, this.read);
    if (!this.outOfOrder) return order;
    const children = new Int32Array(this.size);
    for (const commit of order) {
      for (let i = this.parentCount(commit) - 1; i >= 0; i--) children[this.parent(commit, i)]!++;
    }
    const sorted = new Int32Array(this.read);
    let filled = 0;
    for (const commit of order) if (children[commit] === 0) sorted[filled++] = commit;
    for (let next = 0; next < filled; next++) {
      const commit = sorted[next]!;
      for (let i = this.parentCount(commit) - 1; i >= 0; i--) {
        const parent = this.parent(commit, i);
        if (--children[parent]! === 0 && this.isRead(parent)) sorted[filled++] = parent;
      }
    }
    return sorted;
  }

  #append(value: number): void {
    if (this.#used === this.#parents.length)
      this.#parents = larger(this.#parents, new Int32Array(this.#used * 2));
    this.#parents[this.#used++] = value;
  }

  #grow(): void {
    const length = this.#dates.length * 2;
    this.#dates = larger(this.#dates, new Float64Array(length));
    this.#parentsAt = larger(this.#parentsAt, new Int32Array(length).fill(-1));
    this.order = larger(this.order, new Int32Array(length));
    this.#ids = larger(this.#ids, new Uint8Array(length * this.#idBytes));
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      const from = number * this.#idBytes;
      const ids = this.#ids;
      let slot =
        (ids[from]! | (ids[from + 1]! << 8) | (ids[from + 2]! << 16) | (ids[from + 3]! << 24)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function larger<T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
