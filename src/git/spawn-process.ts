/**
 * Starts a process and gives something that behaves like one also where the system has no room for it: then Node throws, or
 * gives a child without streams, each in the middle of somebody's work.
 */
import {
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
  spawn,
} from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

/** What keeps it from starting comes as its `error`, and after that comes `close`. */
export function spawnProcess(
  program: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
): ChildProcessWithoutNullStreams {
  try {
    const child = spawn(program, args, options);
    // Without a descriptor there are no streams.
    if (child.stdin !== undefined) return child;
    return neverStarted(announce => child.once('error', announce));
  } catch (error) {
    return neverStarted(announce => setImmediate(announce, error as Error));
  }
}

function neverStarted(when: (announce: (error: Error) => void) => void): ChildProcessWithoutNullStreams {
  const child = new EventEmitter();
  const stdin = new PassThrough().resume();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  when(error => {
    child.emit('error', error);
    stdout.end();
    stderr.end();
    child.emit('close', null, null);
  });
  return Object.assign(child, { stdin, stdout, stderr, kill: () => false }) as never;
}
