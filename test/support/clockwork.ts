/**
 * The worker's steps in the test's own process, under a clock that the test moves. Everything else is real: the hook
 * that a real push runs, the spool, the database, the sender and the receiver. The hook is installed for a program
 * without Node, so that no worker of its own comes in between.
 */
import { cp } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { takeIn } from '../../src/announce/take-in.ts';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { prepareHome } from '../../src/host/home.ts';
import { createSender } from '../../src/http/sender.ts';
import { installHooks } from '../../src/installer/install-hooks.ts';
import type { Delivery } from '../../src/model/delivery.ts';
import type { WebhookInput } from '../../src/model/webhook.ts';
import { resolveSettings, type Settings } from '../../src/settings/settings.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { openStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { NEW_WEBHOOK } from '../../src/webhooks/webhook-input.ts';
import { PROJECT } from './belfry.ts';
import { type GitRepository, gitRepository } from './git-repository.ts';
import { type Receiver, receiver } from './receiver.ts';
import { until } from './until.ts';

export interface Clockwork {
  dir: string;
  home: string;
  repository: GitRepository;
  receiver: Receiver;
  store: Store;
  /** The settings in force; a test may change them before the first push. */
  settings: Settings;
  log: string[];
  now(): number;
  /** Adds a webhook for a path of the receiver, with signature and secret unless told otherwise; gives its id. */
  webhook(path: string, input?: Partial<WebhookInput>): Promise<number>;
  /** Pushes, and takes the push out of the spool. Its deliveries are on their way then, not over. */
  push(...refs: string[]): Promise<void>;
  /** Waits until nothing is in hand and nothing is due. */
  rest(): Promise<void>;
  /** Moves the clock, and waits until what is due by then is done. */
  advance(ms: number): Promise<void>;
  /** Newest first. */
  deliveries(): Promise<Delivery[]>;
}

export const SECRET = 'SEC-a-secret-of-the-test';

export async function clockwork(t: Test, startsAt = Date.now()): Promise<Clockwork> {
  const dir = t.testdir({});
  const home = join(dir, 'home');
  const repository = await gitRepository(dir);
  const receives = await receiver(t);
  const app = join(dir, 'no-program');
  await cp(join(PROJECT, 'hooks'), join(app, 'hooks'), { recursive: true });
  await prepareHome(home);
  await installHooks(repository.path, { app, home });

  let time = startsAt;
  const now = () => time;
  const store = openStore({ home, migrations: join(PROJECT, 'migrations'), opening: 'make' });
  await store.roots.add(join(dir, 'root'));
  const spool = openSpool(join(home, 'spool'));
  const settings = resolveSettings(new Map([['web.url', 'https://git.example.com']]), hostname());
  const sender = createSender(settings);
  const lines: string[] = [];
  const log = (level: string, message: string) => void lines.push(`${level} ${message}`);
  // Half of the jitter's range: the delays of the schedule come out exact.
  const random = () => 0.5;
  const dispatcher = createDispatcher({
    store,
    settings,
    now,
    random,
    log,
    send: (request, limits) => sender.send(request, limits),
    onIdle: () => {},
  });
  await dispatcher.start();
  t.teardown(async () => {
    await dispatcher.stop();
    await sender.close();
    store.close();
  });

  const rest = () =>
    until('the dispatcher to be idle', () => !dispatcher.busy(), { everyMs: 2 }).then(() => {});
  return {
    dir,
    home,
    repository,
    receiver: receives,
    store,
    settings,
    log: lines,
    now,
    async webhook(path, input = {}) {
      const url = receives.url + path;
      const added = await store.webhooks.add(
        {
          ...NEW_WEBHOOK,
          url,
          scope: 'all',
          events: ['push', 'tag_push'],
          auth: 'signature',
          secret: SECRET,
          ...input,
        },
        url,
        now(),
      );
      return added.id;
    },
    async push(...refs) {
      const pushed = await repository.push(refs);
      if (pushed.status !== 0) throw new Error(pushed.stderr);
      await takeIn({ spool, store, settings, now, log, stopping: () => false, onRecorded: dispatcher.poke });
    },
    rest,
    async advance(ms) {
      time += ms;
      await dispatcher.changed();
      await rest();
    },
    deliveries: () => store.deliveries.list({ limit: 1_000 }),
  };
}
