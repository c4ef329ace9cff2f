/**
 * Everything that a push passes through, real from end to end: a bare repository with a clone, a home with the hooks
 * installed, and a receiver. What it is set to is fixed, so that bodies can be compared whole.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import type { Test } from 'tap';
import { type Belfry, belfry } from './belfry.ts';
import { type GitRepository, type GitRepositoryOptions, gitRepository } from './git-repository.ts';
import { type Receiver, receiver } from './receiver.ts';
import { until } from './until.ts';

export const WEB = 'https://git.example.com';

export interface Tower {
  /** Holds everything; goes with the test. */
  dir: string;
  root: string;
  belfry: Belfry;
  repository: GitRepository;
  receiver: Receiver;
  /** Adds a webhook for a path of the receiver; gives its id. `args`: scope and more, default `--all`. */
  webhook(path: string, args?: string[], env?: Record<string, string>): Promise<number>;
  /**
   * The delivery log, newest first, once it has so many deliveries and nothing is on its way: what is pending then
   * waits for a retry.
   */
  settled(count: number): Promise<DeliveryLine[]>;
}

/** A row of `belfry deliveries --json`. */
export interface DeliveryLine {
  id: string;
  event: string;
  repository: string;
  ref: string | null;
  webhook_id: number;
  kind: string;
  state: string;
  attempts: number;
  created_at: number | string;
  next_attempt_at: number | string | null;
  last_status: number | null;
  last_error: string | null;
}

export interface TowerOptions extends GitRepositoryOptions {
  /** The test's directory, when something in it had to be there before. */
  dir?: string;
  /** Pushes to refs/for are taken as merge requests. */
  requests?: boolean;
}

export async function tower(t: Test, options: TowerOptions = {}): Promise<Tower> {
  const dir = options.dir ?? t.testdir({});
  const root = join(dir, 'root');
  const [repository, receives] = await Promise.all([gitRepository(dir, options), receiver(t)]);
  const bell = belfry(t, dir);
  await bell.json(['install', ...(options.requests ? ['--merge-requests'] : []), root]);
  await bell.json(['config', 'set', 'web.url', WEB]);
  return {
    dir,
    root,
    belfry: bell,
    repository,
    receiver: receives,
    async webhook(path, args = ['--all'], env = {}) {
      const added = await bell.json<{ id: number }>(['webhook', 'add', receives.url + path, ...args], {
        env,
      });
      return added.id;
    },
    settled: count =>
      until(
        `${count} deliveries to have had their first attempt`,
        async () => {
          if (isMoving(bell.home, count)) return null;
          const lines = await bell.json<DeliveryLine[]>(['deliveries', '--limit', '1000']);
          const moving = lines.some(
            line => line.state === 'sending' || (line.state === 'pending' && line.attempts === 0),
          );
          return moving || lines.length < count ? null : lines;
        },
        { everyMs: 50 },
      ),
  };
}

/** A look that costs less than a command, for as long as there is something to wait for. */
function isMoving(home: string, count: number): boolean {
  // SQLite makes files beside the database, which belong to whoever opens it.
  if (statSync(home).uid !== process.geteuid!()) return false;
  let db: Database.Database | undefined;
  try {
    db = new Database(join(home, 'belfry.db'), { readonly: true, fileMustExist: true });
    const { known, moving } = db
      .prepare<[], { known: number; moving: number }>(
        `select count(*) as known,
           count(*) filter (where state = 'sending' or state = 'pending' and attempts = 0) as moving from delivery`,
      )
      .get()!;
    return known < count || moving > 0;
  } catch {
    // The command says it better.
    return false;
  } finally {
    db?.close();
  }
}
