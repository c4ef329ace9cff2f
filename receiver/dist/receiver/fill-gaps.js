/**
 * Where gitee.com itself sends null, less or nothing instead of what its data model has: in its tests, and in years gone
 * by (gitee-format.md §3.2, §3.4, §3.10 and §7).
 */
/** Those of a request's lists that have come later, or are null at times. */
const LISTS = ['labels', 'assignees', 'testers', 'languages', 'issues', 'stale_issues', 'stale_labels'];
const PEOPLE = ['assignee', 'target_user', 'updated_by', 'user'];
export function fillGaps(name, body) {
    return { ...fillEvent(name, body), ...(isObject(body.enterprise) && withId(body.enterprise)) };
}
/** Only some deliveries have the key. */
function withId(enterprise) {
    return { enterprise: { id: null, ...enterprise } };
}
function fillEvent(name, body) {
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
                ...withLists(withPeople(body), ['languages']),
                pull_request: withLists(withPeople(body.pull_request), LISTS),
            };
        case 'note':
            return {
                ...body,
                issue: withLists(withPeople(body.issue ?? null), ['labels', 'collaborators']),
                pull_request: withLists(withPeople(body.pull_request ?? null), LISTS),
            };
        default:
            return {
                ...withPeople(body),
                issue: withLists(withPeople(body.issue), ['labels', 'collaborators']),
            };
    }
}
/** Tests and the help pages have null where no path is, real pushes an empty list. */
function withPaths(commit) {
    return withLists(commit, ['added', 'removed', 'modified']);
}
function withLists(value, keys) {
    if (!isObject(value))
        return value;
    return { ...value, ...Object.fromEntries(keys.filter(key => value[key] == null).map(key => [key, []])) };
}
/** Tests name people in the short form where deliveries have the full one. */
function withPeople(value) {
    if (!isObject(value))
        return value;
    const short = PEOPLE.filter(key => isObject(value[key]) && !('login' in value[key]));
    return { ...value, ...Object.fromEntries(short.map(key => [key, fullOf(value[key])])) };
}
function fullOf(user) {
    const { url, username } = user;
    const rest = { remark: null, site_admin: false, type: 'User' };
    return { avatar_url: '', html_url: url, login: username, ...rest, ...user };
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
