/** Where gitee.com itself sends null or nothing instead of what its data model has (gitee.md §3.4, §3.10 and §7). */

type Json = Record<string, unknown>;

export function fillGaps(name: string, body: Json): Json {
  switch (name) {
    case 'push':
    case 'tag_push':
      return {
        ...body,
        commits: Array.isArray(body.commits) ? body.commits.map(withPaths) : body.commits,
        head_commit: withPaths(body.head_commit),
      };
    case 'merge_request':
      return {
        ...body,
        pull_request: withLists(body.pull_request, ['labels', 'assignees', 'testers', 'languages']),
      };
    case 'note':
      return {
        ...body,
        issue: body.issue ?? null,
        pull_request: withLists(body.pull_request ?? null, ['assignees', 'testers', 'languages']),
      };
    default:
      return { ...body, issue: withLists(body.issue, ['labels', 'collaborators']) };
  }
}

/** Tests and the help pages have null where no path is, real pushes an empty list. */
function withPaths(commit: unknown): unknown {
  return withLists(commit, ['added', 'removed', 'modified']);
}

function withLists(value: unknown, keys: string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const gaps = keys.filter(key => (value as Json)[key] === null);
  return gaps.length === 0 ? value : { ...value, ...Object.fromEntries(gaps.map(key => [key, []])) };
}
