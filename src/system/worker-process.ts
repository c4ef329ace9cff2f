/** Whether the home's worker is alive, and how to start one that outlives its starter. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the kernel shows of a worker in /proc/PID/stat; the hook looks for the same word. */
export const WORKER_TITLE = 'belfry-worker';

/** Its process id, or null. A number that has gone to another process does not count. */
export async function livingWorker(home: string): Promise<number | null> {
  const pid = Number(await readFile(join(home, 'worker.pid'), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // A dead one whose parent does not care (a container without an init) stays as a zombie, Z.
  return stat.startsWith(`${pid} (${WORKER_TITLE}) `) && !/^[ZX]/.test(stat.split(') ')[1]!) ? pid : null;
}

export async function writePid(home: string, pid: number): Promise<void> {
  await writeFile(join(home, 'worker.pid'), `${pid}\n`, { mode: 0o644 });
}

/** True when the last worker of the home did not take its leave. */
export async function pidLeft(home: string): Promise<boolean> {
  return (await readFile(join(home, 'worker.pid'), 'utf8').catch(() => '')) !== '';
}

export async function removePid(home: string): Promise<void> {
  await rm(join(home, 'worker.pid'), { force: true });
}

/** Starts a worker in the background. @param program node, and the directory of the installation */
export async function startWorker(home: string, program: { node: string; app: string }): Promise<void> {
  const log = openSync(join(home, 'log', 'worker.log'), 'a', 0o600);
  try {
    const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/' } = process.env;
    spawn('/bin/sh', [join(program.app, 'src/start-worker.sh'), program.node, '--home', home], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { PATH, HOME, LANG: 'C.UTF-8' },
    }).unref();
  } finally {
    closeSync(log);
  }
}

/**
 * False for a zombie too, and for a process that began only later: numbers are given out again, after a reboot above all.
 * @param pid any process
 * @param at a time at which the one that is meant was at work, milliseconds since 1970
 */
export function processAlive(pid: number, at?: number): boolean {
  const fields = fieldsOf(pid);
  if (fields === null) return false;
  return at === undefined || startedAt(Number(fields[STARTED])) <= at + START_PRECISION_MS;
}

/** proc(5): `starttime` is field 22, in hundredths of a second since the machine started (`btime`, whole seconds). */
const STARTED = 22 - 4;
const START_PRECISION_MS = 2_000;

/** What stands in /proc/PID/stat behind the state; null for one that is gone, or dead and not reaped. */
function fieldsOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', ...fields] = stat.split(') ').at(-1)!.split(' ');
    return state === 'Z' || state === 'X' ? null : fields;
  } catch {
    return null;
  }
}

function startedAt(ticks: number): number {
  return bootedAt() + ticks * 10;
}

/** When the machine started, milliseconds since 1970, to a second. */
export function bootedAt(): number {
  return Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]) * 1_000;
}
