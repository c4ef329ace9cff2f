/** The worker's life: become the home's owner, take the lock, work, linger, leave. */
import { join } from 'node:path';
import { createDispatcher } from '../delivery/dispatcher.ts';
import { createWaker } from '../delivery/waker.ts';
import { endOrphanedGit } from '../git/git-owner.ts';
import { prepareHome, requireHome } from '../host/home.ts';
import { becomeOwner } from '../host/home-owner.ts';
import { isShared } from '../host/share-home.ts';
import { pidLeft, removePid, WORKER_TITLE, writePid } from '../host/worker-process.ts';
import { openSpool } from '../spool/spool.ts';
import { plural } from '../text/plural.ts';
import { explainTrouble, withPatience } from './database-trouble.ts';
import { followPushes } from './follow-pushes.ts';
import { houseKeeping } from './housekeeping.ts';
import { createLog } from './log.ts';
import { openHome } from './open-home.ts';
import { createRest } from './rest.ts';
import { rootRefusal } from './root-refuses.ts';
import { runIntake } from './run-intake.ts';
import { runScans } from './run-scans.ts';
import { replaceWorker, takeLock } from './take-lock.ts';

/** Between two cleanings. */
const HOUR_MS = 3_600_000;
/** A timer knows nothing of a clock that is set, and stands still while the machine sleeps. */
const LOOK_MS = 60_000;
/** What is in flight when the worker is asked to stop may take so long; a repository that hangs must not keep it. */
const STOP_MS = 10_000;

type Say = (text: string) => void;
type Options = { once: boolean; replace?: boolean; say?: Say | undefined };

/** @param options `once`: until nothing is due. `replace`: as its command. `say`: takes the log. Gives the exit status. */
export async function runWorker(home: string, options: Options): Promise<number> {
  await becomeOwner(home);
  process.title = WORKER_TITLE;
  process.umask(0o077);
  const say: Say = options.say ?? (text => process.stderr.write(text));
  const log = createLog(say);
  await requireHome(home);
  await prepareHome(home);
  const spool = openSpool(join(home, 'spool'));
  const lock = options.replace ? await replaceWorker(home) : await takeLock(home);
  if (lock === null) {
    if (options.once) log('info', 'another worker runs for this home');
    return 0;
  }
  const unclean = await pidLeft(home);
  // What a worker that was killed has left running would go on for as long as git's own limits allow.
  endOrphanedGit();
  const waker = createWaker();
  let stopping = false;
  const stop = () => {
    stopping = true;
    waker.wake();
  };
  // From the moment at which others find its process id.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  const ends = { stopping: () => stopping };
  const opened = await openHome(home, log, { ...options, ...ends, waker });
  if (typeof opened === 'number') {
    await removePid(home);
    lock.release();
    return opened;
  }
  const { store, live } = opened;
  let { version } = opened;
  const { settings, send } = live;
  const dispatcher = createDispatcher({
    store,
    send,
    settings,
    now: Date.now,
    random: Math.random,
    log,
    onIdle: waker.wake,
  });

  const pushers = followPushes({ home, store, spool, settings, now: Date.now });
  const intake = runIntake({
    spool,
    store,
    settings,
    waker,
    now: Date.now,
    log,
    onRecorded: dispatcher.poke,
    onAwaited: pushers.follow,
    onLeftOut: pushers.leaveOut,
    refusal: rootRefusal,
    ...ends,
  });

  /** What the command line changed: settings, webhooks, deliveries. */
  async function followChanges(): Promise<void> {
    const current = await store.queue.version();
    if (current === version) return;
    version = current;
    await live.reload().catch(error => log('error', `settings are not reloaded: ${error.message}`));
    await dispatcher.changed();
  }

  /** The hook renames first and looks for the process id second: so the id goes first, and then the spool is read once more. */
  async function mayLeave(): Promise<boolean> {
    // Who shares the repositories cannot start the next one.
    if (!options.once && (await isShared(home))) return false;
    await removePid(home);
    // `once` leaves what is tried again later, pushes and deliveries, to whoever starts the next worker.
    const pending = dispatcher.busy() || (!options.once && (await store.queue.hasPending()));
    if (!pending && (await spool.waiting()).every(name => options.once && intake.isLater(name))) return true;
    await writePid(home, process.pid);
    intake.poke();
    return false;
  }

  const scans = runScans({
    home,
    store,
    settings,
    now: Date.now,
    log,
    onRecorded: dispatcher.poke,
    refusal: rootRefusal,
    ...{ say, spool, intake, waker, ...ends },
  });

  const rest = createRest(() => dispatcher.busy());
  const patiently = (task: () => Promise<void>) =>
    withPatience(task, { waker, log, stopping: () => stopping });

  async function cleanUp(): Promise<void> {
    await intake.adoptOrphans();
    const due = await store.queue.pullIn(Date.now());
    if (due > 0) {
      log('warn', `the clock was ahead: ${plural(due, 'delivery', 'deliveries')} delayed by it, sent now`);
      await dispatcher.changed();
    }
    const removed = await houseKeeping(store, settings, Date.now(), () => stopping);
    if (removed > 0) log('info', `removed ${plural(removed, 'old row')}`);
  }

  async function work(): Promise<void> {
    await patiently(() => dispatcher.start());
    intake.start();
    let cleanedAt = 0;
    let scanDue = unclean;
    rest.begin();
    while (!stopping) {
      if (await spool.gone()) return log('error', `${home} is gone: stopping`);
      const pending = dispatcher.busy() || (!options.once && (await store.queue.hasPending()));
      if (!dispatcher.busy() && Math.abs(Date.now() - cleanedAt) > HOUR_MS) {
        cleanedAt = Date.now();
        await patiently(cleanUp);
      }
      if (await scans.beginWhenDue(scanDue)) scanDue = false;
      const idle = !pending && intake.idle(options.once) && !scans.running();
      const linger = options.once ? 0 : settings['worker.linger'] * 1_000;
      const wait = idle ? linger : LOOK_MS;
      const woken = (await waker.wait(wait)) === 'woken';
      if (!woken && idle && (await mayLeave())) break;
      if (woken) rest.begin();
      await followChanges();
    }
    log('info', stopping ? 'stopping: finishing the requests in flight' : 'nothing is pending');
  }

  const unwatch = spool.watch(() => {
    intake.poke();
    waker.wake();
  });
  const failed = await work().then(
    () => false,
    error => {
      log('error', `the worker cannot go on: ${explainTrouble(error)}`);
      return true;
    },
  );
  // Before anything that takes time: a hook that comes now starts the next worker, which waits for this one.
  await removePid(home).catch(error => log('error', error.message));
  unwatch();
  rest.end();
  stopping = true;
  const [givenUp, scanned] = await Promise.all([intake.stop(STOP_MS), scans.end(STOP_MS)]);
  if (givenUp > 0)
    log('warn', `left ${plural(givenUp, 'push')} unfinished: the next worker reads them again`);
  await dispatcher.stop();
  await pushers.stop();
  await live.close();
  store.close();
  lock.release();
  // What was given up is a git that hangs, or a file system that does not answer: with the one a process does not end by
  // itself, with the other not even by exit().
  if (givenUp > 0 || !scanned) process.kill(process.pid, 'SIGKILL');
  return failed ? 1 : 0;
}
