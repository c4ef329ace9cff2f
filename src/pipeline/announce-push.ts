/**
 * A push from the spool. The file goes only after the transaction stands (see `take-in.ts`); read twice, it is one
 * push. A repository that was never seen gets its baseline at the same time.
 */
import { realpath } from 'node:fs/promises';
import type { RefUpdate } from '../events/change.ts';
import type { SpoolFile } from '../spool/spool.ts';
import type { Pusher } from '../users/pusher.ts';
import { type AnnounceDeps, type Announced, announce, isBranchOrTag } from './announce.ts';
import { placeUpdates } from './place-updates.ts';
import { takeBaseline } from './take-baseline.ts';

export interface AnnouncePushDeps extends AnnounceDeps {
  /** Updates that other files in the spool report of a repository. */
  reported: (directory: string, except: string) => Promise<RefUpdate[]>;
}

export interface AnnouncedPush extends Announced {
  /** Refs that had moved before, announced by no hook: they are told first. */
  missed: number;
}

/** @throws BelfryError when the repository cannot be read; the caller sets the file aside */
export async function announcePush(
  { push, pushedAt, name }: SpoolFile,
  pusher: Pusher,
  deps: AnnouncePushDeps,
): Promise<AnnouncedPush> {
  const row = await deps.store.repositories.register(await realpath(push.directory), deps.now());
  const { options, updates } = push;
  // Read twice, it has moved the ledger itself.
  const placed = (await deps.store.pushes.known(name))
    ? { missed: [], overtaken: new Set<string>() }
    : await placeUpdates(row, updates.filter(isBranchOrTag), deps.store, () =>
        deps.reported(row.directory, name),
      );
  const { missed, overtaken } = placed;
  const before =
    missed.length === 0
      ? null
      : await announce(
          {
            row,
            // No spool file can have this name.
            name: `before/${name}`,
            pushedAt,
            pusher: null,
            options: [],
            updates: missed,
            recovered: true,
          },
          deps,
        );
  const what = { row, name, pushedAt, pusher, options, updates, recovered: false, overtaken };
  const announced = await announce(what, deps);
  await takeBaseline(row, deps);
  if (before === null) return { ...announced, missed: 0 };
  return {
    ...announced,
    deliveries: announced.deliveries + before.deliveries,
    webhookIds: [...new Set([...before.webhookIds, ...announced.webhookIds])],
    missed: missed.length,
  };
}
