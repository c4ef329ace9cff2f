/**
 * Facts of another system's merge request that only payloads of forges need: what its head says of itself, where the
 * repository has that commit, and the head before, where that was announced.
 */
import type { MergeRequestFacts } from '../gitee/merge-request.ts';
import { isZeroId } from '../model/change.ts';
import { wantsFacts } from '../model/names.ts';
import type { Repository } from '../model/repository.ts';
import { headFacts } from '../repositories/head-facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import type { Tips } from './emit-tips.ts';
import { lastSource } from './last-source.ts';
import type { MergeRequestInput } from './merge-request-input.ts';

export type MoreFacts = Pick<MergeRequestFacts, 'old_head' | 'head_commit'>;

/** To be asked before the event is completed: its own source is kept then. */
export async function moreFacts(
  { action, action_desc, tracker = '', merge_request: request }: MergeRequestInput,
  tips: Tips,
  row: Repository,
  deps: { store: Store; settings: Settings; now: number },
): Promise<MoreFacts> {
  const { store, now } = deps;
  const { kinds, skipCi } = await store.webhooks.audience(row);
  if (!skipCi && !kinds.some(wantsFacts)) return {};
  const externalId = String(request.id ?? request.number);
  const key = { kind: 'merge_request', tracker, externalId } as const;
  const last = lastSource((await store.emissions.externalObject(row.id, key, now)).lastKnown);
  const head = tips.source ?? last?.sha;
  if (head === undefined || isZeroId(head)) return {};
  const hasMoved = action === 'update' && action_desc === 'source_branch_changed';
  const old = hasMoved && last !== null && last.sha !== head ? { old_head: last.sha } : {};
  return { ...old, ...(await headFacts(row, head, deps)) };
}
