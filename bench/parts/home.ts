/** A home of belfry's with a repository whose hooks are installed, and webhooks; what is asked of it from outside. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { maskUrl } from '../../src/masking/mask-url.ts';
import type { Store } from '../../src/store/store.ts';
import { sampleWebhook } from '../../test/store/samples.ts';
import { openTestStore } from '../../test/store/stage.ts';
import { type Belfry, belfry } from '../../test/support/belfry.ts';
import { type GitRepository, gitRepository } from '../../test/support/git-repository.ts';
import { until } from '../../test/support/until.ts';
import { warmWorker } from './worker.ts';
import type { Workshop } from './workshop.ts';

export const SECRET = 'a secret of the benchmark';
const DAY_S = 86_400;

export interface Home {
  belfry: Belfry;
  repository: GitRepository;
  store: Store;
  /** Starts the worker that a push would start, if none runs. */
  warm(): Promise<void>;
  /** Until nothing waits in the spool or is owed. */
  settled(): Promise<void>;
  /** Until no push waits in the spool. */
  takenIn(): Promise<void>;
}

/** @param urls one webhook for each, signed, for everything */
export async function openHome(workshop: Workshop, name: string, urls: readonly string[]): Promise<Home> {
  const dir = await workshop.room(name);
  const repository = await gitRepository(dir);
  const bell = belfry(workshop, dir);
  await bell.json(['install', join(dir, 'root')]);
  // It would leave between two measurements.
  await bell.json(['config', 'set', 'worker.linger', String(DAY_S)]);
  const { store } = openTestStore(workshop as never, bell.home);
  for (const url of urls) {
    await store.webhooks.add(sampleWebhook({ url, secret: SECRET }), maskUrl('gitee', url), Date.now());
  }
  const spool = join(bell.home, 'spool', 'new');
  const patience = { limitMs: 600_000, everyMs: 5 };
  const takenIn = () =>
    until('the spool to be empty', async () => (await readdir(spool)).length === 0, patience).then(() => {});

  return {
    belfry: bell,
    repository,
    store,
    warm: () => warmWorker(bell),
    async settled() {
      await takenIn();
      await until('everything to be delivered', async () => !(await store.queue.hasPending()), patience);
    },
    takenIn,
  };
}
