/** From the verdict on an answer to the delivery's next state (docs/reliability.md). */
import { trimEvent } from '../messages/trim-event.ts';
import type { Job, QueueRules, Settlement } from '../model/job.ts';
import type { Verdict } from '../model/verdict.ts';
import { reasonToDisable } from '../webhooks/health.ts';
import { retryDelay } from './schedule.ts';

export type Decision = Pick<Settlement, 'state' | 'nextAttemptAt' | 'tries' | 'fallback' | 'health'>;

/** What the queue asks while it writes that down. */
export const QUEUE_RULES: QueueRules = { reasonToDisable, trimForRobots: trimEvent };

/** @param random from 0 to 1, for the jitter */
export function decide(
  job: Pick<Job, 'tries' | 'fallback'>,
  verdict: Verdict,
  now: number,
  random: number,
): Decision {
  const tries = job.tries + 1;
  const keep = { tries, fallback: job.fallback, nextAttemptAt: null };
  switch (verdict.kind) {
    case 'ok':
      return { ...keep, state: 'delivered', health: 'ok' };
    case 'gone':
    case 'config':
      return { ...keep, state: 'failed', health: verdict };
    case 'payload': {
      if (verdict.final) return { ...keep, state: 'failed', health: null };
      // Another message may pass, at once; the robot itself is well. Of what is refused, a shorter one is refused too.
      const fallback = verdict.reason === 'too_long' ? job.fallback + 1 : 2;
      return job.fallback < 2
        ? { tries: job.tries, fallback, nextAttemptAt: now, state: 'pending', health: null }
        : { ...keep, state: 'failed', health: verdict };
    }
    case 'rate':
      // Not the message's fault: it does not use up the schedule.
      return {
        ...keep,
        tries: job.tries,
        state: 'pending',
        nextAttemptAt: now + verdict.retryAfterMs,
        health: null,
      };
    case 'transient': {
      const delay = retryDelay(tries, random);
      if (delay === null) return { ...keep, state: 'failed', health: verdict };
      return {
        ...keep,
        state: 'pending',
        nextAttemptAt: now + (verdict.retryAfterMs ?? delay),
        health: verdict,
      };
    }
  }
}
