/**
 * How fast a robot may be spoken to (chat-robots.md §10). A pace is a plain value: kept per robot (the hash of `robotKey`),
 * shared by all webhooks with the same URL, and stored, because a restart must not earn DingTalk's ten minutes. The
 * same value is kept per host (`hostKey`), for the one answer that bans our address.
 *
 * Every request counts as sent, refused ones too: nobody knows what the platforms count (chat-robots.md §12).
 */

import { type ChatName, isGrouped, type KindName } from '../model/names.ts';
import type { Verdict } from '../model/verdict.ts';

export interface Pace {
  /** Milliseconds since 1970, oldest first; at most as many as `afterSend` keeps (90). */
  sent: number[];
  /** Nothing goes before this time; 0: no pause. */
  pausedUntil: number;
  /** Refusals for speed without a success between them: each doubles a short pause. */
  strikes: number;
  /** The pause was a long one: what waited goes out as one digest. */
  digestNext: boolean;
}

export const FRESH: Pace = { sent: [], pausedUntil: 0, strikes: 0, digestNext: false };

/** At most `most` messages in any `ms` milliseconds. */
interface Allowance {
  ms: number;
  most: number;
}

const SECOND = 1_000;
const MINUTE = 60_000;

/** A little below what the platforms allow: 20, 20, 5 and 100, and about one a second with short bursts. */
const ALLOWANCES: Record<ChatName, Allowance[]> = {
  dingtalk: [{ ms: MINUTE, most: 18 }],
  wecom: [{ ms: MINUTE, most: 18 }],
  feishu: [
    { ms: SECOND, most: 4 },
    { ms: MINUTE, most: 90 },
  ],
  slack: [{ ms: 5 * SECOND, most: 5 }],
};

function allowances(kind: KindName): readonly Allowance[] {
  return isGrouped(kind) ? ALLOWANCES[kind] : [];
}

/** Longer than any pause that a platform is known for; a clock that was set back must not hold a robot for days. */
const LONGEST_PAUSE = 60 * MINUTE;
const LONG_PAUSE = MINUTE;

/** @returns when the next message may go, milliseconds since 1970; `now` when at once */
export function nextSendAt(kind: KindName, pace: Pace, now: number): number {
  const paused = Math.min(pace.pausedUntil, now + LONGEST_PAUSE);
  const free = allowances(kind).map(({ ms, most }) => {
    const first = pace.sent.at(-most);
    // Times from before the clock was set back count as just now.
    return first === undefined ? now : Math.min(first, now) + ms;
  });
  return Math.max(now, paused, ...free);
}

/** To be recorded before the request goes out: a crash in between must not make room for one more. */
export function afterSend(kind: KindName, pace: Pace, now: number): Pace {
  const kept = Math.max(0, ...allowances(kind).map(one => one.most));
  return { ...pace, sent: kept === 0 ? [] : [...pace.sent, now].slice(-kept) };
}

/**
 * @param scope whose pace this is: a robot's own, or its host's
 * @param random 0 to 1, spreads short pauses so that several robots do not come back at once
 */
export function afterVerdict(
  pace: Pace,
  verdict: Verdict,
  scope: 'robot' | 'host',
  now: number,
  random: number,
): Pace {
  if (verdict.kind === 'ok') return { ...pace, pausedUntil: 0, strikes: 0, digestNext: false };
  if (verdict.kind !== 'rate' || verdict.scope !== scope) return pace;
  const short = verdict.retryAfterMs < LONG_PAUSE;
  const wait = short
    ? Math.min(verdict.retryAfterMs * 2 ** pace.strikes * (1 + random / 2), LONG_PAUSE)
    : Math.min(verdict.retryAfterMs, LONGEST_PAUSE);
  return {
    ...pace,
    pausedUntil: Math.max(pace.pausedUntil, Math.ceil(now + wait)),
    strikes: Math.min(pace.strikes + 1, 10),
    digestNext: pace.digestNext || !short,
  };
}

/** Messages that a robot takes in a minute: when more are waiting, they merge. */
export function minuteAllowance(kind: KindName): number {
  return Math.min(Infinity, ...allowances(kind).map(({ ms, most }) => (most * MINUTE) / ms));
}

/** The key of a host's pace: DingTalk's gateway bans an address for all its robots at once (chat-robots.md §2.7). */
export function hostKey(url: string): string {
  return `host ${new URL(url).host.replace(/\.$/, '')}`;
}
