/** The order in which people expect commits: that of `git log`. */
import TinyQueue from 'tinyqueue';
import type { CommitGraph } from './commit-graph.ts';

/**
 * The first commits of a range as `git log` shows them: by committer date, equal dates as they were reached.
 * @param belongs whether a commit is in the range; the tip has to be
 */
export function newestFirst(
  graph: CommitGraph,
  tip: number,
  most: number,
  belongs: (commit: number) => boolean,
): number[] {
  const list: number[] = [];
  const ahead = new TinyQueue<{ commit: number; turn: number }>(
    [],
    (a, b) => graph.date(b.commit) - graph.date(a.commit) || a.turn - b.turn,
  );
  const seen = new Set([tip]);
  ahead.push({ commit: tip, turn: 0 });
  while (list.length < most && ahead.length > 0) {
    const { commit } = ahead.pop()!;
    list.push(commit);
    const count = graph.parentCount(commit);
    for (let i = 0; i < count; i++) {
      const parent = graph.parent(commit, i);
      if (seen.has(parent) || !belongs(parent)) continue;
      ahead.push({ commit: parent, turn: seen.size });
      seen.add(parent);
    }
  }
  return list;
}
