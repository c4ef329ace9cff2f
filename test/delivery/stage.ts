/**
 * A dispatcher with everything real around it (database, sender, receiver) and a clock that the test moves. Pushes are
 * recorded straight into the store: how they get there is tested elsewhere.
 */
import type { Test } from 'tap';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import { createSender } from '../../src/http/sender.ts';
import type { Delivery } from '../../src/model/delivery.ts';
import type { Repository } from '../../src/model/repository.ts';
import type { WebhookInput } from '../../src/model/webhook.ts';
import { resolveSettings, type Settings } from '../../src/settings/settings.ts';
import type { Store } from '../../src/store/store.ts';
import { recordPush, register, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { type Receiver, receiver } from '../support/receiver.ts';
import { samplePush } from '../support/sample-events.ts';
import { until } from '../support/until.ts';

export const START = Date.UTC(2026, 10, 23, 9, 0, 0);

export interface DeliveryStage {
  home: string;
  store: Store;
  settings: Settings;
  receiver: Receiver;
  repository: Repository;
  log: string[];
  /** How often the loop asked the queue to settle and claim, and how often it looked for due retries. */
  counts: { turns: number; looks: number };
  now(): number;
  setClock(ms: number): void;
  /** A webhook for everything, at a path of the receiver; gives its id. */
  webhook(path: string, input?: Partial<WebhookInput>): Promise<number>;
  /** Records one push with these events and wakes the dispatcher. */
  push(...events: EventContent[]): Promise<void>;
  /** A push to each of these branches. */
  pushTo(...branches: string[]): Promise<void>;
  /** A worker of its own on the same home; the first one is started by the stage. */
  dispatcher(store?: Store): Promise<ReturnType<typeof createDispatcher>>;
  /** Tells the dispatcher that another process has written. */
  changed(): Promise<void>;
  stop(): Promise<void>;
  rest(): Promise<void>;
  /** Moves the clock, and waits until what is due by then is done. */
  advance(ms: number): Promise<void>;
  /** Oldest first. */
  deliveries(): Promise<Delivery[]>;
}

export interface StageOptions {
  /** From 0 to 1; half of the jitter's range is the exact delay. */
  random?: number;
  settings?: Partial<Settings>;
  started?: boolean;
}

export async function deliveryStage(t: Test, options: StageOptions = {}): Promise<DeliveryStage> {
  const { random = 0.5, started = true } = options;
  const receives = await receiver(t);
  const { home, store: real } = openTestStore(t);
  const counts = { turns: 0, looks: 0 };
  const counted = (store: Store): Store => ({
    ...store,
    queue: {
      ...store.queue,
      turn: (...args) => {
        counts.turns++;
        return store.queue.turn(...args);
      },
      ready: now => {
        counts.looks++;
        return store.queue.ready(now);
      },
    },
  });
  const store = counted(real);
  let clock = START;
  const now = () => clock;
  const log: string[] = [];
  const settings = {
    ...resolveSettings(new Map([['web.url', 'https://git.example.com']]), 'host'),
    ...options.settings,
  };
  const sender = createSender(settings);
  t.teardown(() => sender.close());
  await store.roots.add('/srv/git');
  const repository = await register(store, '/srv/git/acme/app.git', clock);

  const dispatcher = async (on = store) => {
    const made = createDispatcher({
      store: on,
      settings,
      now,
      random: () => random,
      log: (level, message) => void log.push(`${level} ${message}`),
      send: (request, limits) => sender.send(request, limits),
      onIdle: () => {},
    });
    await made.start();
    t.teardown(() => made.stop());
    return made;
  };
  const first = started ? await dispatcher() : null;

  const stage: DeliveryStage = {
    home,
    store,
    settings,
    receiver: receives,
    repository,
    log,
    counts,
    now,
    setClock: ms => {
      clock = ms;
    },
    async webhook(path, input = {}) {
      const url = receives.url + path;
      return (await store.webhooks.add(sampleWebhook({ url, ...input }), url, clock)).id;
    },
    async push(...events) {
      const { webhookIds } = await recordPush(store, events, { at: clock });
      first?.poke(webhookIds);
    },
    pushTo: (...branches) =>
      stage.push(...branches.map(branch => samplePush({ ref: `refs/heads/${branch}` }))),
    dispatcher,
    changed: async () => first!.changed(),
    stop: async () => first?.stop(),
    rest: async () => void (await until('the dispatcher to be idle', () => !first!.busy(), { everyMs: 1 })),
    async advance(ms) {
      clock += ms;
      await first!.changed();
      await stage.rest();
    },
    deliveries: async () => (await store.deliveries.list({ limit: 100_000 })).reverse(),
  };
  return stage;
}
