/**
 * When more waits for a robot than it takes in a minute, or it was blocked for long, what waits becomes fewer messages:
 * its webhooks share the allowance.
 */
import { digestsOf, mergeWaiting } from '../../kinds/merge-waiting.ts';
import { minuteAllowance } from '../../kinds/pace.ts';
import type { Store } from '../../store/store.ts';
import type { Gate } from './gate.ts';
import type { RobotLine } from './robot-line.ts';

/** @param sharing the lines of all webhooks with something to say to this robot */
export async function mergeBacklogs(
  store: Store,
  gate: Gate,
  sharing: RobotLine[],
  now: number,
): Promise<void> {
  await gate.refresh();
  const { kind, pace } = gate;
  const most = pace.digestNext ? 1 : minuteAllowance(kind);
  const sizes = await Promise.all(sharing.map(line => store.robots.backlog(line.webhookId, now)));
  if (sizes.reduce((sum, size) => sum + size, 0) <= most) return;
  const share = Math.max(1, Math.floor(most / sharing.length));
  for (const { webhookId } of sharing) {
    await store.robots.merge(
      webhookId,
      waiting => digestsOf(mergeWaiting(kind, pace, waiting, share), waiting),
      now,
    );
  }
}
