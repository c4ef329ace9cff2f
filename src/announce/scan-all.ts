/** Scans many repositories, a few at a time: one that is slow or broken holds up none of the others. */
import type { Log } from '../delivery/dispatcher.ts';
import type { Repository } from '../model/repository.ts';
import { plural } from '../text/plural.ts';
import { createLanes } from './lanes.ts';
import { OUTCOME_WORDS, type ScanDeps, type Scanned, scan } from './scan.ts';

export interface ScanAllDeps extends ScanDeps {
  log: Log;
  onRecorded: (webhookIds: number[]) => void;
  /** Why nothing is done with a repository, in words; null when it is. */
  refusal?: (directory: string) => Promise<string | null>;
  stopping: () => boolean;
}

/** Every repository that belfry knows. */
export async function scanAll(deps: ScanAllDeps): Promise<Scanned[]> {
  const results = await scanEach(await deps.store.repositories.list(), async row => {
    if (deps.stopping()) return null;
    const refused = (await deps.refusal?.(row.directory)) ?? null;
    if (refused !== null) {
      deps.log('error', `${row.full_name}: ${refused}`);
      return null;
    }
    const done = await scan(row, deps);
    if (done.outcome === 'recovered') {
      deps.log(
        'warn',
        `${done.repository}: ${plural(done.refs, 'ref')} that no hook announced: ${plural(done.deliveries, 'delivery', 'deliveries')}`,
      );
      deps.onRecorded(done.webhookIds);
    } else if (done.note !== null) {
      deps.log('info', `${done.repository}: ref check: ${OUTCOME_WORDS[done.outcome]}: ${done.note}`);
    }
    return done;
  });
  if (!deps.stopping()) await deps.store.ledger.setScanned(deps.now());
  return results;
}

/**
 * @param work null: there is nothing to say of it
 * @returns in the order of the rows
 * @throws the first error of `work`, once what was in flight has ended
 */
export async function scanEach(
  rows: readonly Repository[],
  work: (row: Repository) => Promise<Scanned | null>,
): Promise<Scanned[]> {
  const results = new Map<Repository, Scanned>();
  const failures: unknown[] = [];
  const { promise: idle, resolve: onIdle } = Promise.withResolvers<void>();
  const lanes = createLanes<Repository>({
    async work(row) {
      const done = await work(row);
      if (done !== null) results.set(row, done);
    },
    inOrder: (a, b) => a.id - b.id,
    // Whoever owns them: the scan is belfry's own work.
    accountOf: () => 0,
    isLarge: () => false,
    onFailure: error => void failures.push(error),
    onIdle,
  });
  for (const row of rows) lanes.add(String(row.id), row);
  lanes.resume();
  await idle;
  if (failures.length > 0) throw failures[0];
  return rows.flatMap(row => results.get(row) ?? []);
}
