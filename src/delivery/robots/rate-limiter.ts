/**
 * The rate limiter of a robot: one request at a time, at the chat's pace, shared by all webhooks with the same URL. Its
 * state is stored before a request goes out, so that neither a crash nor a restart makes room for one more.
 */
import { createHash } from 'node:crypto';
import { afterSend, afterVerdict, FRESH, hostKey, nextSendAt, type Pace } from '../../kinds/pace.ts';
import { robotKey } from '../../masking/robot-token.ts';
import type { KindName } from '../../model/names.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Store } from '../../store/store.ts';

export interface RateLimiter {
  readonly kind: KindName;
  /** The robot's own pace. */
  readonly pace: Pace;
  /** When the next message may go, milliseconds since 1970; null while one is in flight. */
  availableAt(now: number): number | null;
  /** Learns what another process, `webhook test`, has sent meanwhile. */
  refresh(): Promise<void>;
  /** A message goes out; none may go until `release`. */
  acquire(now: number): Promise<void>;
  /** The message is answered. @param random from 0 to 1, for the length of a pause */
  release(verdict: Verdict, now: number, random: number): Promise<void>;
}

/** Rate limiters by robot; each lives as long as the worker. */
export function createRateLimiters(store: Store) {
  const limiters = new Map<string, RateLimiter>();
  const hosts = new Map<string, Pace>();
  const paceOf = async (key: string): Promise<Pace> => (await store.robots.pace(key)) ?? FRESH;

  return async (kind: KindName, url: string): Promise<RateLimiter> => {
    const key = hash(robotKey(kind, url));
    const host = hash(hostKey(url));
    if (!hosts.has(host)) hosts.set(host, await paceOf(host));
    const known = limiters.get(key);
    if (known !== undefined) return known;
    const limiter = createLimiter(kind, await paceOf(key), key, host);
    limiters.set(key, limiter);
    return limiter;
  };

  function createLimiter(kind: KindName, stored: Pace, key: string, host: string): RateLimiter {
    let pace = stored;
    let inFlight = false;
    return {
      kind,
      get pace() {
        return pace;
      },
      availableAt: now =>
        inFlight ? null : Math.max(nextSendAt(kind, pace, now), nextSendAt(kind, hosts.get(host)!, now)),
      async refresh() {
        const known = await paceOf(key);
        pace = { ...pace, sent: known.sent, pausedUntil: Math.max(pace.pausedUntil, known.pausedUntil) };
      },
      async acquire(now) {
        inFlight = true;
        pace = afterSend(kind, pace, now);
        await store.robots.setPace(key, pace);
      },
      async release(verdict, now, random) {
        inFlight = false;
        const [before, hostBefore] = [pace, hosts.get(host)!];
        // In memory first: the pause holds also when it cannot be written.
        pace = afterVerdict(before, verdict, 'robot', now, random);
        hosts.set(host, afterVerdict(hostBefore, verdict, 'host', now, random));
        await keep(key, before, pace);
        await keep(host, hostBefore, hosts.get(host)!);
      },
    };
  }

  async function keep(key: string, before: Pace, after: Pace): Promise<void> {
    if (JSON.stringify(before) !== JSON.stringify(after)) await store.robots.setPace(key, after);
  }
}

/** The key holds the token, so that only its hash is stored. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
