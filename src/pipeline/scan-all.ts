/** Scans every repository that belfry knows, one after the other. */
import type { Log } from '../delivery/courier.ts';
import { plural } from '../text/plural.ts';
import { type ScanDeps, type Scanned, scan } from './scan.ts';

export interface ScanAllDeps extends ScanDeps {
  log: Log;
  onRecorded: (webhookIds: number[]) => void;
  /** Why nothing is done with a repository, in words; null when it is. */
  refusal?: (directory: string) => Promise<string | null>;
  stopping: () => boolean;
}

export async function scanAll(deps: ScanAllDeps): Promise<Scanned[]> {
  const results: Scanned[] = [];
  for (const row of await deps.store.repositories.list()) {
    if (deps.stopping()) return results;
    const refused = (await deps.refusal?.(row.directory)) ?? null;
    if (refused !== null) {
      deps.log('error', `${row.full_name}: ${refused}`);
      continue;
    }
    const done = await scan(row, deps);
    results.push(done);
    if (done.outcome === 'recovered') {
      deps.log(
        'warn',
        `${done.repository}: ${plural(done.refs, 'ref')} that no hook announced: ${plural(done.deliveries, 'delivery', 'deliveries')}`,
      );
      deps.onRecorded(done.webhookIds);
    } else if (done.note !== null) {
      deps.log('info', `${done.repository}: ${done.outcome}: ${done.note}`);
    }
  }
  await deps.store.ledger.setScanned(deps.now());
  return results;
}
