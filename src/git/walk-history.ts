/** One `git rev-list` over all tips, into a graph, until every range between them is decided; then it is ended. */
import { CommitGraph } from './commit-graph.ts';
import { gitError } from './git-error.ts';
import type { GitOptions, GitPlace } from './git-process.ts';
import { GraphReader } from './graph-reader.ts';
import { type Range, RangeFinder } from './range-finder.ts';
import { streamGit } from './run-git.ts';

/** How many commits are read before a first try to decide; twice as many before each further one. */
const FIRST_TRY = 1024;

export interface Walked {
  graph: CommitGraph;
  /** Those that are null were not decided when the error came. */
  ranges: (Range | null)[];
  error: Error | null;
  /** What was not read cannot matter to any tips. */
  complete: boolean;
}

interface WalkOptions {
  flags?: string[];
  options?: GitOptions;
  /** So many commits are read, at most twice as many. */
  most?: number;
}

/** Between tips, of which a pair may have many old ones. */
export async function walk(
  place: GitPlace,
  pairs: readonly { old: readonly string[]; new: string; want: number; newOnly?: boolean }[],
  { flags = [], options = {}, most = Number.POSITIVE_INFINITY }: WalkOptions,
): Promise<Walked> {
  const graph = new CommitGraph((pairs[0]?.new.length ?? 0) / 2);
  const number = (id: string) => graph.number(Buffer.from(id, 'hex'));
  // Many pairs may share one list of many old tips.
  const lists = new Map<readonly string[], number[]>();
  const numbered = pairs.map(pair => {
    const old = lists.get(pair.old) ?? pair.old.map(number);
    lists.set(pair.old, old);
    return { ...pair, old, new: number(pair.new) };
  });
  const finder = new RangeFinder(graph, numbered);
  if (pairs.length === 0) return { graph, ranges: [], error: null, complete: true };
  const tips = new Set([...[...lists.keys()].flat(), ...pairs.map(pair => pair.new)]);
  const read = await readInto(place, [...tips], { graph, finder, flags, options, most }).catch(
    (error: Error) => error,
  );
  const [complete, error] = read instanceof Error ? [false, read] : [read, null];
  // What was read before that may have decided some.
  if (error !== null) finder.settle(false);
  return { graph, ranges: finder.ranges, error, complete };
}

/** Gives whether nothing that is still unread can matter to any of the tips. */
async function readInto(
  place: GitPlace,
  tips: string[],
  {
    graph,
    finder,
    flags,
    options,
    most,
  }: { graph: CommitGraph; finder: RangeFinder } & Required<WalkOptions>,
): Promise<boolean> {
  const reader = new GraphReader(graph, finder.readsAll);
  const args = ['rev-list', '--parents', '--timestamp', ...flags, '--stdin'];
  let next = Math.max(FIRST_TRY, tips.length * 2);
  for await (const chunk of streamGit(place, args, `${tips.join('\n')}\n`, options)) {
    if (reader.push(chunk)) break;
    if (graph.read < next) continue;
    if (finder.settle(false)) return false;
    if (graph.read > most)
      throw gitError('rev-list', place.repository, `more than ${most} commits to look at`);
    next = graph.read * 2;
  }
  finder.settle(true);
  return true;
}
