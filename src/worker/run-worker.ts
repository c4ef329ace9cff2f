/** The worker's life: become the home's owner, take the lock, work, linger, leave. */
import { join } from 'node:path';
import { createCourier } from '../delivery/courier.ts';
import { createWaker } from '../delivery/waker.ts';
import { houseKeeping } from '../pipeline/housekeeping.ts';
import { scanAll } from '../pipeline/scan-all.ts';
import { takeIn } from '../pipeline/take-in.ts';
import { openSpool } from '../spool/spool.ts';
import { becomeOwner } from '../system/become-owner.ts';
import { requireHome } from '../system/existing-home.ts';
import { prepareHome } from '../system/prepare-home.ts';
import { isShared } from '../system/share-home.ts';
import { pidLeft, processAlive, removePid, WORKER_TITLE, writePid } from '../system/worker-process.ts';
import { plural } from '../text/plural.ts';
import { explainTrouble } from './database-trouble.ts';
import { createLog } from './log.ts';
import { openHome } from './open-home.ts';
import { createRest } from './rest.ts';
import { scanIsDue } from './scan-is-due.ts';
import { takeLock } from './take-lock.ts';
import { tellPushers } from './tell-pushers.ts';
import { TROUBLE_MS, withPatience } from './with-patience.ts';

/** Between two cleanings. */
const HOUR_MS = 3_600_000;
/** A timer knows nothing of a clock that is set, and stands still while the machine sleeps. */
const LOOK_MS = 60_000;
/** Between the two looks of a scan: longer than git needs from moving its refs to the end of our hook. */
const GRACE_MS = 2_000;
/** Nothing tells that a process has ended which was moving refs. */
const HELD_MS = 100;

/** @param options `once`: until nothing is due, then exit. Gives the exit status. */
export async function runWorker(home: string, options: { once: boolean }): Promise<number> {
  await becomeOwner(home);
  process.title = WORKER_TITLE;
  process.umask(0o077);
  const log = createLog(text => process.stderr.write(text));
  await requireHome(home);
  await prepareHome(home);
  const spool = openSpool(join(home, 'spool'));
  const lock = await takeLock(home);
  if (lock === null) {
    if (options.once) log('info', 'another worker runs for this home');
    return 0;
  }
  const unclean = await pidLeft(home);
  const opened = await openHome(home, log, options);
  if (opened === null) {
    await removePid(home);
    lock.release();
    return 1;
  }
  const { store, live } = opened;
  let { version } = opened;
  const waker = createWaker();
  let stopping = false;
  const stop = () => {
    stopping = true;
    waker.wake();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  const { settings, send } = live;
  const courier = createCourier({
    store,
    send,
    settings,
    now: Date.now,
    random: Math.random,
    log,
    onIdle: waker.wake,
  });

  /** Whatever is wrong with the database, the files stay until it is well again. Gives how many have to wait. */
  async function takeInAll(): Promise<number> {
    const ends = { stopping: () => stopping };
    const onRecorded = (webhookIds: number[]) => courier.poke(webhookIds);
    const onAwaited = tellPushers({ home, store, spool, ...ends });
    try {
      const deps = { spool, store, settings, now: Date.now, log, onRecorded, onAwaited, ...ends };
      return (await takeIn(deps)).held;
    } catch (error) {
      log('error', `pushes wait in the spool: ${explainTrouble(error, home)}`);
      setTimeout(waker.wake, TROUBLE_MS);
      return 0;
    }
  }

  /** What the command line changed: settings, webhooks, deliveries. */
  async function followChanges(): Promise<void> {
    const current = await store.queue.version();
    if (current === version) return;
    version = current;
    await live.reload().catch(error => log('error', `settings stay as they were: ${error.message}`));
    await courier.changed();
  }

  /** The hook renames first and looks for the process id second: so the id goes first, and then one last look. */
  async function mayLeave(): Promise<boolean> {
    // Who shares the repositories cannot start the next one.
    if (!options.once && (await isShared(home))) return false;
    await removePid(home);
    // `once` leaves retries of a later time to whoever starts the next worker.
    const owed = courier.busy() || (!options.once && (await store.queue.owed()));
    if (!owed && (await spool.waiting()).length === 0) return true;
    await writePid(home, process.pid);
    return false;
  }

  /** Beside everything else: no push waits for it. What both announce at once is recorded once. */
  let scanning: Promise<void> | null = null;
  async function scanRepositories(): Promise<void> {
    const onRecorded = (webhookIds: number[]) => courier.poke(webhookIds);
    const underWay = () => spool.directories();
    const deps = { store, settings, now: Date.now, underWay, grace: GRACE_MS, log, onRecorded };
    await scanAll({ ...deps, stopping: () => stopping }).catch(error =>
      log('error', `scan: ${error.message}`),
    );
  }

  async function adoptOrphans(): Promise<void> {
    for (const name of await spool.adoptOrphans(processAlive)) {
      log('warn', `spool file ${name} was left by a hook that was killed: taken in`);
    }
  }

  const rest = createRest(() => courier.busy());
  const patiently = (task: () => Promise<void>) =>
    withPatience(task, { home, waker, log, stopping: () => stopping });

  async function cleanUp(): Promise<void> {
    await adoptOrphans();
    const due = await store.queue.pullIn(Date.now());
    if (due > 0) {
      log('warn', `the clock was ahead: ${plural(due, 'delivery', 'deliveries')} put off by that, sent now`);
      await courier.changed();
    }
    const removed = await houseKeeping(store, settings, Date.now(), () => stopping);
    if (removed > 0) log('info', `${removed} old rows are removed`);
  }

  async function work(): Promise<void> {
    await adoptOrphans();
    await patiently(() => courier.start());
    let cleanedAt = 0;
    let scanDue = unclean;
    rest.begin();
    while (!stopping) {
      if (await spool.gone()) return log('error', `${home} is gone: there is nothing left to do here`);
      const held = await takeInAll();
      if (held > 0) await adoptOrphans();
      const owed = courier.busy() || (!options.once && (await store.queue.owed()));
      if (!courier.busy() && Math.abs(Date.now() - cleanedAt) > HOUR_MS) {
        cleanedAt = Date.now();
        await patiently(cleanUp);
      }
      if (scanning === null && (scanDue || (await scanIsDue(store, settings['scan.every'], Date.now())))) {
        scanDue = false;
        // What a killed hook left would count as a push under way.
        await adoptOrphans();
        scanning = scanRepositories().finally(() => {
          scanning = null;
          waker.wake();
        });
      }
      const idle = !owed && held === 0 && scanning === null;
      const linger = options.once ? 0 : settings['worker.linger'] * 1_000;
      const wait = held > 0 ? HELD_MS : idle ? linger : LOOK_MS;
      const woken = (await waker.wait(wait)) === 'woken';
      if (!woken && idle && (await mayLeave())) break;
      if (woken) rest.begin();
      await followChanges();
    }
    log('info', stopping ? 'told to stop: what is in hand is finished first' : 'nothing is owed');
  }

  const unwatch = spool.watch(waker.wake);
  const failed = await work().then(
    () => false,
    error => {
      log('error', `the worker cannot go on: ${explainTrouble(error, home)}`);
      return true;
    },
  );
  // Before anything that takes time: a hook that comes now starts the next worker, which waits for this one.
  await removePid(home).catch(error => log('error', error.message));
  unwatch();
  rest.end();
  stopping = true;
  await scanning;
  await courier.stop();
  await live.close();
  store.close();
  lock.release();
  return failed ? 1 : 0;
}
