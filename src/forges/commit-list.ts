/** Which commits a push tells a forge's receivers, and with which paths: never without one that has changed. */
import type { EventContent } from '../gitee/event.ts';
import type { GiteeCommit, PushFacts } from '../gitee/push.ts';

export type PushContent = Extract<EventContent, { name: 'push' | 'tag_push' }>;

export interface CommitList {
  /** Newest first. */
  commits: GiteeCommit[];
  /** How many there are, also of those that are not listed. */
  total: number;
}

/** Of a branch; a tag and a deleted branch have none. What a new branch brought is known where `fresh` is. */
export function commitList({ name, data, facts }: PushContent): CommitList {
  if (name === 'tag_push' || data.deleted) return { commits: [], total: 0 };
  const { commits, total } =
    data.commits === null
      ? (facts.fresh ?? { commits: [], total: 0 })
      : { commits: data.commits, total: data.total_commits_count ?? data.commits.length };
  return { commits: withAllPaths(commits, total, facts), total };
}

/**
 * When commits or paths were left out, the oldest commit that is listed gets the other paths as well. Where even that is not
 * known, no commit has any: most receivers take an empty list for "everything", and half a list for all there is.
 */
function withAllPaths(commits: GiteeCommit[], total: number, { rest, cut }: PushFacts): GiteeCommit[] {
  const complete = total <= commits.length && cut.length === 0;
  const oldest = commits.at(-1);
  if (oldest === undefined || (complete && rest === undefined)) return commits;
  if (rest === undefined) return commits.map(commit => ({ ...commit, added: [], removed: [], modified: [] }));
  const listed = new Set(
    commits.flatMap(({ added, removed, modified }) => [...added, ...removed, ...modified]),
  );
  const missing = (paths: string[]) => paths.filter(path => !listed.has(path));
  const covering = {
    ...oldest,
    added: [...oldest.added, ...missing(rest.added)],
    removed: [...oldest.removed, ...missing(rest.removed)],
    modified: [...oldest.modified, ...missing(rest.modified)],
  };
  return [...commits.slice(0, -1), covering];
}
