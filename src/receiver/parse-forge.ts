/** A body of another forge than Gitee against its schema. Loaded only to parse, as it brings zod. */
import type { z } from 'zod';
import { wantedBy } from '../text/wanted-by.ts';
import { GITEA_FAMILY, type Headers } from './dialect.ts';
import { giteaBodies } from './gitea-bodies.ts';
import { githubBodies } from './github-bodies.ts';
import { gitlabBodies } from './gitlab-bodies.ts';
import type { Dialect } from './verdict.ts';

type Forge = Exclude<Dialect, 'gitee'>;
type Json = Record<string, unknown>;

const BODIES: Record<Forge, Record<string, z.ZodType>> = {
  github: githubBodies,
  gitlab: gitlabBodies,
  gitea: giteaBodies,
};

const EVENTS: Record<Forge, readonly string[]> = {
  github: ['x-github-event'],
  gitlab: ['x-gitlab-event'],
  gitea: GITEA_FAMILY.map(name => `${name}-event`),
};

/** The event that header and body agree on; null where they do not, or where it is none of those that are known here. */
export function forgeEvent(dialect: Forge, headers: Headers, json: Json): string | null {
  const header = EVENTS[dialect].find(name => headers.has(name)) ?? '';
  const values = headers.get(header) ?? [];
  const event = dialect === 'gitlab' ? gitlabEvent(values[0] ?? '') : values[0]!;
  if (values.length !== 1 || !Object.hasOwn(BODIES[dialect], event)) return null;
  return dialect === 'gitlab' && json.object_kind !== event ? null : event;
}

/** `Push Hook`; what only some members may see is a `Confidential Issue Hook`. */
function gitlabEvent(header: string): string {
  return header
    .replace(/^Confidential /, '')
    .replace(/ Hook$/, '')
    .replaceAll(' ', '_')
    .toLowerCase();
}

/** One line for each thing that is wrong; none: the body is what its type says. */
export function problemsIn(dialect: Forge, event: string, json: Json): string[] {
  const result = BODIES[dialect][event]!.safeParse(json);
  if (result.success) return [];
  return result.error.issues.map(
    issue => `${issue.path.map(String).join('.') || 'body'}: wanted ${wantedBy(issue)}`,
  );
}

/** GitHub has a ping; Gitea's button sends a push that moves nothing. GitLab's tests look like the real thing. */
export function isTest(dialect: Forge, event: string, json: Json): boolean {
  if (dialect === 'github') return event === 'ping';
  return dialect === 'gitea' && event === 'push' && json.before === json.after;
}
