/**
 * Lets git read a repository's objects only as long as they are its own: looked at before, and again after. What was read
 * while something changed is thrown away, and read once more: in a busy repository other pushes change it all the time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ownUid } from '../files/may.ts';
import { type ExaminedObjects, examineObjects, isUnchanged } from '../git/examine-objects.ts';
import { PassingTrouble, watchGit } from '../git/passing-trouble.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

export type Guarded<T> = { value: T } | { refused: string };

/** Members who push all the time must not keep the commits of a push from being read: some 4 s, with growing pauses. */
const TRIES = 12;
const LONGEST_PAUSE_MS = 500;

/** Milliseconds before what passes is tried again, for somebody who waits. */
const SHORT_PAUSES_MS = [100, 400, 1_500];

export interface GuardDeps {
  store: Store;
  settings: Settings;
  /** It makes objects and moves refs too, as trial merges do: afterwards only what stands there then can be judged. */
  writes?: boolean;
  /** The same will be tried again later: what is not whole because of something that passes is an error. */
  patient?: boolean | undefined;
}

/**
 * @param directory absolute path of the git directory, symbolic links resolved
 * @param isWhole whether nothing is missing in what was read
 * @throws PassingTrouble with `patient`: git was killed or could not be started, or the repository was away; and what the
 *   reading throws
 */
export async function guardReading<T>(
  directory: string,
  { store, settings, writes = false, patient = false }: GuardDeps,
  read: () => Promise<T>,
  isWhole: (value: T) => boolean = () => true,
): Promise<Guarded<T>> {
  const trust = {
    owner: ownUid(),
    roots: await store.roots.list(),
    alternates: settings['git.alternates'],
  };
  const refused = ({ problem, passes }: ExaminedObjects): { refused: string } => {
    if (patient && passes) throw new PassingTrouble(new Error(`${directory}: ${problem}`));
    return { refused: problem! };
  };
  for (let tries = 0; tries < TRIES; tries++) {
    const examined = await examineObjects(directory, trust);
    if (examined.problem !== null) return refused(examined);
    const { done, passed } = await watchGit(read);
    if (writes) {
      const after = await examineObjects(directory, trust);
      if (after.problem !== null) return refused(after);
    } else if (!(await isUnchanged(examined))) {
      await sleep(Math.min(10 * 2 ** tries, LONGEST_PAUSE_MS));
      continue;
    }
    const isGood = done.status === 'fulfilled' && isWhole(done.value);
    if (patient && passed !== null && !isGood) throw new PassingTrouble(passed);
    if (done.status === 'rejected') throw done.reason;
    return { value: done.value };
  }
  return { refused: 'It kept changing while it was read: stop what changes it, then retry.' };
}

/**
 * The same for somebody who waits for the answer, a pusher or an admin: what passes is tried again a few times at once. What
 * is read must do no harm when it is read again.
 */
export async function guardNow<T>(
  directory: string,
  deps: Omit<GuardDeps, 'patient'>,
  read: () => Promise<T>,
  isWhole?: (value: T) => boolean,
): Promise<Guarded<T>> {
  for (const pause of SHORT_PAUSES_MS) {
    try {
      return await guardReading(directory, { ...deps, patient: true }, read, isWhole);
    } catch (error) {
      if (!(error instanceof PassingTrouble)) throw error;
      await sleep(pause);
    }
  }
  return guardReading(directory, deps, read, isWhole);
}
