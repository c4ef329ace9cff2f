/** Compares all refs with the ledger beside everything else that a worker does: no push waits for it. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type ScanAllDeps, scanAll } from '../announce/scan-all.ts';
import { judges } from '../announce/trust.ts';
import type { Waker } from '../delivery/waker.ts';
import { bootedAt } from '../host/process-state.ts';
import type { Spool } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import type { RunningIntake } from './run-intake.ts';
import { surveyApart } from './survey-apart.ts';

/** Between the two comparisons of a scan: longer than git needs from moving its refs to the end of our hook. */
const GRACE_MS = 2_000;
const HOUR_MS = 3_600_000;

export interface ScansOptions extends Omit<ScanAllDeps, 'underWay' | 'grace'> {
  home: string;
  /** Takes the lines of the log. */
  say: (text: string) => void;
  spool: Spool;
  intake: Pick<RunningIntake, 'adoptOrphans'>;
  /** Woken whenever a scan has ended. */
  waker: Waker;
}

export function runScans({ home, say, spool, intake, waker, ...deps }: ScansOptions) {
  const { store, settings, now, log } = deps;
  const ended = new AbortController();
  let running: Promise<void> | null = null;

  async function scan(): Promise<void> {
    // What a killed hook left would count as a push under way.
    await intake.adoptOrphans();
    // Names may have changed. Where that cannot be seen, what is known is scanned all the same.
    await surveyApart(home, say, ended.signal).catch(error => log('error', `scan: ${error.message}`));
    const underWay = () => spool.directories(judges(settings, now));
    // What this and a push announce at once is recorded once.
    await scanAll({ ...deps, underWay, grace: GRACE_MS });
  }

  return {
    running: (): boolean => running !== null,

    /** Begins a scan when it is time for one, or when one is wanted. False: none was begun. */
    async beginWhenDue(wanted: boolean): Promise<boolean> {
      if (running !== null) return false;
      if (!wanted && !(await scanIsDue(store, settings['scan.every'], now()))) return false;
      running = scan()
        .catch(error => log('error', `scan: ${error.message}`))
        .finally(() => {
          running = null;
          waker.wake();
        });
      return true;
    },

    /** Waits for its end, for so long at the most. Gives whether it has ended. */
    async end(ms: number): Promise<boolean> {
      ended.abort();
      return atMost(ms, Promise.resolve(running));
    },
  };
}

/**
 * Whether it is time to compare all refs with the ledger.
 * @param every hours, 0 for never
 * @param now milliseconds since 1970; the last time may lie ahead of it, when the clock was wrong
 */
async function scanIsDue(store: Store, every: number, now: number): Promise<boolean> {
  const scannedAt = await store.ledger.scannedAt();
  // A machine that went down may have left refs without a hook.
  return every > 0 && (scannedAt < bootedAt() || Math.abs(now - scannedAt) >= every * HOUR_MS);
}

/** True when the work has ended within the time, whatever came of it. */
async function atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  const ended = work.then(
    () => true,
    () => true,
  );
  const timer = new AbortController();
  try {
    return await Promise.race([ended, sleep(ms, false, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
