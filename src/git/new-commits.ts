/** The commits that a push brought to a branch, and which of the branch's own commits brought each of them. */
import type { CommitGraph } from './commit-graph.ts';
import type { GitPlace } from './git-process.ts';
import { walk } from './walk-history.ts';

export interface NewCommits {
  /** Newest first. */
  ids: string[];
  /** Those with fewer than two parents. */
  plain: string[];
  /**
   * By commit: which one of the branch's first parents brought it, that is the merge commit, or itself after a
   * fast-forward.
   */
  broughtBy: Map<string, string>;
}

/**
 * The commits that a push brought to a branch.
 * @param known commits whose histories were there before; those that are gone by now do not matter
 * @throws BelfryError `git`
 */
export async function newCommits(
  place: GitPlace,
  tip: string,
  known: readonly string[],
): Promise<NewCommits> {
  const pair = { old: [...new Set(known)], new: tip, want: Number.POSITIVE_INFINITY };
  const { graph, ranges, error } = await walk(place, [pair], { flags: ['--ignore-missing'] });
  const found = ranges[0]?.newest;
  if (found === undefined) throw error;
  const id = (commit: number) => graph.id(commit);
  const bringers = broughtBy(graph, found);
  return {
    ids: found.map(id),
    plain: found.filter(commit => graph.parentCount(commit) < 2).map(id),
    broughtBy: new Map([...bringers].map(([commit, bringer]) => [id(commit), id(bringer)])),
  };
}

/** From the oldest of the branch's own commits up: whatever one of them is the first to reach, it has brought. */
function broughtBy(graph: CommitGraph, found: readonly number[]): Map<number, number> {
  const left = new Set(found);
  const line: number[] = [];
  for (let own = found[0]; own !== undefined && left.has(own); own = graph.parents(own)[0]) line.push(own);
  const bringers = new Map<number, number>();
  for (const bringer of line.reverse()) {
    const ahead = [bringer];
    for (let commit = ahead.pop(); commit !== undefined; commit = ahead.pop()) {
      if (!left.delete(commit)) continue;
      bringers.set(commit, bringer);
      ahead.push(...graph.parents(commit));
    }
  }
  return bringers;
}
