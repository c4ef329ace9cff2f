/**
 * Keeps count of what the events of a push contain together. Thousands of refs may stand at one commit with a megabyte of
 * message, and every event contains it in full.
 */
import type { DescribedCommit } from './commit-details.ts';

/** What a commit costs beside its texts: ids, names, dates, links. */
const FRAME = 600;
/** Kept of a message when there is no more room: a subject. */
const START = 256;

export interface EventCommits {
  head: DescribedCommit | undefined;
  listed: DescribedCommit[];
}

export class EventsBudget {
  #left: number;
  readonly #costs = new Map<DescribedCommit, number>();
  readonly #short = new Map<DescribedCommit, DescribedCommit>();

  /** @param bytes of all events together */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** What one event contains: all of it, or when there is no more room, of its newest commit the beginning. */
  take(head: DescribedCommit | undefined, listed: DescribedCommit[]): EventCommits {
    const cost = [head, ...listed].reduce((sum, one) => sum + (one === undefined ? 0 : this.#cost(one)), 0);
    if (cost <= this.#left) {
      this.#left -= cost;
      return { head, listed };
    }
    return {
      head: head && this.#shortened(head),
      listed: listed.slice(0, 1).map(one => this.#shortened(one)),
    };
  }

  /** A text beside the commits of one event: all of it, or when there is no more room its beginning. */
  takeText(text: string): string {
    return this.takeBytes(text.length) ? text : text.slice(0, START).toWellFormed();
  }

  /** Says whether there is room for so many more, and takes it. */
  takeBytes(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  #cost(one: DescribedCommit): number {
    let cost = this.#costs.get(one);
    if (cost === undefined) {
      const { message, added, removed, modified } = one.commit;
      cost = FRAME + message.length;
      for (const paths of [added, removed, modified]) for (const path of paths) cost += path.length;
      this.#costs.set(one, cost);
    }
    return cost;
  }

  #shortened(one: DescribedCommit): DescribedCommit {
    const { commit } = one;
    const known = this.#short.get(one);
    if (known !== undefined) return known;
    const paths = commit.added.length + commit.removed.length + commit.modified.length;
    const short = commit.message.length <= START && paths === 0 ? one : shorten(one, paths);
    this.#short.set(one, short);
    return short;
  }
}

function shorten({ commit, cut, incomplete }: DescribedCommit, paths: number): DescribedCommit {
  const message = commit.message.slice(0, START).toWellFormed();
  const note = `Commit ${commit.id.slice(0, 12)}: the push is too large for its ${paths} changed paths and more than ${START} characters of its message.`;
  return {
    commit: { ...commit, message, added: [], removed: [], modified: [] },
    cut: [...cut, note],
    incomplete,
  };
}
