/** Redis that loses nothing it has confirmed: every write is synced before it is answered. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { closedPort } from '../../test/support/closed-port.ts';
import { until } from '../../test/support/until.ts';
import { findProgram, type Server } from './server.ts';

/** Null when it is not installed. @param dir an empty directory */
export async function startRedis(dir: string): Promise<Server | null> {
  const program = findProgram('redis-server');
  if (program === null) return null;
  const port = await closedPort();
  const settings = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--logfile', `${dir}/log`],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--auto-aof-rewrite-percentage', '0'],
    ...['--maxmemory-policy', 'noeviction'],
  ];
  const child = spawn(program, settings, { stdio: ['ignore', 'ignore', 'inherit'] });
  await until('Redis to listen', () => listens(port));
  return { port, stop: () => stop(child) };
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
