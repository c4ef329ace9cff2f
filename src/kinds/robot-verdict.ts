/**
 * What all chat robots' answers have in common (chat-robots.md §7): first the things that HTTP itself says, then the
 * platform's own table of codes, then the status of an answer that the table does not know.
 */

import { maskAnswer } from '../masking/mask.ts';
import { cleanLine } from '../messages/clean-text.ts';
import { type HttpAnswer, header } from '../model/request.ts';
import type { ConfigReason, Verdict } from '../model/verdict.ts';
import { retryAfterMs } from './retry-after.ts';

/** A reason of a verdict, a pause before the next message, or `busy`: the chat itself has a problem. */
export type Meaning =
  | ConfigReason
  | 'too_long'
  | 'rejected'
  | 'content_policy'
  | 'busy'
  | { pauseMs: number; of?: 'host' };

/**
 * A row of a platform's table. The advice is for the admin, a clause that follows a colon. Where a code has several causes,
 * `words` is what the robot's text looks like for this one, and the first row that fits counts.
 */
export type AnswerRow = readonly [
  codes: readonly (number | string)[],
  meaning: Meaning,
  advice: string,
  words?: RegExp,
];

/** What the robot said: its own code and words. */
export interface Said {
  /** The chat's name as people write it. */
  chat: string;
  code: string;
  text: string;
}

/** Advice for a code that only a wrong request can have. */
export const OUR_BUG = 'this is a mistake of belfry; please report it';

/** Nobody's robot is quiet for longer; a longer `Retry-After` is a mistake (chat-robots.md §7). */
const LONGEST_PAUSE_MS = 3_600_000;
/** For a 429 that names no time: every platform counts by the minute. */
const PAUSE_MS = 60_000;

export function verdictOf(meaning: Meaning, advice: string, said: Said): Verdict {
  const { code } = said;
  const hint = `${whatItSaid(said)}: ${advice}.`;
  if (typeof meaning === 'object') {
    return { kind: 'rate', scope: meaning.of ?? 'robot', retryAfterMs: meaning.pauseMs, code, hint };
  }
  switch (meaning) {
    case 'busy':
      return { kind: 'transient', retryAfterMs: null, code, hint };
    case 'too_long':
    case 'rejected':
    case 'content_policy':
      return { kind: 'payload', reason: meaning, code, hint };
    default:
      return { kind: 'config', reason: meaning, code, hint };
  }
}

/** What the platform's table says of this answer; null when no row fits. */
export function lookUp(rows: readonly AnswerRow[], said: Said): Verdict | null {
  const row = rows.find(
    ([codes, , , words]) =>
      codes.some(code => String(code) === said.code) && (words === undefined || words.test(said.text)),
  );
  return row === undefined ? null : verdictOf(row[1], row[2], said);
}

/** What no body can change: no answer, an answer cut off, too many requests, a server error, a redirect. */
export function judgeTransport(answer: HttpAnswer, now: number, chat: string): Verdict | null {
  const { status, error } = answer;
  if (error !== null || status === null) {
    const text = error === null ? '' : cleanLine(`${error.code}: ${error.message}`, 200);
    const hint = `${chat} gave no complete answer (${text || 'no reason known'}): belfry tries again by itself.`;
    return { kind: 'transient', retryAfterMs: null, code: error?.code ?? 'no-answer', hint };
  }
  const code = `HTTP ${status}`;
  const wait = retryAfterMs(header(answer, 'retry-after'), now);
  if (status === 429) {
    const pause = Math.min(wait ?? PAUSE_MS, LONGEST_PAUSE_MS);
    const hint = `${chat} answered ${code}: too many messages; belfry pauses this robot and then goes on by itself.`;
    return { kind: 'rate', scope: 'robot', retryAfterMs: pause, code, hint };
  }
  if (status >= 500) {
    const pause = wait === null ? null : Math.min(wait, LONGEST_PAUSE_MS);
    const hint = `${chat} answered ${code}: its server has a problem; belfry tries again by itself.`;
    return { kind: 'transient', retryAfterMs: pause, code, hint };
  }
  if (status >= 300 && status < 400) {
    const advice =
      'redirects are not followed, because the token would go along; give the webhook the final URL';
    return verdictOf('token', advice, { chat, code, text: '' });
  }
  return null;
}

const STATUSES: readonly AnswerRow[] = [
  [[413], 'too_long', 'the message is too long'],
  [[400, 422], 'rejected', 'it refuses this message'],
  [[408, 425], 'busy', 'it wants the message again; belfry tries again by itself'],
  [[401, 403], 'forbidden', 'belfry is not allowed to post; check the URL and the robot’s security settings'],
];

/** A status outside 2xx whose body told nothing that the platform's table knows. */
export function judgeStatus(answer: HttpAnswer, chat: string): Verdict {
  const status = answer.status ?? 0;
  const said = { chat, code: `HTTP ${status}`, text: answer.body };
  const row = STATUSES.find(([codes]) => codes.includes(status));
  if (row !== undefined) return verdictOf(row[1], row[2], said);
  return verdictOf('token', 'there is no robot at this URL; copy the URL from the chat again', said);
}

/** A 2xx whose body is no proof: never a success, and never a reason to give up at once. */
export function noProof(answer: HttpAnswer, chat: string): Verdict {
  const advice = 'that is no confirmation that the message arrived; if this repeats, check the URL';
  const text = answer.body.trim() === '' ? 'an empty body' : answer.body;
  return verdictOf('busy', advice, { chat, code: 'no-proof', text });
}

/** A code that no table lists: its words may still say that it was too fast. */
export function unknownCode(said: Said): Verdict {
  if (/too (fast|many)|freq|rate.?limit|限流|太快|频繁/i.test(said.text)) {
    const advice = 'too many messages; belfry pauses this robot and then goes on by itself';
    return verdictOf({ pauseMs: PAUSE_MS }, advice, said);
  }
  const advice =
    'unknown code, treated as a refusal of the message; look it up in the platform’s documentation';
  return verdictOf('rejected', advice, said);
}

/** @returns the members of a JSON object, or null when the text is anything else */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** A code as number or as digits; anything else (null, true, "", a fraction) is none. */
export function codeIn(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) ? value : null;
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : null;
}

export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function whatItSaid({ chat, code, text }: Said): string {
  const words = cleanLine(maskAnswer(text, []), 160);
  return words === '' ? `${chat} answered ${code}` : `${chat} says "${words}" (${code})`;
}
