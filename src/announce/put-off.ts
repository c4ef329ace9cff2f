/**
 * Pushes that could not be read by what may pass: git was killed or could not be started, the repository was away. Each is
 * tried again with growing pauses before it is quarantined and needs a person. The pauses stand in the database, so that
 * another worker goes on with them.
 */
import { BelfryError } from '../errors.ts';
import { isPassing, PassingTrouble } from '../git/passing-trouble.ts';
import type { PutOff } from '../model/push.ts';
import type { SpoolFile } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';

/** After the first failure, the second, …: some 18 minutes, as long as a file server may need to come up again. */
const PAUSES_MS = [1_000, 5_000, 15_000, 60_000, 120_000, 300_000, 600_000];
/** Pauses for a place where no repository has ever been seen: it will hardly come back. */
const FEW = 2;
/** Files of one account that are kept waiting so: a repository that is not there can be named in very many. */
const MOST = 1_000;
/** A place whose pushes have waited so long in vain gets no more patience for as long again: else each would wait anew. */
const WORN_MS = PAUSES_MS.reduce((sum, pause) => sum + pause);

export type PutOffs = ReturnType<typeof createPutOffs>;

/** @param now milliseconds since 1970 */
export function createPutOffs({ store, now }: { store: Pick<Store, 'putOff'>; now: () => number }) {
  let known: Map<string, PutOff> | null = null;
  /** By the account that owns the file. */
  const counts = new Map<number, Set<string>>();
  /** Places that have used up their patience, and until when, milliseconds since 1970. */
  const worn = new Map<string, number>();

  async function load(): Promise<Map<string, PutOff>> {
    known ??= new Map((await store.putOff.all()).map(one => [one.name, one]));
    return known;
  }

  return {
    /** In how many milliseconds a file is to be tried again; 0: now. */
    async wait(name: string): Promise<number> {
      const left = ((await load()).get(name)?.next_at ?? 0) - now();
      // No pause is longer: the clock was ahead when it was put off.
      return left > PAUSES_MS.at(-1)! ? 0 : Math.max(left, 0);
    },

    /** Whether it will be tried again if it fails now. @param place what its account and its repository are known by */
    async hasPatience({ name, uid, trusted, push }: SpoolFile, place: string): Promise<boolean> {
      if ((worn.get(place) ?? 0) > now()) return false;
      const tries = (await load()).get(name)?.tries;
      if (tries === undefined) return trusted || (counts.get(uid)?.size ?? 0) < MOST;
      if (tries < FEW) return true;
      return tries < PAUSES_MS.length && (await store.putOff.isKnown(push.directory));
    },

    /** It has failed once more. Gives the pause in milliseconds. */
    async again(name: string, uid: number, reason: string): Promise<number> {
      const all = await load();
      const { tries = 0, since = now() } = all.get(name) ?? {};
      const pause = PAUSES_MS[tries] ?? PAUSES_MS.at(-1)!;
      const one = { name, tries: tries + 1, next_at: now() + pause, reason, since };
      await store.putOff.put(one);
      all.set(name, one);
      const mine = counts.get(uid) ?? new Set();
      counts.set(uid, mine.add(name));
      return pause;
    },

    /** The patience with a place has come to its end, or something of it could be read. */
    setWorn(place: string, isWorn: boolean): void {
      if (!isWorn) worn.delete(place);
      else if ((worn.get(place) ?? 0) <= now()) worn.set(place, now() + WORN_MS);
    },

    /** It was taken in, or is quarantined. */
    async forget(name: string, uid: number): Promise<void> {
      if (!(await load()).delete(name)) return;
      counts.get(uid)?.delete(name);
      await store.putOff.forget(name);
    },

    /** Nothing is kept of files that are gone. @param waiting names of those that are there */
    async prune(waiting: () => Promise<string[]>): Promise<void> {
      const all = await load();
      const there = new Set(all.size === 0 ? [] : await waiting());
      for (const name of all.keys()) {
        if (there.has(name)) continue;
        all.delete(name);
        for (const mine of counts.values()) mine.delete(name);
        await store.putOff.forget(name);
      }
    },

    /** Somebody may have said that one is due. True: one is. */
    async follow(): Promise<boolean> {
      if (known === null || known.size === 0) return false;
      const before = known;
      known = null;
      const after = await load();
      return [...before.values()].some(({ name, next_at }) => (after.get(name)?.next_at ?? 0) < next_at);
    },
  };
}

/**
 * Whether it may be well in a moment: the machine or the repository's place is to blame. What git refuses stays so, and who
 * writes a file could make git refuse it for ever.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof PassingTrouble) return true;
  if (error instanceof BelfryError) return ['conflict', 'environment', 'permission'].includes(error.code);
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return typeof syscall === 'string' && (isPassing(error) || AWAY.has(String(code)));
}

/** What lies there, or the way to it, is not there or not for us to see. */
const AWAY = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENODEV', 'ENXIO', 'ELOOP']);
