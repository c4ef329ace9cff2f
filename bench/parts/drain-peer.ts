/** Lets one of the peers drain its queue, with the server that it needs. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE } from '../../test/support/belfry.ts';
import type { PeerOptions } from '../peers/peer.ts';
import { startPostgres } from '../peers/postgres.ts';
import { startRedis } from '../peers/redis.ts';
import type { Server } from '../peers/server.ts';
import { SECRET } from './home.ts';
import type { Workshop } from './workshop.ts';

const PEERS = join(import.meta.dirname, '..', 'peers');

export interface PeerProgram {
  /** In the table. */
  which: string;
  /** A file of peers/. */
  file: string;
  server?: (dir: string) => Promise<Server | null>;
  /** Package of npm that it wants, and of Debian. */
  npm?: string;
  debian?: string;
}

export const CEILING: PeerProgram = { which: 'undici alone, no queue', file: 'undici-alone' };

export const PEER_PROGRAMS: readonly PeerProgram[] = [
  { which: 'BullMQ + Redis', file: 'bullmq', server: startRedis, npm: 'bullmq', debian: 'redis-server' },
  {
    which: 'pg-boss + PostgreSQL',
    file: 'pg-boss',
    server: startPostgres,
    npm: 'pg-boss',
    debian: 'postgresql',
  },
  { which: 'plainjob', file: 'plainjob', npm: 'plainjob' },
];

/** Why it cannot be measured here, or null. */
export async function missing(workshop: Workshop, peer: PeerProgram): Promise<string | null> {
  try {
    if (peer.npm !== undefined) import.meta.resolve(peer.npm, import.meta.url);
  } catch {
    return `${peer.which}: \`npm ci --prefix bench\` installs it`;
  }
  if (peer.server === undefined) return null;
  const server = await peer.server(await workshop.room(peer.file));
  if (server === null) return `${peer.which}: Debian's package ${peer.debian} is not installed`;
  await server.stop();
  return null;
}

type Wanted = Omit<PeerOptions, 'port' | 'dir' | 'secret'>;

/** Gives when the last result was durable, in milliseconds since 1970. */
export async function drainPeer(workshop: Workshop, peer: PeerProgram, wanted: Wanted): Promise<number> {
  const dir = await workshop.room(peer.file);
  const server = (await peer.server?.(dir)) ?? null;
  const options: PeerOptions = { ...wanted, dir, port: server?.port ?? 0, secret: SECRET };
  const child = fork(join(PEERS, 'run-peer.ts'), [peer.file, JSON.stringify(options)], { execPath: NODE });
  const stop = async () => {
    child.kill();
    await server?.stop();
  };
  workshop.teardown(stop);
  await told(child, peer);
  child.send('drain');
  const { drainedAt } = (await told(child, peer)) as { drainedAt: number };
  const left = once(child, 'exit');
  child.send('close');
  await left;
  await server?.stop();
  await rm(dir, { recursive: true, force: true });
  return drainedAt;
}

/** The next message. @throws when the process ends instead */
async function told(child: ChildProcess, peer: PeerProgram): Promise<unknown> {
  const ended = new AbortController();
  const early = once(child, 'exit', { signal: ended.signal }).then(([status]) => {
    throw new Error(`${peer.which} ended with status ${status}`);
  });
  early.catch(() => {});
  const [message] = await Promise.race([once(child, 'message', { signal: ended.signal }), early]);
  ended.abort();
  return message;
}
