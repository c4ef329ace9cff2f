/**
 * Lets git read a repository's objects only as long as they are its own: looked at before, and again after. What was read
 * while something changed is thrown away, and read once more: in a busy repository other pushes change it all the time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { examineObjects, isUnchanged } from '../git/examine-objects.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { ownUid } from '../system/own-uid.ts';

export type Guarded<T> = { value: T } | { refused: string };

/** Members who push all the time must not keep the commits of a push from being read: some 4 s, with growing pauses. */
const TRIES = 12;
const LONGEST_PAUSE_MS = 500;

export interface GuardDeps {
  store: Store;
  settings: Settings;
  /** It makes objects and moves refs too, as trial merges do: afterwards only what stands there then can be judged. */
  writes?: boolean;
}

/** @param directory absolute path of the git directory, symbolic links resolved */
export async function guardReading<T>(
  directory: string,
  { store, settings, writes = false }: GuardDeps,
  read: () => Promise<T>,
): Promise<Guarded<T>> {
  const trust = {
    owner: ownUid(),
    roots: await store.roots.list(),
    alternates: settings['git.alternates'],
  };
  for (let tries = 0; tries < TRIES; tries++) {
    const examined = await examineObjects(directory, trust);
    if (examined.problem !== null) return { refused: examined.problem };
    const [done] = await Promise.allSettled([read()]);
    if (writes) {
      const { problem } = await examineObjects(directory, trust);
      if (problem !== null) return { refused: problem };
    } else if (!(await isUnchanged(examined))) {
      await sleep(Math.min(10 * 2 ** tries, LONGEST_PAUSE_MS));
      continue;
    }
    if (done.status === 'rejected') throw done.reason;
    return { value: done.value };
  }
  return { refused: 'It changed all the time while it was read.' };
}
