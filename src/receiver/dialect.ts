/** In whose words a delivery speaks, by its headers. No signature covers these: they only say how to look at the rest. */
import { DIALECTS, type Dialect, type Refused, refuse } from './verdict.ts';

export type Headers = Map<string, string[]>;

/** Gitea, Forgejo and Gogs, as they are looked for: the newer ones send the headers of the older ones beside their own. */
export const GITEA_FAMILY = ['x-gitea', 'x-forgejo', 'x-gogs'] as const;

const MARKS: Record<Dialect, readonly string[]> = {
  gitee: ['x-gitee-event', 'x-gitee-token'],
  github: ['x-github-event', 'x-hub-signature-256'],
  gitlab: ['x-gitlab-event', 'x-gitlab-token'],
  gitea: GITEA_FAMILY.flatMap(name => [`${name}-event`, `${name}-signature`]),
};

/** The header with a delivery's own id where it has none of Standard Webhooks, which belfry sends and Gitee itself does not. */
const IDS: Record<Dialect, readonly string[]> = {
  gitee: ['webhook-id'],
  github: ['x-github-delivery'],
  gitlab: ['idempotency-key'],
  gitea: GITEA_FAMILY.map(name => `${name}-delivery`),
};

/** The one of those that were asked for; whatever else is refused. */
export function dialectIn<D extends Dialect>(headers: Headers, asked: readonly D[]): D | Refused {
  const named = dialectsIn(headers);
  const [one, second] = named;
  const wanted = asked.join(' or ');
  if (second !== undefined)
    return refuse('two-dialects', `wanted headers of one forge, got ${named.join(' and ')}`);
  if (one === undefined) return refuse('missing-header', `wanted the headers of ${wanted}, got none of them`);
  return isAsked(one, asked)
    ? one
    : refuse('other-dialect', `wanted a delivery of ${wanted}, got one of ${one}`);
}

/** Every one that the headers name. Gitea and its family send GitHub's headers beside their own: that is one. */
export function dialectsIn(headers: Headers): Dialect[] {
  const named = DIALECTS.filter(one => MARKS[one].some(name => headers.has(name)));
  return named.includes('gitea') ? named.filter(one => one !== 'github') : named;
}

function isAsked<D extends Dialect>(one: Dialect, asked: readonly D[]): one is D {
  return asked.includes(one as D);
}

/** To de-duplicate by: the id that the signature covers, else the forge's own; null where there is not exactly one. */
export function idIn(headers: Headers, dialect: Dialect): string | null {
  const names = headers.has('webhook-signature') ? ['webhook-id'] : IDS[dialect];
  const values = headers.get(names.find(name => headers.has(name)) ?? '') ?? [];
  return values.length === 1 && values[0] !== '' ? values[0]! : null;
}
