/** When belfry gives up on a webhook: its deliveries are held then, and a person has to look (docs/reliability.md). */
import type { Failure, Health } from '../model/job.ts';

const DAY_MS = 24 * 3_600_000;
const FAILING_FOR_MS = 5 * DAY_MS;
const FAILURES = 10;
/** What only a person can fix needs no five days to be sure; one odd answer must not do it either. */
const CONFIG_FAILURES = 3;

/** The reason to disable a webhook after a failure, or null. */
export function reasonToDisable(health: Health, failure: Failure, now: number): string | null {
  if (failure.kind === 'gone') return failure.hint;
  if (failure.kind === 'config' && health.failures >= CONFIG_FAILURES) return failure.hint;
  if (health.failures < FAILURES || now - health.failingSince < FAILING_FOR_MS) return null;
  const days = Math.floor((now - health.failingSince) / DAY_MS);
  return `Every attempt failed for ${days} days (${health.failures} attempts): ${failure.hint}`;
}
