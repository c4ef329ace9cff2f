/**
 * A push from the spool. The file goes only after the transaction stands (see `take-in.ts`); read twice, it is one
 * push. A repository that was never seen gets its baseline at the same time.
 */
import { BelfryError } from '../errors.ts';
import type { RefUpdate } from '../events/change.ts';
import type { SpoolFile } from '../spool/spool.ts';
import type { Pusher } from '../users/pusher.ts';
import { type AnnounceDeps, type Announced, type Announcement, announce } from './announce.ts';
import { checkRefs } from './check-refs.ts';
import { inParts } from './in-parts.ts';
import { isBranchOrTag } from './is-branch-or-tag.ts';
import { PLACED_AT_THE_END, placeUpdates } from './place-updates.ts';
import { registerRepository } from './register-repository.ts';
import { leaveOut, takeBaseline } from './take-baseline.ts';

export interface AnnouncePushDeps extends AnnounceDeps {
  /** Updates that other files in the spool report of a repository. */
  reported: (directory: string, except: string) => Promise<RefUpdate[]>;
}

export interface AnnouncedPush extends Announced {
  /** Refs that had moved before, announced by no hook: they are told first. */
  missed: number;
}

/**
 * @returns null when the repository is excluded
 * @throws BelfryError when the repository cannot be read; the caller sets the file aside
 */
export async function announcePush(
  { push, pushedAt, name }: SpoolFile,
  pusher: Pusher,
  deps: AnnouncePushDeps,
): Promise<AnnouncedPush | null> {
  const { row, replaced } = await registerRepository(push.directory, deps);
  if (await leaveOut(row, deps)) {
    deps.log?.('info', `${row.full_name} is excluded by repo.exclude: a push is not announced`);
    return null;
  }
  if (row.root === null)
    deps.log?.(
      'info',
      `${row.full_name} lies outside all roots: only webhooks of its own hear of it (${row.directory})`,
    );
  const { options } = push;
  const announced = await inParts(name, push.updates, part =>
    announcePart({ row, ...part, pushedAt, pusher, options, recovered: false }, deps, () =>
      deps.reported(row.directory, name),
    ),
  );
  // What this push moved is announced; the other refs are looked at by the next one that can list them.
  try {
    if (!(await takeBaseline(row, deps)) && replaced) await checkRefs(row, deps);
  } catch (error) {
    if (!(error instanceof BelfryError) || error.code !== 'git') throw error;
    announced.notes.push(`its other refs are not known yet: ${error.message}`);
  }
  return announced;
}

async function announcePart(
  part: Announcement,
  deps: AnnounceDeps,
  reported: () => Promise<RefUpdate[]>,
): Promise<AnnouncedPush> {
  const { row, name, pushedAt } = part;
  const updates = part.updates.filter(isBranchOrTag);
  // Read twice, it has moved the ledger itself.
  const { missed, missedGaps, overtaken, told, gaps } = (await deps.store.pushes.known(name))
    ? PLACED_AT_THE_END
    : await placeUpdates(row, { updates, pushedAt }, deps.store, reported);
  const before =
    missed.length === 0
      ? null
      : await announce(
          // No spool file can have this name.
          {
            ...part,
            name: `before/${name}`,
            pusher: null,
            options: [],
            updates: missed,
            recovered: true,
            gaps: missedGaps,
          },
          deps,
        );
  const announced = await announce({ ...part, overtaken, told, gaps }, deps);
  if (before === null) return { ...announced, missed: 0 };
  return {
    ...announced,
    deliveries: announced.deliveries + before.deliveries,
    webhookIds: [...new Set([...before.webhookIds, ...announced.webhookIds])],
    missed: missed.length,
  };
}
