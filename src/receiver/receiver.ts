/**
 * `belfry/receiver`: for whoever receives deliveries, of belfry, of gitee.com or of another forge. `verify` says whether a delivery is
 * genuine and needs nothing but Node; `parse` gives it as a typed event, and loads zod for that.
 */
// long: the whole of what a stranger sees, options and types of every event, in one place
import type { z } from 'zod';
import type { Issue } from '../gitee/issue.ts';
import type { MergeRequest } from '../gitee/merge-request.ts';
import type { Note } from '../gitee/note.ts';
import type { Push } from '../gitee/push.ts';
import type { EventName } from '../model/names.ts';
import { checkDelivery } from './check-delivery.ts';
import { dialectIn, type Headers, idIn } from './dialect.ts';
import type { giteaBodies } from './gitea-bodies.ts';
import type { githubBodies } from './github-bodies.ts';
import type { gitlabBodies } from './gitlab-bodies.ts';
import { type RequestHeaders, readHeaders } from './read-headers.ts';
import type { Dialect, Proof, Verified } from './verdict.ts';

export interface DialectOptions<D extends Dialect> {
  /**
   * Whose deliveries are taken: by default Gitee's, as before there were others. A delivery of belfry's kind `gitea` has GitHub's
   * headers too, and is `gitea`; one with the headers of two other forges is refused.
   */
  dialects?: readonly D[];
}

export interface VerifyOptions {
  /** Milliseconds since 1970; default: the clock. */
  now?: number;
  /** How far the delivery's time may be from now; default: one hour, as Gitee advises (gitee-format.md §2.1). */
  toleranceMs?: number;
  /**
   * Which proofs count; default: all. Name `['standard']` for deliveries of belfry: Gitee's own proofs do not cover
   * the body, so whoever has seen one could send another body with it for an hour. Those of GitHub and Gitea cover no time:
   * whoever has seen one can send it again at any time.
   */
  proofs?: readonly Proof[];
}

/**
 * Checks a delivery in constant time: by its Standard Webhooks signature when it has those headers, else by Gitee's
 * signature or password, GitHub's `X-Hub-Signature-256`, GitLab's token, or Gitea's signature. Why one is refused is a
 * value, and never holds a secret.
 * @param body the exact bytes that came
 * @param secret the webhook's secret; two of them while one replaces the other
 * @throws TypeError for a secret that is empty or none: it would let everybody in
 */
export function verify<D extends Dialect | null = 'gitee' | null>(
  headers: RequestHeaders,
  body: string | Uint8Array,
  secret: string | readonly string[],
  {
    now = Date.now(),
    toleranceMs = 3_600_000,
    proofs = ['standard', 'body', 'signature', 'password'],
    dialects,
  }: VerifyOptions & DialectOptions<D & Dialect> = {},
): Verified<D> {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every(isSecret))
    throw new TypeError(
      'secret: wanted the secret of the webhook, or several of them; got none, or an empty one',
    );
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw new TypeError('body: wanted the bytes of the request, before any parser; got something else');
  if (!Number.isFinite(now) || !(toleranceMs >= 0))
    throw new TypeError('now, toleranceMs: wanted milliseconds, got something else');
  const options = { now, toleranceMs, proofs, dialects: dialects ?? null };
  return checkDelivery(readHeaders(headers), body, secrets, options) as Verified<D>;
}

/** The keys of the webhook that stand in every body. */
export interface Hook {
  hook_id: number;
  hook_name: string;
  hook_url: string;
  password: string;
  sign: string;
  timestamp: string | null;
}

interface Delivered {
  /** To de-duplicate by; null from gitee.com. Of other forges the signature does not cover it, unless it is `webhook-id`. */
  id: string | null;
  /** Sent by a test button or by `belfry webhook test`; GitLab says it nowhere. */
  test: boolean;
}

export type GiteeEvent = Delivered & { dialect: 'gitee' } & (
    | { name: 'push'; data: Push & Hook }
    | { name: 'tag_push'; data: Push & Hook }
    /** `source_branch` may be a topic and no branch: fetch `refs/pull/<number>/head`, check out `pull_request.head.sha`. */
    | { name: 'merge_request'; data: MergeRequest & Hook }
    | { name: 'issue'; data: Issue & Hook }
    | { name: 'note'; data: Note & Hook }
  );

/** One type for each body, told apart by `name`. */
type ForgeEvent<D extends Dialect, Bodies extends Record<string, z.ZodType>> = {
  [Name in keyof Bodies]: Delivered & { dialect: D; name: Name; data: z.infer<Bodies[Name]> };
}[keyof Bodies];

/** `name` is that of `X-GitHub-Event`. */
export type GithubEvent = ForgeEvent<'github', typeof githubBodies>;
/** `name` is that of `object_kind`. */
export type GitlabEvent = ForgeEvent<'gitlab', typeof gitlabBodies>;
/** `name` is that of `X-Gitea-Event`. */
export type GiteaEvent = ForgeEvent<'gitea', typeof giteaBodies>;

interface EventIn {
  gitee: GiteeEvent;
  github: GithubEvent;
  gitlab: GitlabEvent;
  gitea: GiteaEvent;
}

interface Unparsed {
  ok: false;
  reason: 'not-json' | 'unknown-event' | 'wrong-body';
  message: string;
  problems: string[];
}

export type Parsed<D extends Dialect = 'gitee'> = { ok: true; event: EventIn[D] } | Unparsed;

const NAMES: Record<string, EventName> = {
  push_hooks: 'push',
  tag_push_hooks: 'tag_push',
  merge_request_hooks: 'merge_request',
  issue_hooks: 'issue',
  note_hooks: 'note',
};

/**
 * A delivery as a typed event, told apart by `dialect` and `name`. What the data model knows must be as it should be; keys that
 * it does not know pass, and stay in the data. What is wrong is a value.
 * @param body the bytes that were verified
 */
export async function parse<D extends Dialect = 'gitee'>(
  headers: RequestHeaders,
  body: string | Uint8Array,
  { dialects }: DialectOptions<D> = {},
): Promise<Parsed<D>> {
  const json = readJson(body);
  if (json === null) return unparsed('not-json', 'wanted a JSON object in UTF-8, got something else');
  const fields = readHeaders(headers);
  const dialect = dialects === undefined ? 'gitee' : dialectIn(fields, dialects);
  if (typeof dialect !== 'string') return unparsed('unknown-event', dialect.message);
  const result =
    dialect === 'gitee' ? await parseGitee(fields, json) : await parseForge(dialect, fields, json);
  return result as Parsed<D>;
}

async function parseGitee(fields: Headers, json: Record<string, unknown>): Promise<Parsed> {
  const name = Object.hasOwn(NAMES, String(json.hook_name)) ? NAMES[String(json.hook_name)] : undefined;
  if (name === undefined || !fitsHeader(name, fields.get('x-gitee-event')?.[0]))
    return unparsed(
      'unknown-event',
      'wanted one of the five events, the same in X-Gitee-Event and hook_name; got something else',
    );
  const { parseBody } = await import('./parse-body.ts');
  const result = parseBody(name, json);
  if ('problems' in result) return unparsed('wrong-body', result.problems.join('; '), result.problems);
  const id = fields.get('webhook-id')?.[0] ?? null;
  const test = fields.get('x-gitee-ping')?.[0] === 'true';
  return { ok: true, event: { dialect: 'gitee', id, test, name, data: result.body } as GiteeEvent };
}

async function parseForge(
  dialect: Exclude<Dialect, 'gitee'>,
  fields: Headers,
  json: Record<string, unknown>,
): Promise<{ ok: true; event: object } | Unparsed> {
  const { forgeEvent, isTest, problemsIn } = await import('./parse-forge.ts');
  const name = forgeEvent(dialect, fields, json);
  if (name === null)
    return unparsed('unknown-event', `wanted an event of ${dialect} that is known here, got another`);
  const problems = problemsIn(dialect, name, json);
  if (problems.length > 0) return unparsed('wrong-body', problems.join('; '), problems);
  const test = isTest(dialect, name, json);
  return { ok: true, event: { dialect, id: idIn(fields, dialect), test, name, data: json } };
}

function unparsed(reason: Unparsed['reason'], message: string, problems: string[] = []): Unparsed {
  return { ok: false, reason, message, problems };
}

/** `whsec_` alone decodes to no key at all. */
function isSecret(secret: unknown): boolean {
  return typeof secret === 'string' && secret !== '' && !/^whsec_[=\s]*$/.test(secret);
}

function readJson(body: string | Uint8Array): Record<string, unknown> | null {
  try {
    const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);
    const json = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : null;
  } catch {
    return null;
  }
}

/** `Push Hook`, or `push_hooks` in gitee.com's tests (gitee-format.md §12, D1). */
function fitsHeader(name: EventName, header: string | undefined): boolean {
  return (
    header
      ?.toLowerCase()
      .replace(/ hook$|_hooks$/, '')
      .replaceAll(' ', '_') === name
  );
}
