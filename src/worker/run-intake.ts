/** Takes pushes out of the spool beside everything else that a worker does: nothing of that waits for a repository. */

import { createIntake } from '../announce/take-in.ts';
import type { TakeInDeps } from '../announce/take-one.ts';
import { judges } from '../announce/trust.ts';
import { createWaker, type Waker } from '../delivery/waker.ts';
import { explainTrouble, TROUBLE_MS } from './database-trouble.ts';

export interface IntakeOptions extends TakeInDeps {
  /** Woken whenever the intake has come to rest. */
  waker: Waker;
}

export type RunningIntake = ReturnType<typeof runIntake>;

export function runIntake(options: IntakeOptions) {
  const { spool, settings, now, log, waker, stopping } = options;
  const intake = createIntake(options);
  const own = createWaker();
  let ended: Promise<void> = Promise.resolve();
  /** Nothing is being done, and nothing has failed. */
  let resting = true;
  let held = 0;
  let givenUp = 0;

  async function adoptOrphans(): Promise<void> {
    for (const name of await spool.adoptOrphans(judges(settings, now))) {
      log('warn', `push ${name} was left by a hook that was killed: reading it`);
    }
  }

  /** Gives in how many milliseconds the next one is due; null: when something happens. */
  async function round(): Promise<number | null> {
    resting = false;
    try {
      // What a killed hook left would count as a push under way.
      if (held > 0) await adoptOrphans();
      held = (await intake.takeIn()).held;
      resting = true;
      return intake.untilDue();
    } catch (error) {
      // Whatever is wrong with the database, the files stay until it is well again.
      log('error', `pushes wait in the spool: ${explainTrouble(error)}`);
      return TROUBLE_MS;
    }
  }

  async function run(): Promise<void> {
    await adoptOrphans().catch(error => log('error', error.message));
    while (!stopping()) {
      const wait = await round();
      waker.wake();
      await own.wait(wait);
    }
  }

  return {
    adoptOrphans,

    start(): void {
      resting = false;
      ended = run();
    },

    /** Something has happened in the spool. */
    poke(): void {
      resting = false;
      own.wake();
      intake.poke();
    },

    /** Whether nothing is in flight, and nothing has to wait. @param once what is tried again later does not count */
    idle: (once: boolean): boolean => resting && held === (once ? intake.later().size : 0),

    /** Whether a file is tried again later, or waits behind one that is. */
    isLater: (name: string): boolean => intake.later().has(name),

    /**
     * To be called when it is time to stop: what is in flight is finished, within a time.
     * @returns how many files were given up; they stay where they are
     */
    async stop(patienceMs: number): Promise<number> {
      own.wake();
      intake.poke();
      const timer = setTimeout(() => {
        givenUp = intake.giveUp();
      }, patienceMs);
      await ended;
      clearTimeout(timer);
      return givenUp;
    },
  };
}
