/**
 * Finds what no hook announced, and announces it as recovered. A push that is under way right now has moved its refs
 * and not yet spooled: so a difference counts only when it is still there after a grace time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreError } from '../errors.ts';
import { isDirectory } from '../files/may.ts';
import type { Repository } from '../model/repository.ts';
import { leaveOut, takeBaseline } from '../repositories/take-baseline.ts';
import type { AnnounceDeps } from './announce.ts';
import { announceAll, type Unannounced, unannounced } from './ref-check.ts';

export interface Scanned {
  repository: string;
  outcome: 'baseline' | 'same' | 'recovered' | 'missing' | 'unreadable' | 'busy' | 'excluded';
  /** Refs that were announced now. */
  refs: number;
  deliveries: number;
  webhookIds: number[];
  note: string | null;
}

/** Of an outcome, for people. */
export const OUTCOME_WORDS: Record<Scanned['outcome'], string> = {
  baseline: 'first check',
  same: 'nothing missing',
  recovered: 'recovered',
  missing: 'directory gone',
  unreadable: 'unreadable',
  busy: 'skipped',
  excluded: 'excluded',
};

export interface ScanDeps extends AnnounceDeps {
  /** Names of repositories' directories whose hooks are writing or waiting to be read. */
  underWay: () => Promise<Set<string>>;
  /** Milliseconds between the two comparisons. */
  grace: number;
}

/** One repository. Trouble with it is an outcome, not an error: the others must be scanned too. */
export async function scan(row: Repository, deps: ScanDeps): Promise<Scanned> {
  const result = (outcome: Scanned['outcome'], note: string | null = null): Scanned => ({
    repository: row.full_name,
    outcome,
    refs: 0,
    deliveries: 0,
    webhookIds: [],
    note,
  });
  if (await leaveOut(row, deps)) return result('excluded');
  if (!(await isDirectory(row.directory))) return result('missing', row.directory);
  try {
    if (await takeBaseline(row, deps)) return result('baseline');
    const first = await unannounced(row, deps);
    if (first.length === 0) return result('same');
    await sleep(deps.grace);
    if ((await deps.underWay()).has(row.directory))
      return result('busy', 'a push is under way: run the scan again later');
    const updates = stillThere(first, await unannounced(row, deps));
    if (updates.length === 0) return result('same');
    const announced = await announceAll(row, updates, deps);
    if (announced.every(({ fresh }) => !fresh)) return result('busy', 'it was announced meanwhile');
    return {
      ...result('recovered'),
      refs: updates.length,
      deliveries: announced.reduce((sum, { deliveries }) => sum + deliveries, 0),
      webhookIds: [...new Set(announced.flatMap(({ webhookIds }) => webhookIds))],
    };
  } catch (error) {
    if (isStoreError(error)) throw error;
    return result('unreadable', (error as Error).message);
  }
}

function stillThere(first: Unannounced[], second: Unannounced[]): Unannounced[] {
  const before = new Map(first.map(update => [update.ref, update]));
  return second.filter(
    ({ ref, old, new: tip }) => before.get(ref)?.new === tip && before.get(ref)?.old === old,
  );
}
