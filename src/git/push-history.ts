/**
 * The history behind a push of very many refs, which is described in parts: read once for all of them. Each part by itself
 * would walk from the newest of its tips to the oldest, and that is most of the history when the tips are spread over it.
 */
import { isZeroId, type RefUpdate } from '../model/change.ts';
import { countCommits, type RangesInGraph, readHistory, type TipPair } from './commit-ranges.ts';
import type { GitPlace } from './git-process.ts';

export interface KnownHistory {
  ranges: RangesInGraph;
  /** A tip whose commits were counted: the others are counted by how they differ from it. */
  counted: { head: string; total: number } | null;
}

const BRANCHES = 'refs/heads/';

export class PushHistory {
  readonly #updates: readonly RefUpdate[];
  #read: Promise<KnownHistory | null> | null = null;
  #isKept = false;

  /** @param updates all of the parts' */
  constructor(updates: readonly RefUpdate[]) {
    this.#updates = updates.filter(one => one.ref.startsWith(BRANCHES) && !isZeroId(one.new));
  }

  /** A part is about to be read: what nobody has vouched for is read again. */
  again(): void {
    if (!this.#isKept) this.#read = null;
  }

  /** What was read may be used. */
  keep(): void {
    this.#isKept = this.#read !== null;
  }

  /** Null: each part has to read its own. */
  read(place: GitPlace): Promise<KnownHistory | null> {
    this.#read ??= this.#readAll(place).catch(() => null);
    return this.#read;
  }

  async #readAll(place: GitPlace): Promise<KnownHistory | null> {
    const first = this.#updates.find(({ old }) => isZeroId(old))?.new ?? null;
    const pairs = this.#updates.flatMap(({ old, new: tip }): TipPair[] => {
      const from = isZeroId(old) ? first! : old;
      return from === tip ? [] : [{ old: from, new: tip, want: 0 }];
    });
    if (pairs.length === 0) return null;
    const [ranges, total] = await Promise.all([
      readHistory(place, pairs),
      first === null ? null : countCommits(place, first).catch(() => null),
    ]);
    if (ranges === null) return null;
    return { ranges, counted: first === null || total === null ? null : { head: first, total } };
  }
}
