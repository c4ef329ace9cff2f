/**
 * What lies between the old and the new tips of a push: one `git rev-list` over all of them, read until every range is
 * decided and then ended. Mostly that is at once: where the histories have met in one commit, nothing below differs.
 */
import type { CommitGraph } from './commit-graph.ts';
import type { GitOptions, GitPlace } from './git-process.ts';
import type { Patience } from './patience.ts';
import { type Pair, type Range, RangeFinder } from './range-finder.ts';
import { mustGit } from './run-git.ts';
import { walk } from './walk-history.ts';

export interface TipPair {
  old: string;
  new: string;
  /** How many commits of the range are to be listed. */
  want: number;
}

export interface CommitRange {
  total: number;
  removed: number;
  /** Ids, newest first. */
  newest: string[];
}

/** @param pairs tips that are commits of the repository @throws BelfryError `git` */
export async function findRanges(
  place: GitPlace,
  pairs: readonly TipPair[],
  options: GitOptions = {},
): Promise<CommitRange[]> {
  const { ranges, error } = await find(place, pairs, options);
  return ranges.map(range => {
    if (range === null) throw error;
    return range;
  });
}

/**
 * The same, where a history that cannot be read costs only the pairs that it belongs to.
 * @param patience how long one pair after the other may be tried then
 */
export async function findEachRange(
  place: GitPlace,
  pairs: readonly TipPair[],
  patience: Patience,
): Promise<(CommitRange | Error)[]> {
  const { ranges, error } = await find(place, pairs, {});
  const found: (CommitRange | Error)[] = [];
  for (const [index, range] of ranges.entries())
    found.push(
      range ??
        (await patience.attempt(error!, ms =>
          findRanges(place, [pairs[index]!], { ms }).then(([one]) => one!),
        )),
    );
  return found;
}

/** Finds ranges in what was read once; null: it does not tell this one. */
export type RangesInGraph = (pairs: readonly TipPair[]) => (CommitRange | null)[];

/**
 * Reads as much of the history as decides these pairs, once, for questions about some of them after the other.
 * @returns null when it cannot be read
 */
export async function readHistory(place: GitPlace, pairs: readonly TipPair[]): Promise<RangesInGraph | null> {
  const several = pairs.map(pair => ({ old: [pair.old], new: pair.new, want: 0 }));
  const { graph, error, complete } = await walk(place, several, { flags: ['--ignore-missing'] });
  if (error !== null) return null;
  const number = (id: string) => graph.number(Buffer.from(id, 'hex'));
  return wanted => {
    const numbered = wanted.map(({ old, new: tip, want }) => ({
      old: [number(old)],
      new: number(tip),
      want,
    }));
    const isRead = (pair: Pair) => [...pair.old, pair.new].every(tip => graph.isRead(tip));
    const finder = new RangeFinder(graph, numbered.filter(isRead));
    finder.settle(complete);
    const found = finder.ranges.values();
    return numbered.map(pair => (isRead(pair) ? named(graph, found.next().value ?? null) : null));
  };
}

async function find(place: GitPlace, pairs: readonly TipPair[], options: GitOptions) {
  const several = pairs.map(pair => ({ ...pair, old: [pair.old] }));
  const { graph, ranges, error } = await walk(place, several, { options });
  return { ranges: ranges.map(range => named(graph, range)), error };
}

function named(graph: CommitGraph, range: Range | null): CommitRange | null {
  return range && { ...range, newest: range.newest.map(commit => graph.id(commit)) };
}

/** @returns how many commits a tip reaches, itself counted; from a bitmap where the repository has one */
export async function countCommits(place: GitPlace, tip: string, options: GitOptions = {}): Promise<number> {
  return Number(
    await mustGit(place, ['rev-list', '--count', '--use-bitmap-index', '--stdin'], `${tip}\n`, options),
  );
}
