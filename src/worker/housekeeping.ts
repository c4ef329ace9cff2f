/** Removes what is too old or too much, batch by batch, and lets deliveries pass in between. */
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

const DAY_MS = 24 * 3_600_000;

/** Gives how many rows went. @param stopping asked between batches */
export async function houseKeeping(
  store: Store,
  settings: Settings,
  now: number,
  stopping: () => boolean,
): Promise<number> {
  const before = now - settings['keep.days'] * DAY_MS;
  await store.webhooks.forgetOld(now);
  let removed = 0;
  let from: { deliveries: number; events: number } | null = { deliveries: 0, events: 0 };
  while (from !== null && !stopping()) {
    const step = await store.prune.step(from, before, settings['keep.deliveries']);
    removed += step.removed;
    from = step.next;
    await nextTick();
  }
  if (removed > 0) await store.prune.shrink();
  return removed;
}
