/** Where the ledger of a repository begins, and where it ends because the repository is excluded. */
import { listRefs } from '../git/look-up-refs.ts';
import { isExcluded } from '../model/excluded.ts';
import type { Repository } from '../model/repository.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

/**
 * The first sight of a repository: its refs as they are go into the ledger, without an event. Gives false when it had its
 * baseline already. @throws BelfryError `git`
 */
export async function takeBaseline(
  row: Repository,
  { store, now }: { store: Store; now: () => number },
): Promise<boolean> {
  if ((await store.ledger.baselineAt(row.id)) !== null) return false;
  for await (const refs of listRefs({ repository: row.directory })) await store.ledger.adopt(row.id, refs);
  await store.ledger.setBaseline(row.id, now());
  return true;
}

/**
 * Whether it is excluded: then it is not announced. What happens meanwhile is no event either when the
 * setting takes it back: it is seen for the first time then.
 */
export async function leaveOut(
  row: Repository,
  { store, settings }: { store: Store; settings: Settings },
): Promise<boolean> {
  if (!isExcluded(settings['repo.exclude'], row.full_name)) return false;
  await store.ledger.forget(row.id);
  return true;
}
