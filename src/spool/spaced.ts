/**
 * Work that many ask for and that one run does for all of them. A run answers everybody who asked before it began, so what
 * it finds is never older than the question; and after a run that took long there is a rest that is longer still, so that
 * it never takes more than a small share of the time, however often it is asked for.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** The rest is so many times as long as the run was. */
const REST = 20;
const LONGEST_REST_MS = 250;
/** Shorter than a timer can be. */
const NO_REST_MS = 1;

export function spaced(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  let following: Promise<void> | null = null;
  let restUntil = 0;

  async function run(): Promise<void> {
    const started = performance.now();
    try {
      await work();
    } finally {
      const ended = performance.now();
      restUntil = ended + Math.min((ended - started) * REST, LONGEST_REST_MS);
      current = null;
    }
  }

  async function runNext(): Promise<void> {
    await current?.catch(() => {});
    const rest = restUntil - performance.now();
    if (rest > NO_REST_MS) await sleep(rest);
    following = null;
    current = run();
    await current;
  }

  return () => {
    following ??= runNext();
    return following;
  };
}
