/**
 * What answers mean that come from receivers made for a forge (docs/forges.md): many take a delivery with 200 and say in the body
 * that they will do nothing. That is no failure, as a retry would be told the same, but an admin should read it.
 */
import { cleanLine } from '../messages/clean-text.ts';
import { type HttpAnswer, header } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import { retryAfterMs } from './retry-after.ts';

/** @param now milliseconds since 1970 */
export function forgeVerdict(answer: HttpAnswer, now: number): Verdict {
  const { status } = answer;
  if (status === null) {
    const error = answer.error ?? { code: 'network', message: 'no answer came' };
    return { kind: 'transient', retryAfterMs: null, code: error.code, hint: error.message };
  }
  const code = String(status);
  if (status >= 200 && status < 300) return ok(noteOf(answer.body));
  if (status === 410)
    return { kind: 'gone', code, hint: 'The receiver says that it is gone for good (410).' };
  if (status >= 300 && status < 400) return redirect(answer, code);
  const wait = retryAfterMs(header(answer, 'retry-after'), now);
  return { kind: 'transient', retryAfterMs: wait, code, hint: hintOf(status, answer.body) };
}

function ok(note: string | null): Verdict {
  return note === null ? { kind: 'ok' } : { kind: 'ok', note };
}

/** Dokploy declines with 301 and no Location. */
/** Characters of what the receiver says: it may be as long as its answer. */
const MOST_SAID = 160;

function redirect(answer: HttpAnswer, code: string): Verdict {
  const message = header(answer, 'location') === null ? textOf(jsonIn(answer.body), 'message') : null;
  if (message !== null) return ok(`declined: ${cleanLine(message, MOST_SAID)}`);
  const hint = 'Redirects are not followed: give the webhook the final URL.';
  return { kind: 'transient', retryAfterMs: null, code, hint };
}

function hintOf(status: number, body: string): string {
  switch (status) {
    case 400:
    case 501:
      return /event/i.test(body)
        ? `The receiver answered ${status}: it does not take this event, so narrow --events.`
        : `The receiver answered ${status}.`;
    case 500:
      // So says adnanh/webhook of a signature that is not the one that it has made.
      return /evaluating hook rules/.test(body)
        ? 'The receiver answered 500: its rules cannot be checked, most likely because its secret differs.'
        : 'The receiver answered 500.';
    case 401:
    case 403:
      return `Refused (${status}): the receiver has another secret or token.`;
    case 404:
      return 'Refused (404): the receiver knows no such hook or job.';
    case 413:
      return 'The receiver answered 413, too large for it: lower the setting payload.commits.';
    default:
      return `The receiver answered ${status}.`;
  }
}

/** Words in the answer of one that took the delivery, and what to make of them. */
const WORDS: [words: RegExp, note: string][] = [
  [
    /Hook rules were not satisfied\./,
    'not run: a rule or the secret does not hold (Hook rules were not satisfied.)',
  ],
  [
    /No matching repositories found!|"status":\s*"failure"/,
    'no match: compare the URLs in `belfry webhook show`',
  ],
  [/previously received/, 'ignored: it has had this delivery before; start the job there'],
  [/no changes? found/i, 'nothing to do: it found no commits in it'],
  [/^\W*pong\W*$|ping (event )?received/i, 'the test arrived'],
];

function noteOf(body: string): string | null {
  const json = jsonIn(body);
  const failed = Array.isArray(json) ? json.find(one => textOf(one, 'status') === 'failed') : undefined;
  if (failed !== undefined)
    return `not done: ${cleanLine(textOf(failed, 'message') ?? 'no reason given', MOST_SAID)}`;
  if (isFilteredOut(json)) return 'filtered out: no job of it was triggered';
  const plain = /^\W*(Invalid signature|Nothing to do)\b/i.exec(textOf(json, 'message') ?? body)?.[1];
  if (plain !== undefined) return `not done: ${plain}`;
  return WORDS.find(([words]) => words.test(body))?.[1] ?? null;
}

/** Jenkins' generic trigger says it of each job. */
function isFilteredOut(json: unknown): boolean {
  const jobs = fieldOf(json, 'jobs');
  if (typeof jobs !== 'object' || jobs === null) return false;
  const each = Object.values(jobs);
  return each.length > 0 && each.every(job => fieldOf(job, 'triggered') === false);
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function fieldOf(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined;
}

function textOf(json: unknown, name: string): string | null {
  const value = fieldOf(json, name);
  return typeof value === 'string' ? value : null;
}
