/**
 * What a push did to merge requests: heads that moved (refs/pull/N/head) and targets that moved. A repository in which
 * neither concerns a request costs nothing but a look at the database.
 */
import { BelfryError } from '../errors.ts';
import { findRanges } from '../git/commit-ranges.ts';
import type { EventContent } from '../gitee/event.ts';
import { isZeroId, type RefUpdate } from '../model/change.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
import { numberOfHead } from '../model/request-refs.ts';
import type { Store } from '../store/store.ts';
import { ChangeSet, type RequestPush, type SourceOf } from './change-set.ts';
import { TARGET_GONE } from './examine-request.ts';
import { findMerged } from './find-merged.ts';
import { nameRequest } from './name-request.ts';
import { type RequestOptions, readRequestOptions } from './request-options.ts';

export interface RequestNews {
  events: EventContent[];
  records: MergeRequestRecord[];
  notes: string[];
}

/** Whether it moved a head or the target of a request. */
export async function concernsRequests(
  { row, updates }: Pick<RequestPush, 'row' | 'updates'>,
  store: Store,
): Promise<boolean> {
  if (updates.some(({ ref }) => numberOfHead(ref) !== null)) return true;
  const names = targetsOf(updates);
  return names.length > 0 && (await store.mergeRequests.openOn(row.id, names)).length > 0;
}

function targetsOf(updates: readonly RefUpdate[]): string[] {
  return updates.filter(({ ref }) => ref.startsWith(HEADS)).map(({ ref }) => ref.slice(HEADS.length));
}

/** @throws BelfryError `git` */
export async function announceRequests(
  push: RequestPush,
  store: Store,
  sourceOf: SourceOf,
): Promise<RequestNews> {
  const heads = push.updates.filter(({ ref }) => numberOfHead(ref) !== null);
  const targets = push.updates.filter(({ ref }) => ref.startsWith(HEADS));
  const names = targetsOf(targets);
  const records = names.length === 0 ? [] : await store.mergeRequests.openOn(push.row.id, names);
  for (const { ref } of heads) {
    const record = await store.mergeRequests.get(push.row.id, numberOfHead(ref)!, true);
    if (record !== null) records.push(record);
  }
  const strangers = heads.filter(({ ref }) => !records.some(({ number }) => number === numberOfHead(ref)));
  const notes = strangers.map(({ ref }) => `${ref} belongs to no merge request`);
  if (records.length === 0) return { events: [], records, notes };

  const changes = await ChangeSet.open(push, sourceOf, records);
  for (const update of heads) await apart(update, changes, () => headMoved(update, push, changes, store));
  for (const update of targets) await apart(update, changes, () => targetMoved(update, push, changes, store));
  await changes.moveTrialMerges();
  return { events: changes.events, records: changes.changed(), notes: [...notes, ...changes.notes] };
}

const HEADS = 'refs/heads/';

/** What git cannot tell about one ref keeps nothing back that is to be told about the others. */
async function apart(update: RefUpdate, changes: ChangeSet, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof BelfryError) || error.code !== 'git') throw error;
    changes.notes.push(`${update.ref}: merge requests are left out: ${error.message}`);
  }
}

async function headMoved(
  update: RefUpdate,
  push: RequestPush,
  changes: ChangeSet,
  store: Store,
): Promise<void> {
  const before = changes.get(numberOfHead(update.ref)!);
  if (before === undefined) return;
  const { number, state } = before;
  if (isZeroId(update.new))
    return void changes.notes.push(`${update.ref} was deleted: !${number} stays as it is`);
  if (state !== 'new' && state !== 'open')
    return void changes.notes.push(`${update.ref} was moved, but !${number} is ${state}`);

  const isNew = state === 'new';
  const late = !isNew && isLate(update, before, changes);
  if (late) changes.notes.push(`${update.ref}: a later push was announced before this one`);
  const moved = isNew || (update.new !== before.head && !late);
  const options = optionsOf(push);
  const created_at = isNew ? push.pushedAt : before.created_at;
  const head = moved ? update.new : before.head;
  let record: MergeRequestRecord = { ...before, state: 'open', head, created_at };
  record = { ...record, ...(await nameRequest(changes.place, record, options)) };
  const tip = await reportedTip(record.target, push, changes, store);
  if (moved) record = await changes.examine(record, tip, true);

  if (isNew) await changes.happened(record, { action: 'open' });
  else if (moved) {
    const oldHead = before.head;
    await changes.happened(record, { action: 'update', description: 'source_branch_changed' }, { oldHead });
  } else if (isNamedAnew(before, record)) await changes.happened(record, { action: 'update' });
  if (options.close) {
    // Also a new one, whose own push was never announced.
    await changes.happened({ ...record, state: 'closed', closed_at: push.pushedAt }, { action: 'close' });
  } else if (moved && tip !== null && record.commits === 0) {
    // The target got it by a push that was announced before this one.
    await mergedBefore(record, tip, before.base, changes);
  }
}

/** Its hook was slower than the next one's: the head that was announced by that is where the ref is. */
function isLate(update: RefUpdate, before: MergeRequestRecord, changes: ChangeSet): boolean {
  const follows = update.old === before.head || update.new === before.head;
  return !follows && changes.headNow(before.number) === before.head;
}

async function targetMoved(
  update: RefUpdate,
  push: RequestPush,
  changes: ChangeSet,
  store: Store,
): Promise<void> {
  const target = update.ref.slice(HEADS.length);
  const open = changes.openOn(target);
  if (open.length === 0) return;
  // A hook that was slower than the next push's tells what was merged, but not where the target is now.
  const announced = await store.mergeRequests.reportedTip(push.row.id, target);
  const late = announced !== null && announced === changes.tipNow(target) && announced !== update.new;
  if (isZeroId(update.new)) {
    if (late) return;
    for (const record of open) changes.put({ ...record, ...TARGET_GONE });
    return;
  }
  // A target that was away and is back brings what it did not have when it was last seen.
  const isBack = isZeroId(update.old);
  const known = isBack ? open.map(({ base }) => base) : [update.old];
  const merged = await findMerged(changes.place, update.new, known, open);
  for (const record of open) {
    const by = merged.get(record.id);
    if (by !== undefined) await changes.merged(record, by.commit, by.inferred);
  }
  if (late) return;
  const left = open.filter(({ id }) => !merged.has(id));
  const pairs = left.map(({ head }) => ({ old: update.new, new: head, want: 0 }));
  const ranges = await findRanges(changes.place, pairs);
  for (const [at, record] of left.entries()) {
    const { total } = ranges[at]!;
    // An earlier push brought it, which could not be told at its time.
    if (total === 0) await mergedBefore(record, update.new, record.base, changes);
    else {
      // What it brings is counted anew only where the target has some of it by now, or has lost some.
      const again = isBack || push.forced.has(update.ref) || total !== record.commits;
      changes.put(await changes.examine(record, update.new, again));
    }
  }
}

/** @param base of the target, when the request was not merged yet */
async function mergedBefore(
  record: MergeRequestRecord,
  tip: string,
  base: string,
  changes: ChangeSet,
): Promise<void> {
  const merged = await findMerged(changes.place, tip, [base], [record]);
  await changes.merged(record, merged.get(record.id)?.commit ?? record.head, false);
}

/** What cannot be meant was refused by `proc-receive`; a push that went around it says nothing. */
function optionsOf({ options }: RequestPush): RequestOptions {
  const read = readRequestOptions(options);
  return typeof read === 'string' ? { close: false } : read;
}

function isNamedAnew(before: MergeRequestRecord, after: MergeRequestRecord): boolean {
  return before.title !== after.title || before.body !== after.body || before.draft !== after.draft;
}

/**
 * The target as the pushes announced so far have left it: a later one, which waits in the spool, will tell itself what it
 * has merged.
 */
async function reportedTip(
  target: string,
  { row, updates }: RequestPush,
  changes: ChangeSet,
  store: Store,
): Promise<string | null> {
  const announced = await store.mergeRequests.reportedTip(row.id, target);
  if (announced !== null) return announced;
  const pushed = updates.find(({ ref }) => ref === HEADS + target);
  if (pushed !== undefined) return isZeroId(pushed.old) ? null : pushed.old;
  return changes.tipNow(target);
}
