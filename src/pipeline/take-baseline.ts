/** The first sight of a repository: its refs as they are go into the ledger, without an event. */
import { listRefs } from '../git/list-refs.ts';
import type { RepositoryRow } from '../store/repositories.ts';
import type { Store } from '../store/store.ts';

/** Gives false when the repository had its baseline already. @throws BelfryError `git` */
export async function takeBaseline(
  row: RepositoryRow,
  { store, now }: { store: Store; now: () => number },
): Promise<boolean> {
  if ((await store.ledger.baselineAt(row.id)) !== null) return false;
  for await (const refs of listRefs({ repository: row.directory })) await store.ledger.adopt(row.id, refs);
  await store.ledger.setBaseline(row.id, now());
  return true;
}
