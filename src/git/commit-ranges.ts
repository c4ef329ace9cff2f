/**
 * What lies between the old and the new tips of a push: one `git rev-list` over all of them, read until every range is
 * decided and then ended. Mostly that is at once: where the histories have met in one commit, nothing below differs.
 */
import { CommitGraph } from './commit-graph.ts';
import { GraphReader } from './graph-reader.ts';
import { RangeFinder } from './range-finder.ts';
import { type GitPlace, streamGit } from './stream-git.ts';

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

/** @param pairs tips that are commits of the repository */
export async function findRanges(place: GitPlace, pairs: readonly TipPair[]): Promise<CommitRange[]> {
  if (pairs.length === 0) return [];
  const graph = new CommitGraph(pairs[0]!.new.length / 2);
  const numbered = pairs.map(pair => ({
    old: graph.number(Buffer.from(pair.old, 'hex')),
    new: graph.number(Buffer.from(pair.new, 'hex')),
    want: pair.want,
  }));
  const finder = new RangeFinder(graph, numbered);
  const tips = new Set(pairs.flatMap(pair => [pair.old, pair.new]));
  await read(place, [...tips], graph, finder);
  return finder.ranges.map(range => ({
    total: range!.total,
    removed: range!.removed,
    newest: range!.newest.map(commit => graph.id(commit)),
  }));
}

async function read(place: GitPlace, tips: string[], graph: CommitGraph, finder: RangeFinder): Promise<void> {
  const reader = new GraphReader(graph);
  const args = ['rev-list', '--parents', '--timestamp', '--stdin'];
  let next = Math.max(FIRST_TRY, tips.length * 2);
  for await (const chunk of streamGit(place, args, `${tips.join('\n')}\n`)) {
    if (reader.push(chunk)) break;
    if (graph.read < next) continue;
    if (finder.settle(false)) return;
    next = graph.read * 2;
  }
  finder.settle(true);
}

/** @returns how many commits a tip reaches, itself counted; from a bitmap where the repository has one */
export async function countCommits(place: GitPlace, tip: string): Promise<number> {
  let text = '';
  for await (const chunk of streamGit(
    place,
    ['rev-list', '--count', '--use-bitmap-index', '--stdin'],
    `${tip}\n`,
  )) {
    text += chunk.toString('latin1');
  }
  return Number(text);
}
