/** The first commits of a range as `git log` shows them: by committer date, equal dates as they were reached. */
import type { CommitGraph } from './commit-graph.ts';

/** @param belongs whether a commit is in the range; the tip has to be */
export function newestFirst(
  graph: CommitGraph,
  tip: number,
  most: number,
  belongs: (commit: number) => boolean,
): number[] {
  const list: number[] = [];
  const heap = new Heap(graph);
  const seen = new Set([tip]);
  heap.push(tip);
  while (list.length < most && heap.size > 0) {
    const commit = heap.pop();
    list.push(commit);
    const count = graph.parentCount(commit);
    for (let i = 0; i < count; i++) {
      const parent = graph.parent(commit, i);
      if (seen.has(parent) || !belongs(parent)) continue;
      seen.add(parent);
      heap.push(parent);
    }
  }
  return list;
}

/** Newest date on top; among equal dates, first in, first out. */
class Heap {
  readonly #graph: CommitGraph;
  readonly #entries: { commit: number; turn: number }[] = [];
  #turn = 0;

  constructor(graph: CommitGraph) {
    this.#graph = graph;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(commit: number): void {
    const entries = this.#entries;
    const entry = { commit, turn: this.#turn++ };
    let at = entries.push(entry) - 1;
    for (let up = (at - 1) >> 1; at > 0 && this.#before(entry, entries[up]!); up = (at - 1) >> 1) {
      entries[at] = entries[up]!;
      at = up;
    }
    entries[at] = entry;
  }

  pop(): number {
    const entries = this.#entries;
    const top = entries[0]!;
    const last = entries.pop()!;
    if (entries.length === 0) return top.commit;
    let at = 0;
    for (;;) {
      let down = at * 2 + 1;
      if (down >= entries.length) break;
      if (down + 1 < entries.length && this.#before(entries[down + 1]!, entries[down]!)) down++;
      if (!this.#before(entries[down]!, last)) break;
      entries[at] = entries[down]!;
      at = down;
    }
    entries[at] = last;
    return top.commit;
  }

  #before(a: { commit: number; turn: number }, b: { commit: number; turn: number }): boolean {
    const difference = this.#graph.date(a.commit) - this.#graph.date(b.commit);
    return difference === 0 ? a.turn < b.turn : difference > 0;
  }
}
