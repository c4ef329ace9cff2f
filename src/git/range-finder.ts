/**
 * Which commits an update brought to its ref, and which it took away, for any number of updates at once, from the graph
 * alone. Each tip colours what it reaches, children before parents; 32 updates share a walk, one bit of a number each.
 * The sets are exact: a walk ends only when no commit with one colour waits, not when the dates say so, as git's does.
 */
import type { CommitGraph } from './commit-graph.ts';
import { newestFirst } from './newest-first.ts';

/** Tips, as numbers in the graph. */
export interface Pair {
  old: readonly number[];
  new: number;
  /** How many commits of the range are to be listed. */
  want: number;
  /** What was taken away is not asked for, and given as 0: the old histories are followed only where they matter. */
  newOnly?: boolean;
}

export interface Range {
  /** Commits reachable from the new tip and from no old one. */
  total: number;
  /** Commits reachable from an old tip and not from the new one. */
  removed: number;
  /** The first of the new ones, newest first. */
  newest: number[];
}

/**
 * Reading stops before the end of the history once this many commits have brought nothing new. Only then can a commit
 * still be missing that carries one colour to commits already read: one whose clock was far behind. git waits for 5.
 */
const SLOP = 1000;

export class RangeFinder {
  readonly ranges: (Range | null)[];
  readonly #graph: CommitGraph;
  readonly #pairs: readonly Pair[];

  constructor(graph: CommitGraph, pairs: readonly Pair[]) {
    this.#graph = graph;
    this.#pairs = pairs;
    this.ranges = pairs.map(() => null);
  }

  /** Some tip is compared with none: what all tips reach is new, too. */
  get readsAll(): boolean {
    return this.#pairs.some(pair => pair.old.length === 0);
  }

  /**
   * Finds the ranges that what was read so far decides.
   * @param complete nothing that is still unread can matter
   * @returns true when all are found
   */
  settle(complete: boolean): boolean {
    const order = this.#graph.topologicalOrder();
    const places = new Int32Array(this.#graph.size).fill(order.length);
    for (const [place, commit] of order.entries()) places[commit] = place;
    const firstOld = new Map<readonly number[], number>();
    for (const { old } of this.#pairs) {
      if (firstOld.has(old)) continue;
      firstOld.set(
        old,
        old.reduce((least, tip) => Math.min(least, places[tip]!), order.length),
      );
    }
    const first = this.#pairs.map(pair => Math.min(places[pair.new]!, firstOld.get(pair.old)!));
    const open = [...this.#pairs.keys()]
      .filter(index => this.ranges[index] === null)
      .sort((a, b) => first[a]! - first[b]!);
    const walk = new Walk(this.#graph, order);
    let settled = true;
    for (let at = 0; at < open.length; at += 32) {
      const batch = open.slice(at, at + 32);
      const pairs = batch.map(index => this.#pairs[index]!);
      const end = walk.run(pairs, first[batch[0]!]!);
      if (!complete && (end === null || order.length - end < SLOP)) settled = false;
      else for (const [bit, index] of batch.entries()) this.ranges[index] = walk.range(pairs[bit]!, bit);
    }
    return settled;
  }
}

class Walk {
  readonly #graph: CommitGraph;
  readonly #order: Int32Array;
  /** By commit: the updates whose new tip, and an old tip of which, reaches it. */
  readonly #from: Int32Array;
  readonly #without: Int32Array;
  readonly #totals = new Float64Array(32);
  readonly #removed = new Float64Array(32);
  /** Updates of which only the new commits are asked for. */
  #newOnly = 0;
  /** Commits that wait and have one colour only, as far as that matters. */
  #uneven = 0;

  constructor(graph: CommitGraph, order: Int32Array) {
    this.#graph = graph;
    this.#order = order;
    this.#from = new Int32Array(graph.size);
    this.#without = new Int32Array(graph.size);
  }

  /** @returns the place of the last commit that made a difference; null when more would have to be read */
  run(pairs: readonly Pair[], start: number): number | null {
    const graph = this.#graph;
    this.#from.fill(0);
    this.#without.fill(0);
    this.#totals.fill(0);
    this.#removed.fill(0);
    this.#uneven = 0;
    this.#newOnly = 0;
    const olds = new Map<readonly number[], number>();
    for (const [bit, pair] of pairs.entries()) {
      if (pair.newOnly) this.#newOnly |= 1 << bit;
      olds.set(pair.old, (olds.get(pair.old) ?? 0) | (1 << bit));
    }
    for (const [bit, pair] of pairs.entries()) this.#paint(pair.new, 1 << bit, 0);
    for (const [tips, bits] of olds) for (const tip of tips) this.#paint(tip, 0, bits);
    const added = new Tally(this.#totals);
    const lost = new Tally(this.#removed);
    let last = start;
    for (let place = start; place < this.#order.length && this.#uneven > 0; place++) {
      const commit = this.#order[place]!;
      const from = this.#from[commit]!;
      const without = this.#without[commit]!;
      if (this.#isUneven(from, without)) {
        this.#uneven--;
        last = place;
        added.count(from & ~without);
        lost.count(without & ~from);
      } else if (from === 0 && without === 0) continue;
      for (let i = graph.parentCount(commit) - 1; i >= 0; i--)
        this.#paint(graph.parent(commit, i), from, without);
    }
    added.flush();
    lost.flush();
    return this.#uneven === 0 ? last : null;
  }

  range(pair: Pair, bit: number): Range {
    const has = (colours: Int32Array, commit: number) => ((colours[commit]! >>> bit) & 1) === 1;
    const belongs = (commit: number) =>
      this.#graph.isRead(commit) && has(this.#from, commit) && !has(this.#without, commit);
    const newest =
      pair.want > 0 && belongs(pair.new) ? newestFirst(this.#graph, pair.new, pair.want, belongs) : [];
    return { total: this.#totals[bit]!, removed: pair.newOnly ? 0 : this.#removed[bit]!, newest };
  }

  #paint(commit: number, from: number, without: number): void {
    const oldFrom = this.#from[commit]!;
    const oldWithout = this.#without[commit]!;
    const newFrom = oldFrom | from;
    const newWithout = oldWithout | without;
    this.#from[commit] = newFrom;
    this.#without[commit] = newWithout;
    this.#uneven += Number(this.#isUneven(newFrom, newWithout)) - Number(this.#isUneven(oldFrom, oldWithout));
  }

  #isUneven(from: number, without: number): boolean {
    return ((from ^ without) & ~(without & this.#newOnly)) !== 0;
  }
}

/** Counts commits by bit. Neighbours mostly have the same bits, so that runs are counted and not commits. */
class Tally {
  readonly #sums: Float64Array;
  #bits = 0;
  #run = 0;

  constructor(sums: Float64Array) {
    this.#sums = sums;
  }

  count(bits: number): void {
    if (bits !== this.#bits) {
      this.flush();
      this.#bits = bits;
    }
    this.#run++;
  }

  flush(): void {
    for (let left = this.#bits; left !== 0; left &= left - 1)
      this.#sums[31 - Math.clz32(left & -left)]! += this.#run;
    this.#run = 0;
  }
}
