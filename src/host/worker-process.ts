/** Whether the home's worker is alive, and how to start one that outlives its starter. */
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';
import { openDirectory, readFileAt } from '../files/safe-directory.ts';

/** What the kernel shows of a worker in /proc/PID/stat; the hook looks for the same word. */
export const WORKER_TITLE = 'belfry-worker';

/** Its process id, or null. A number that has gone to another process does not count. */
export async function livingWorker(home: string): Promise<number | null> {
  const pid = Number(await readPid(home));
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // A dead one whose parent does not care (a container without an init) stays as a zombie, Z.
  return stat.startsWith(`${pid} (${WORKER_TITLE}) `) && !/^[ZX]/.test(stat.split(') ')[1]!) ? pid : null;
}

/** Whole at any moment, and never through a link that lies in its place. */
export async function writePid(home: string, pid: number): Promise<void> {
  await using directory = await openDirectory(home, { links: 'follow' });
  await replaceFile(directory, PID_FILE, `${pid}\n`, 0o644);
}

/** What stands there; nothing of what is no plain file. */
async function readPid(home: string): Promise<string> {
  const bytes = await readFileAt(join(home, PID_FILE), { most: PID_BYTES, cut: true }).catch(() => null);
  return bytes?.toString('latin1') ?? '';
}

const PID_FILE = 'worker.pid';
/** No process id is longer, with its line feed. */
const PID_BYTES = 16;

/** True when the last worker of the home did not take its leave. */
export async function pidLeft(home: string): Promise<boolean> {
  return (await readPid(home)) !== '';
}

export async function removePid(home: string): Promise<void> {
  await rm(join(home, PID_FILE), { force: true });
}

/**
 * Starts a worker in the background. It opens its log itself; what keeps it from that stands in the system's log.
 * @param program node, and the directory of the installation
 */
export async function startWorker(home: string, program: { node: string; app: string }): Promise<void> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/' } = process.env;
  const child = spawn('/bin/sh', [join(program.app, 'src/start-worker.sh'), program.node, '--home', home], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { PATH, HOME, LANG: 'C.UTF-8' },
  });
  child.unref();
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve).once('error', reject);
  });
}

/** Asks a worker to leave; it may have left by itself, and its number may be another process's by now. */
export function askToLeave(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has left, or the number is somebody else's.
  }
}
