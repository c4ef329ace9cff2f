/**
 * What lies between the old and the new tips of a push: one `git rev-list` over all of them, read until every range is
 * decided and then ended. Mostly that is at once: where the histories have met in one commit, nothing below differs.
 */
import { CommitGraph } from './commit-graph.ts';
import type { GitOptions, GitPlace } from './git-process.ts';
import { GraphReader } from './graph-reader.ts';
import type { Patience } from './patience.ts';
import { RangeFinder } from './range-finder.ts';
import { mustGit, streamGit } from './run-git.ts';

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

/** How many commits are read before a first try to decide; twice as many before each further one. */
const FIRST_TRY = 1024;

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

/** Those that are null were not decided when the error came. */
async function find(
  place: GitPlace,
  pairs: readonly TipPair[],
  options: GitOptions,
): Promise<{ ranges: (CommitRange | null)[]; error: Error | null }> {
  if (pairs.length === 0) return { ranges: [], error: null };
  const graph = new CommitGraph(pairs[0]!.new.length / 2);
  const numbered = pairs.map(pair => ({
    old: graph.number(Buffer.from(pair.old, 'hex')),
    new: graph.number(Buffer.from(pair.new, 'hex')),
    want: pair.want,
  }));
  const finder = new RangeFinder(graph, numbered);
  const tips = new Set(pairs.flatMap(pair => [pair.old, pair.new]));
  const error = await read(place, [...tips], { graph, finder, options }).then(
    () => null,
    (error: Error) => error,
  );
  // What was read before that may have decided some.
  if (error !== null) finder.settle(false);
  const ranges = finder.ranges.map(
    range => range && { ...range, newest: range.newest.map(commit => graph.id(commit)) },
  );
  return { ranges, error };
}

async function read(
  place: GitPlace,
  tips: string[],
  { graph, finder, options }: { graph: CommitGraph; finder: RangeFinder; options: GitOptions },
): Promise<void> {
  const reader = new GraphReader(graph);
  const args = ['rev-list', '--parents', '--timestamp', '--stdin'];
  let next = Math.max(FIRST_TRY, tips.length * 2);
  for await (const chunk of streamGit(place, args, `${tips.join('\n')}\n`, options)) {
    if (reader.push(chunk)) break;
    if (graph.read < next) continue;
    if (finder.settle(false)) return;
    next = graph.read * 2;
  }
  finder.settle(true);
}

/** @returns how many commits a tip reaches, itself counted; from a bitmap where the repository has one */
export async function countCommits(place: GitPlace, tip: string, options: GitOptions = {}): Promise<number> {
  return Number(
    await mustGit(place, ['rev-list', '--count', '--use-bitmap-index', '--stdin'], `${tip}\n`, options),
  );
}
