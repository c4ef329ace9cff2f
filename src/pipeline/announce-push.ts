/**
 * A push from the spool. The file goes only after the transaction stands (see `take-in.ts`); read twice, it is one
 * push. A repository that was never seen gets its baseline at the same time.
 */
import { realpath } from 'node:fs/promises';
import type { SpoolFile } from '../spool/spool.ts';
import { identifyPusher } from '../users/pusher.ts';
import { type AnnounceDeps, type Announced, accountName, announce } from './announce.ts';
import { takeBaseline } from './take-baseline.ts';

/** @throws BelfryError when the repository cannot be read; the caller sets the file aside */
export async function announcePush(file: SpoolFile, deps: AnnounceDeps): Promise<Announced> {
  const { push, pushedAt, name } = file;
  const row = await deps.store.repositories.register(await realpath(push.directory), deps.now());
  const pusher = identifyPusher(push.environment, await accountName(file.uid));
  const { options, updates } = push;
  const announced = await announce({ row, name, pushedAt, pusher, options, updates, recovered: false }, deps);
  await takeBaseline(row, deps);
  return announced;
}
