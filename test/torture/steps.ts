/**
 * Which step a process was killed at, read from what strace wrote down of it: the state that was reached, and the call
 * that was never made. So a kill needs no code in the product, and a step is named by what had really happened. What was
 * seen once is what the next kills aim at.
 */
import { followHook, HOOK_STEPS } from './hook-steps.ts';
import { callOf, type Follow, isKill, readTrace } from './trace.ts';
import { followWorker, WORKER_STEPS } from './worker-steps.ts';

export type Role = 'hook' | 'worker';

/** All that can be killed at. */
export const STEPS = [
  ...HOOK_STEPS.map(step => `hook: ${step}`),
  ...WORKER_STEPS.map(step => `worker: ${step}`),
];

export interface Kill {
  step: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** `fsync:3`: killed when it is about to make its third. */
export interface Plan {
  call: string;
  when: number;
  /** Only calls on these files of the home are looked at, and counted. */
  only?: string[];
}

/** Null when nothing was killed. @param call the call that the kill was set on; null: it came from outside */
export function findKill(role: Role, trace: string, call: string | null): Kill | null {
  const lines = readTrace(trace);
  const killed = lines.findIndex(isKill);
  if (killed === -1) return null;
  const follow = follower(role, lines[0]!.pid);
  const before = lines.slice(0, killed).map(line => ({ line, step: follow(line) }));
  const never = before.findLast(
    ({ line }) => call !== null && callOf(line) === call && !/ = -?\d/.test(line.text),
  );
  const { pid, at } = lines[killed]!;
  const step = never?.step ?? follow({ pid, at, text: '' });
  return { step: `${role}: ${step}`, at };
}

/** For each step the plans that would have hit it in this trace. */
export function aims(role: Role, trace: string): Map<string, Plan[]> {
  const found = new Map<string, Plan[]>();
  const lines = readTrace(trace);
  if (lines.length === 0) return found;
  const follow = follower(role, lines[0]!.pid);
  // strace counts for every process and thread by itself: the first one to come to a number is the one that is hit.
  const counts = new Map<string, number>();
  const highest = new Map<string, number>();
  for (const line of lines) {
    const step = `${role}: ${follow(line)}`;
    const call = callOf(line);
    if (call === null) continue;
    const when = (counts.get(`${line.pid} ${call}`) ?? 0) + 1;
    counts.set(`${line.pid} ${call}`, when);
    if (when <= (highest.get(call) ?? 0)) continue;
    highest.set(call, when);
    // The first one is strace's own start of the program.
    if (call !== 'execve' || when > 1) found.set(step, [...(found.get(step) ?? []), { call, when }]);
  }
  return found;
}

function follower(role: Role, main: number): Follow {
  return role === 'hook' ? followHook() : followWorker(main);
}
