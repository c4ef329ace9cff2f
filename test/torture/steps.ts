/**
 * Which step a process was killed at, read from what strace wrote down of it: the state that was reached, and the call
 * that was never made. So a kill needs no code in the product, and a step is named by what had really happened.
 */

/** Calls that are written down; only these can be the moment of a kill. */
export const WORKER_CALLS =
  'openat,read,write,writev,pwrite64,fsync,fdatasync,unlink,rename,connect,exit_group,execve';
export const HOOK_CALLS =
  'openat,read,write,fsync,rename,renameat,renameat2,dup2,clone,vfork,wait4,execve,exit_group,unlink,unlinkat';

export interface Kill {
  step: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The worker or hook itself, not a process that it had started. */
  itself: boolean;
}

interface Line {
  pid: number;
  at: number;
  text: string;
}

/** Null when nothing was killed. @param call the call that the kill was set on; null: it came from outside */
export function workerKill(trace: string, call: string | null): Kill | null {
  const lines = read(trace);
  const first = lines.findIndex(isKill);
  if (first === -1) return null;
  const { pid, at } = lines[first]!;
  const before = lines.slice(0, first);
  const programs = new Map<number, string>();
  for (const line of before) note(programs, line);
  // Threads of the worker have no program of their own; git has.
  const main = lines[0]!.pid;
  if (pid !== main && programs.has(pid)) return { step: 'worker: git at work for it', at, itself: false };
  return { step: `worker: ${workerStep(before, call)}`, at, itself: true };
}

function workerStep(lines: Line[], call: string | null): string {
  let [locked, alive, opened, reading, leaving] = [false, false, false, false, false];
  let [sent, answered, unsettled] = [0, 0, 0];
  const last = call === null ? undefined : lines.findLast(({ text }) => text.startsWith(`${call}(`));
  for (const { text } of lines) {
    if (text === last?.text) continue;
    if (/^openat\(.*worker\.lock"/.test(text)) locked = true;
    else if (/^openat\(.*worker\.pid", O_W/.test(text)) [alive, leaving] = [true, false];
    else if (/^openat\(.*belfry\.db"/.test(text)) opened = true;
    else if (/^read\(\d+<[^>]*spool\/new\/[^.]/.test(text)) reading = true;
    else if (/^unlink\(".*spool\/new\/[^.]/.test(text)) reading = false;
    else if (/^unlink\(".*worker\.pid"/.test(text)) leaving = true;
    else if (/^writev?\(\d+<TCP/.test(text)) sent++;
    else if (/^read\(\d+<TCP.*HTTP\/1/.test(text)) [answered, unsettled] = [answered + 1, unsettled + 1];
    else if (/^fsync\(\d+<[^>]*-wal>/.test(text)) unsettled = 0;
  }
  const here = last?.text ?? '';
  if (!locked) return 'starting';
  if (!alive) return leaving ? 'leaving, its pid file removed' : 'lock taken, no pid file yet';
  if (!opened) return 'pid file written, database not open';
  if (/^unlink\(".*spool\/new\/[^.]/.test(here)) return 'push recorded, its file not removed';
  if (/^unlink\(".*worker\.pid"/.test(here)) return 'about to remove its pid file';
  if (leaving) return 'leaving, its pid file removed';
  if (/^connect\(/.test(here)) return 'claim committed, not connected';
  if (/^writev?\(\d+<TCP/.test(here)) return 'connected, request not sent';
  if (/^read\(\d+<TCP/.test(here)) return 'request sent, answer arriving';
  if (/^(pwrite64|fsync)\(\d+<[^>]*belfry/.test(here)) {
    if (unsettled > 0) return 'answers being committed';
    return reading ? 'push being committed' : 'claim being committed';
  }
  if (unsettled > 0) return 'answer received, not recorded';
  if (sent > answered) return 'request sent, no answer yet';
  return reading ? 'push being read and described' : 'between its steps';
}

/** Null when nothing was killed. */
export function hookKill(trace: string): Kill | null {
  const lines = read(trace);
  const first = lines.findIndex(isKill);
  if (first === -1) return null;
  const { pid, at } = lines[first]!;
  const programs = new Map<number, string>();
  let [created, flushed, foreign, after, renamed, synced, waking] = Array<boolean>(7).fill(false);
  for (const [index, line] of lines.slice(0, first).entries()) {
    note(programs, line);
    const { text } = line;
    // The line of the call that was never made has no result.
    const done = / = \d/.test(text) || lines.slice(index + 1, first).some(one => one.pid === line.pid);
    if (!done) continue;
    if (/^openat\(.*spool\/tmp\/.*O_CREAT/.test(text)) created = true;
    else if (/^fsync\(\d+<[^>]*spool\/tmp/.test(text)) flushed = true;
    else if (/^execve\(".*post-receive\.d\/post-receive"/.test(text)) foreign = true;
    else if (/^execve\("[^"]*\/mv"/.test(text)) after = true;
    else if (/^rename.*spool\/new\//.test(text)) renamed = true;
    else if (/^fsync\(\d+<[^>]*spool\/new/.test(text)) synced = true;
    else if (/^execve\(".*(setsid|env|\.bin\/node)"/.test(text)) waking = true;
  }
  const step = waking
    ? 'starting the worker'
    : synced
      ? 'published, worker not started'
      : renamed
        ? 'renamed, the directory not flushed'
        : after
          ? 'about to be renamed'
          : foreign
            ? 'the foreign hook running'
            : flushed
              ? 'file written and flushed'
              : created
                ? 'file being written'
                : 'before its file is there';
  return { step: `hook: ${step}`, at, itself: pid === lines[0]!.pid };
}

function note(programs: Map<number, string>, { pid, text }: Line): void {
  const program = /^execve\("([^"]+)"/.exec(text)?.[1];
  if (program !== undefined) programs.set(pid, program);
}

function isKill({ text }: Line): boolean {
  return text.startsWith('+++ killed by SIGKILL');
}

function read(trace: string): Line[] {
  return trace.split('\n').flatMap(line => {
    const match = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), at: Number(match[2]) * 1_000, text: match[3]! }];
  });
}
