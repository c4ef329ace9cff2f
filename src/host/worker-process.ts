/** Whether the home's worker is alive, and how to start one that outlives its starter. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  const file = join(home, 'worker.pid');
  const written = `${file}.${randomUUID()}`;
  await writeFile(written, `${pid}\n`, { mode: 0o644, flag: 'wx' });
  try {
    await rename(written, file);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  }
}

/** What stands there; nothing of what is no plain file: a pipe would be waited for. */
async function readPid(home: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    await using file = await open(join(home, 'worker.pid'), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!(await file.stat()).isFile()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PID_BYTES), 0, PID_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  }
}

/** No process id is longer, with its line feed. */
const PID_BYTES = 16;

/** True when the last worker of the home did not take its leave. */
export async function pidLeft(home: string): Promise<boolean> {
  return (await readPid(home)) !== '';
}

export async function removePid(home: string): Promise<void> {
  await rm(join(home, 'worker.pid'), { force: true });
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
