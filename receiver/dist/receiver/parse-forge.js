import { wantedBy } from '../text/wanted-by.js';
import { GITEA_FAMILY } from './dialect.js';
import { giteaBodies } from './gitea-bodies.js';
import { githubBodies } from './github-bodies.js';
import { gitlabBodies } from './gitlab-bodies.js';
const BODIES = {
    github: githubBodies,
    gitlab: gitlabBodies,
    gitea: giteaBodies,
};
const EVENTS = {
    github: ['x-github-event'],
    gitlab: ['x-gitlab-event'],
    gitea: GITEA_FAMILY.map(name => `${name}-event`),
};
/** The event that header and body agree on; null where they do not, or where it is none of those that are known here. */
export function forgeEvent(dialect, headers, json) {
    const header = EVENTS[dialect].find(name => headers.has(name)) ?? '';
    const values = headers.get(header) ?? [];
    const event = dialect === 'gitlab' ? gitlabEvent(values[0] ?? '') : values[0];
    if (values.length !== 1 || !Object.hasOwn(BODIES[dialect], event))
        return null;
    return dialect === 'gitlab' && json.object_kind !== event ? null : event;
}
/** `Push Hook`; what only some members may see is a `Confidential Issue Hook`. */
function gitlabEvent(header) {
    return header
        .replace(/^Confidential /, '')
        .replace(/ Hook$/, '')
        .replaceAll(' ', '_')
        .toLowerCase();
}
/** One line for each thing that is wrong; none: the body is what its type says. */
export function problemsIn(dialect, event, json) {
    const result = BODIES[dialect][event].safeParse(json);
    if (result.success)
        return [];
    return result.error.issues.map(issue => `${issue.path.map(String).join('.') || 'body'}: wanted ${wantedBy(issue)}`);
}
/** GitHub has a ping; Gitea's button sends a push that moves nothing. GitLab's tests look like the real thing. */
export function isTest(dialect, event, json) {
    if (dialect === 'github')
        return event === 'ping';
    return dialect === 'gitea' && event === 'push' && json.before === json.after;
}
