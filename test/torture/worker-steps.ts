/** The steps of a worker, from its start to its end, and which one it is at, read from the calls that it makes. */
import type { Follow, Line } from './trace.ts';

/** Calls that are written down; only these can be the moment of a kill. */
export const WORKER_CALLS =
  'openat,read,pread64,write,writev,pwrite64,fsync,fdatasync,unlink,rename,connect,exit_group,execve';

export const WORKER_STEPS = [
  'starting, before its lock',
  'lock taken, no pid file yet',
  'pid file written, database not open',
  'database open, no push read yet',
  'push read, git not started',
  'git describing the push',
  'push described, not recorded',
  'push being recorded',
  'push recorded, its file not removed',
  'deliveries being claimed',
  'claimed, not connected',
  'connected, request not sent',
  'request half sent',
  'request sent, no answer yet',
  'answer being read',
  'answer read, not recorded',
  'answers being recorded',
  'nothing in flight',
  'about to remove its pid file',
  'pid file removed, still there',
] as const;

export type WorkerStep = (typeof WORKER_STEPS)[number];

const WRITES = /^(pwrite64|fsync)\(\d+<[^>]*belfry\.db(-wal)?>/;

/** @param main process id of the worker; its threads have numbers of their own and no program */
export function followWorker(main: number): Follow {
  let [locked, alive, opened, reading, writing, leaving, busy] = Array<boolean>(7).fill(false);
  let [described, sent, answered, unsettled] = [0, 0, 0, 0];
  const gits = new Set<number>();

  /** What is about to happen. */
  function here(text: string): WorkerStep {
    if (!locked) return 'starting, before its lock';
    if (leaving) return 'pid file removed, still there';
    if (!alive) return 'lock taken, no pid file yet';
    if (/^unlink\(".*worker\.pid"/.test(text)) return 'about to remove its pid file';
    if (!opened) return 'pid file written, database not open';
    if (/^unlink\(".*spool\/new\/[^.]/.test(text)) return 'push recorded, its file not removed';
    if (/^connect\(/.test(text)) return 'claimed, not connected';
    if (/^writev?\(\d+<TCP/.test(text))
      return /"POST /.test(text) ? 'connected, request not sent' : 'request half sent';
    if (/^read\(\d+<TCP/.test(text) && sent > answered) return 'answer being read';
    if (WRITES.test(text)) {
      if (unsettled > 0) return writing ? 'answers being recorded' : 'answer read, not recorded';
      return reading ? 'push being recorded' : 'deliveries being claimed';
    }
    if (unsettled > 0) return 'answer read, not recorded';
    if (sent > answered) return 'request sent, no answer yet';
    if (gits.size > 0) return 'git describing the push';
    if (reading) return described > 0 ? 'push described, not recorded' : 'push read, git not started';
    return busy ? 'nothing in flight' : 'database open, no push read yet';
  }

  function happened({ pid, text }: Line): void {
    if (pid !== main && /^execve\(".*\/git"/.test(text) && !/ENOENT/.test(text)) gits.add(pid);
    else if (gits.has(pid)) {
      if (/^(exit_group\(|\+\+\+)/.test(text) && gits.delete(pid)) described++;
    } else if (/^openat\(.*worker\.lock"/.test(text)) locked = true;
    else if (/^rename\(.*worker\.pid"/.test(text)) [alive, leaving] = [true, false];
    else if (/^openat\(.*belfry\.db"/.test(text)) opened = true;
    else if (/^p?read(64)?\(\d+<[^>]*spool\/new\/[^.]/.test(text))
      [reading, busy, described] = [true, true, 0];
    else if (/^unlink\(".*spool\/new\/[^.]/.test(text)) reading = false;
    else if (/^unlink\(".*worker\.pid"/.test(text)) leaving = true;
    else if (/^writev?\(\d+<TCP.*"POST /.test(text)) [sent, busy] = [sent + 1, true];
    else if (/^(read\(\d+<TCP|<\.\.\. read resumed>).*HTTP\/1/.test(text))
      [answered, unsettled] = [answered + 1, unsettled + 1];
    else if (/^fsync\(\d+<[^>]*-wal>/.test(text)) [unsettled, writing] = [0, false];
    else if (WRITES.test(text)) writing = true;
  }

  return line => {
    const step = gits.has(line.pid) ? 'git describing the push' : here(line.text);
    happened(line);
    return step;
  };
}
