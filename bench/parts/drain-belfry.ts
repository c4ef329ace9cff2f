/** A home that owes deliveries, and a worker that brings them out. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { EventContent } from '../../src/gitee/event.ts';
import type { Store } from '../../src/store/store.ts';
import { recordPush, register, sampleWebhook } from '../../test/store/samples.ts';
import { until } from '../../test/support/until.ts';
import { BODY_BYTES } from '../peers/peer.ts';
import { type Home, openHome, SECRET } from './home.ts';
import { startMeasured } from './worker.ts';
import type { Workshop } from './workshop.ts';

/** Events of one push that is recorded. */
const BULK = 1_000;
/** What Gitee's envelope of a signed webhook adds to the event's data. */
const ENVELOPE_BYTES = 190;

/** So many events of a repository, recorded as pushes: each is owed to every webhook in scope. */
export async function owe(store: Store, directory: string, events: number): Promise<void> {
  for (let done = 0; done < events; done += BULK) {
    const some = Array.from({ length: Math.min(BULK, events - done) }, (_, i) => event(done + i));
    await recordPush(store, some, { directory, at: Date.now(), spoolName: randomUUID() });
  }
}

/** One repository for each endpoint, with a webhook of its own; every delivery has its own event. */
async function oweEach(store: Store, urls: readonly string[], deliveries: number): Promise<void> {
  for (const [n, url] of urls.entries()) {
    const directory = `/srv/git/bench/endpoint-${n}.git`;
    const { id } = await register(store, directory, Date.now());
    await store.webhooks.add(
      sampleWebhook({ url, secret: SECRET, scope: `repository:${id}` }),
      url,
      Date.now(),
    );
    await owe(
      store,
      directory,
      Math.floor(deliveries / urls.length) + (n < deliveries % urls.length ? 1 : 0),
    );
  }
}

/** Its body has 2 kB. A thousand branches: what goes to one branch goes one after the other. */
function event(n: number): EventContent {
  const data = { ref: `refs/heads/topic-${n % 1_000}`, repository: { full_name: 'bench/app' }, text: '' };
  data.text = 'x'.repeat(BODY_BYTES - ENVELOPE_BYTES - JSON.stringify(data).length);
  return { name: 'push', data, facts: {} } as unknown as EventContent;
}

/** Starts the home's worker, and stops it when nothing is owed. Gives when that was, in milliseconds since 1970. */
export async function drainHome({ belfry, store }: Home): Promise<number> {
  const stillThere = await startMeasured(belfry);
  const done = async () => {
    if (!(await store.queue.hasPending())) return true;
    stillThere();
    return false;
  };
  await until('everything to be delivered', done, { limitMs: 3_600_000, everyMs: 20 });
  const drainedAt = performance.timeOrigin + performance.now();
  await belfry.stopWorker();
  return drainedAt;
}

/** The same as the peers do. */
export async function drainBelfry(
  workshop: Workshop,
  urls: readonly string[],
  deliveries: number,
): Promise<number> {
  const home = await openHome(workshop, 'drain', []);
  // Its repositories are names only.
  await home.belfry.json(['config', 'set', 'scan.every', '0']);
  await oweEach(home.store, urls, deliveries);
  const drainedAt = await drainHome(home);
  home.store.close();
  await rm(home.belfry.home, { recursive: true, force: true });
  return drainedAt;
}
