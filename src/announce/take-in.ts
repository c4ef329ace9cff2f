/**
 * Empties the spool. Every push becomes events and deliveries, those of several repositories at once; what cannot be used
 * is quarantined with its reason. Accounts have turns, so that nobody keeps the pushes of the others waiting by leaving
 * very many files: a turn costs so little that a push that has just come waits for a fraction of a second.
 */
// long: the life of one intake: what is held, what is put off and what is in flight belong together.
import { createWaker } from '../delivery/waker.ts';
import { inOrder, type SpoolEntry } from '../spool/folder-index.ts';
import { createForesight, type Foresight } from './foresight.ts';
import { createLanes, type Stretch } from './lanes.ts';
import { createPutOffs } from './put-off.ts';
import { placeOf, quarantine, quarantineRubbish, type Stayed, type TakeInDeps, takeOne } from './take-one.ts';

export interface TakenIn {
  /** Pushes, and what was none. */
  taken: number;
  /** Files that have to wait. */
  held: number;
}

/** Files of one account that are opened before it is the turn of the others. */
const TURN = 64;
/** So long a worker that is to leave as soon as it can waits for another try. */
const MOMENT_MS = 20_000;
/** Between two turns with nothing but rubbish. */
const RUBBISH_PAUSE_MS = 20;
/** Bytes: some 10,000 refs. */
const LARGE = 2 ** 20;
/** Files that are due at nearly the same time are asked together. */
const LEAST_WAIT_MS = 20;
/** A directory that lies elsewhere whenever somebody looks is moved to mislead. */
const MOST_MOVES = 3;

export type Intake = ReturnType<typeof createIntake>;

/** Lives as long as its worker: what one round has learned of the spool is not asked again by the next. */
export function createIntake(deps: TakeInDeps) {
  const { spool, now } = deps;
  const waker = createWaker();
  /** When files that wait are to be asked again, milliseconds since 1970. */
  const held = new Map<SpoolEntry, number>();
  const putOffs = createPutOffs(deps);
  /** By place (see `placeOf`) the push that is tried again: the later ones wait behind it. */
  const first = new Map<string, SpoolEntry>();
  /** Names of held files that wait for another try, or behind such a one. */
  const putOff = new Set<string>();
  const moves = new WeakMap<SpoolEntry, number>();
  const foresights = new WeakMap<Stretch<SpoolEntry>, Foresight>();
  /** Directories of which something was taken: what waits there may not have to wait any longer. */
  const done = new Set<string>();
  let taken = 0;
  let began = false;
  let stopped = false;
  let givenUp = false;
  let failure: { error: unknown } | null = null;

  const lanes = createLanes<SpoolEntry>({
    work,
    inOrder,
    accountOf: ({ uid }) => uid,
    isLarge: ({ size }) => size > LARGE,
    onIdle: waker.wake,
    onFailure(error) {
      failure ??= { error };
      waker.wake();
    },
  });

  async function work(entry: SpoolEntry, stretch: Stretch<SpoolEntry>): Promise<void> {
    if (entry.gone) return;
    if (mustStop()) {
      held.set(entry, 0);
      return;
    }
    const waitMs = await waitInOrder(entry);
    if (waitMs > 0) return follow(entry, { waitMs, putOff: true });
    const foresight = foresights.get(stretch) ?? createForesight(spool, stretch.upcoming);
    foresights.set(stretch, foresight);
    const outcome = await takeOne(entry, { ...deps, putOffs, foresight, givenUp: () => givenUp });
    const times = moves.get(entry) ?? 0;
    if (outcome !== 'taken' && 'movedTo' in outcome && times < MOST_MOVES) {
      moves.set(entry, times + 1);
      spool.move(entry, outcome.movedTo);
      lanes.add(outcome.movedTo, entry);
    } else if (outcome !== 'taken' && 'movedTo' in outcome) {
      const reason = 'its directory kept changing: stop what changes it, then retry';
      await follow(entry, await quarantine(entry.name, reason, deps));
    } else await follow(entry, outcome);
  }

  /** For how long it has to wait, by itself or for one before it; 0: not at all. */
  async function waitInOrder(entry: SpoolEntry): Promise<number> {
    const before = first.get(placeOf(entry));
    if (before === undefined || before.gone || inOrder(before, entry) >= 0) return putOffs.wait(entry.name);
    return Math.max(await putOffs.wait(before.name), LEAST_WAIT_MS);
  }

  function mustStop(): boolean {
    stopped ||= deps.stopping();
    if (stopped) lanes.pause();
    return stopped;
  }

  async function follow(entry: SpoolEntry, outcome: Stayed): Promise<void> {
    const [directory, place] = [directoryOf(entry), placeOf(entry)];
    putOff.delete(entry.name);
    if (outcome === 'taken') {
      taken++;
      done.add(directory);
      if (first.get(place) === entry) first.delete(place);
      return putOffs.forget(entry.name, entry.uid);
    }
    held.set(entry, now() + outcome.waitMs);
    if (outcome.putOff !== true) return;
    putOff.add(entry.name);
    const before = first.get(place);
    if (before === undefined || before.gone || inOrder(entry, before) < 0) first.set(place, entry);
  }

  /** Opens the next files, begins what can begin, and puts rubbish away. Gives whether there was anything but rubbish. */
  async function turn(): Promise<boolean> {
    const entries = await spool.takeTurn(TURN);
    const due = [...held].filter(([, at]) => at <= now()).map(([entry]) => entry);
    for (const entry of due) held.delete(entry);
    const rubbish: SpoolEntry[] = [];
    for (const entry of [...due, ...entries]) {
      if (entry.gone || entry.claim === null) continue;
      if (typeof entry.claim === 'string') rubbish.push(entry);
      else lanes.add(entry.claim.directory, entry);
    }
    if (!stopped && failure === null) lanes.resume();
    for (const entry of rubbish) {
      if (mustStop()) break;
      await follow(entry, await quarantineRubbish(entry, entry.claim as string, deps));
    }
    return rubbish.length < entries.length;
  }

  function untilDue(): number | null {
    let first = Number.POSITIVE_INFINITY;
    for (const [entry, at] of held) first = Math.min(first, done.has(directoryOf(entry)) ? 0 : at);
    return first === Number.POSITIVE_INFINITY ? null : Math.max(first - now(), LEAST_WAIT_MS);
  }

  return {
    /** Something has happened in the spool. */
    poke: waker.wake,

    /**
     * Takes in what is there, until nothing is left but what has to wait. What takes long holds up neither what comes
     * meanwhile nor an error.
     * @throws BelfryError `database`: the files stay where they are
     */
    async takeIn(): Promise<TakenIn> {
      [taken, failure] = [0, null];
      const isDue = await putOffs.follow();
      for (const entry of held.keys())
        if (done.has(directoryOf(entry)) || (isDue && putOff.has(entry.name))) held.set(entry, 0);
      done.clear();
      await spool.refresh();
      if (!began) {
        spool.startOver();
        await putOffs.prune(spool.waiting);
        began = true;
      }
      for (let [seen, listed] = [0, true]; ; ) {
        const useful = failure === null && (await turn());
        if (failure !== null) throw (failure as { error: unknown }).error;
        if (stopped) break;
        if (spool.hasMore()) {
          if (!useful) await waker.pause(RUBBISH_PAUSE_MS);
        } else if (lanes.inFlight() > 0) {
          await waker.wait(untilDue());
          if (givenUp || mustStop()) break;
        } else if (listed && taken === seen) break;
        seen = taken;
        // Before it comes to rest, all that is there has been seen.
        listed = lanes.inFlight() === 0 && !spool.hasMore();
        await (listed ? spool.refresh() : spool.follow());
      }
      while (lanes.inFlight() > 0 && !givenUp) await waker.wait(null);
      for (const entry of held.keys()) {
        if (!entry.gone) continue;
        held.delete(entry);
        putOff.delete(entry.name);
      }
      return { taken, held: held.size };
    },

    /** Names of files that wait for another try, or behind such a push, and not only for a moment. */
    later(): Set<string> {
      const isLater = ([{ name }, at]: [SpoolEntry, number]) => putOff.has(name) && at - now() > MOMENT_MS;
      return new Set([...held].filter(isLater).map(([{ name }]) => name));
    },

    /** In how many milliseconds a file that waits is to be asked again; null: none waits. */
    untilDue,

    /** What is in flight is left to itself, and changes nothing any more. Gives how many files that are. */
    giveUp(): number {
      givenUp = true;
      lanes.pause();
      waker.wake();
      return lanes.inFlight();
    },
  };
}

function directoryOf({ name, claim }: SpoolEntry): string {
  return claim === null || typeof claim === 'string' ? name : claim.directory;
}

/** Until nothing is left but what has to wait, once. */
export function takeIn(deps: TakeInDeps): Promise<TakenIn> {
  return createIntake(deps).takeIn();
}
