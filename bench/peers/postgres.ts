/** PostgreSQL as `initdb` makes it: fsync and synchronous_commit are on. It refuses root, so it runs as somebody else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { closedPort } from '../../test/support/closed-port.ts';
import { must, run } from '../../test/support/run.ts';
import { until } from '../../test/support/until.ts';
import { findProgram, type Server } from './server.ts';

const ENV = { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' };

/** Null when it is not installed. @param dir an empty directory */
export async function startPostgres(dir: string): Promise<Server | null> {
  const initdb = findProgram('initdb', debian());
  const postgres = findProgram('postgres', debian());
  const isReady = findProgram('pg_isready', debian());
  if (initdb === null || postgres === null || isReady === null) return null;
  const who = await account();
  if (who !== null) await chown(dir, who.uid, who.gid);
  const as = who === null ? {} : who;
  const data = join(dir, 'data');
  await finished(
    spawn(initdb, ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8'], {
      ...as,
      cwd: dir,
      env: ENV,
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const port = await closedPort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${dir}`];
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...settings], {
    ...as,
    cwd: dir,
    env: ENV,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await until('PostgreSQL to answer', async () => {
    const ready = await run(isReady, ['-h', '127.0.0.1', '-p', String(port)], { env: ENV });
    return ready.status === 0;
  });
  return { port, stop: () => stop(child) };
}

/** Debian keeps them out of the PATH, one directory for each version; the newest one first. */
function debian(): string[] {
  try {
    const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
    return versions.map(version => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
}

/** Null when the account that measures will do. */
async function account(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const id = async (flag: string) => Number(await must('id', [flag, 'nobody'], { env: ENV }));
  return { uid: await id('-u'), gid: await id('-g') };
}

async function finished(child: ChildProcess): Promise<void> {
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`wanted status 0 of ${child.spawnfile}, got ${status}`);
}

/** SIGINT: at once, but in order. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  await once(child, 'exit');
}
