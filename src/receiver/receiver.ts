/**
 * `belfry/receiver`: for whoever receives deliveries, of belfry or of gitee.com. `verify` says whether a delivery is
 * genuine and needs nothing but Node; `parse` gives it as a typed event, and loads zod for that.
 */
import type { Issue } from '../gitee/issue.ts';
import type { MergeRequest } from '../gitee/merge-request.ts';
import type { Note } from '../gitee/note.ts';
import type { Push } from '../gitee/push.ts';
import type { EventName } from '../model/names.ts';
import { checkDelivery } from './check-delivery.ts';
import { type RequestHeaders, readHeaders } from './read-headers.ts';
import type { Proof, Verified } from './verdict.ts';

export interface VerifyOptions {
  /** Milliseconds since 1970; default: the clock. */
  now?: number;
  /** How far the delivery's time may be from now; default: one hour, as Gitee advises (gitee-format.md §2.1). */
  toleranceMs?: number;
  /**
   * Which proofs count; default: all. Name `['standard']` for deliveries of belfry: Gitee's own proofs do not cover
   * the body, so whoever has seen one could send another body with it for an hour.
   */
  proofs?: readonly Proof[];
}

/**
 * Checks a delivery in constant time: by its Standard Webhooks signature when it has those headers, else by Gitee's
 * signature or password. Why one is refused is a value, and never holds a secret.
 * @param body the exact bytes that came
 * @param secret the webhook's secret; two of them while one replaces the other
 * @throws TypeError for a secret that is empty or none: it would let everybody in
 */
export function verify(
  headers: RequestHeaders,
  body: string | Uint8Array,
  secret: string | readonly string[],
  {
    now = Date.now(),
    toleranceMs = 3_600_000,
    proofs = ['standard', 'signature', 'password'],
  }: VerifyOptions = {},
): Verified {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every(isSecret))
    throw new TypeError(
      'secret: wanted the secret of the webhook, or several of them; got none, or an empty one',
    );
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw new TypeError('body: wanted the bytes of the request, before any parser; got something else');
  if (!Number.isFinite(now) || !(toleranceMs >= 0))
    throw new TypeError('now, toleranceMs: wanted milliseconds, got something else');
  return checkDelivery(readHeaders(headers), body, secrets, { now, toleranceMs, proofs });
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
  /** To de-duplicate by; null from gitee.com. */
  id: string | null;
  /** Sent by a test button or by `belfry webhook test`. */
  test: boolean;
}

export type GiteeEvent = Delivered &
  (
    | { name: 'push'; data: Push & Hook }
    | { name: 'tag_push'; data: Push & Hook }
    /** `source_branch` may be a topic and no branch: fetch `refs/pull/<number>/head`, check out `pull_request.head.sha`. */
    | { name: 'merge_request'; data: MergeRequest & Hook }
    | { name: 'issue'; data: Issue & Hook }
    | { name: 'note'; data: Note & Hook }
  );

export type Parsed =
  | { ok: true; event: GiteeEvent }
  | { ok: false; reason: 'not-json' | 'unknown-event' | 'wrong-body'; message: string; problems: string[] };

const NAMES: Record<string, EventName> = {
  push_hooks: 'push',
  tag_push_hooks: 'tag_push',
  merge_request_hooks: 'merge_request',
  issue_hooks: 'issue',
  note_hooks: 'note',
};

/**
 * A delivery as a typed event, told apart by `name`. What Gitee's data model knows must be as it should be; keys that
 * it does not know pass, and stay in the data. What is wrong is a value.
 * @param body the bytes that were verified
 */
export async function parse(headers: RequestHeaders, body: string | Uint8Array): Promise<Parsed> {
  const json = readJson(body);
  if (json === null)
    return {
      ok: false,
      reason: 'not-json',
      message: 'wanted a JSON object in UTF-8, got something else',
      problems: [],
    };
  const fields = readHeaders(headers);
  const name = Object.hasOwn(NAMES, String(json.hook_name)) ? NAMES[String(json.hook_name)] : undefined;
  if (name === undefined || !fitsHeader(name, fields.get('x-gitee-event')?.[0])) {
    const message =
      'wanted one of the five events, the same in X-Gitee-Event and hook_name; got something else';
    return { ok: false, reason: 'unknown-event', message, problems: [] };
  }
  const { parseBody } = await import('./parse-body.ts');
  const result = parseBody(name, json);
  if ('problems' in result)
    return {
      ok: false,
      reason: 'wrong-body',
      message: result.problems.join('; '),
      problems: result.problems,
    };
  const id = fields.get('webhook-id')?.[0] ?? null;
  const test = fields.get('x-gitee-ping')?.[0] === 'true';
  return { ok: true, event: { id, test, name, data: result.body } as GiteeEvent };
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
