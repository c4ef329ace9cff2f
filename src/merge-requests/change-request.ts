/** What an admin does to a merge request: close, reopen, comment. Each is one transaction with what is announced of it. */
import { BelfryError } from '../errors.ts';
import { repositoryFacts } from '../git/repository-facts.ts';
import {
  buildMergeRequest,
  buildPullRequest,
  type MergeRequestSource,
} from '../gitee/build-merge-request.ts';
import { buildNote, onRequest } from '../gitee/build-note.ts';
import type { EventContent } from '../gitee/event.ts';
import { giteeTime } from '../gitee/time.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
import { wantsFacts } from '../model/names.ts';
import type { Repository } from '../model/repository.ts';
import { describeRepository, ownerOf } from '../repositories/describe-repository.ts';
import { guardNow } from '../repositories/guard-reading.ts';
import { headFacts } from '../repositories/head-facts.ts';
import { ownerAccount } from '../repositories/owner-account.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { deliveriesFor } from '../webhooks/deliveries-for.ts';
import { ChangeSet } from './change-set.ts';

export interface ChangeDeps {
  store: Store;
  settings: Settings;
  row: Repository;
  /** Who does it. */
  login: string;
  now: number;
}

export interface Changed {
  record: MergeRequestRecord;
  deliveries: number;
  /** Lines for the log and for the admin. */
  notes: string[];
}

const NO_PUSH = { updates: [], forced: new Set<string>(), options: [], recovered: false };

/** @throws BelfryError `conflict` when it is not open */
export async function closeRequest(record: MergeRequestRecord, deps: ChangeDeps): Promise<Changed> {
  wanted(record, 'open');
  const change = await openChange(record, deps);
  const after = { ...record, ...change.touched, state: 'closed' as const, closed_at: deps.now };
  const facts = await factsOf(record, deps);
  return change.record(after, () => [buildMergeRequest(after, { action: 'close' }, change.source, facts)]);
}

/**
 * Looked at again, since head and target may have moved meanwhile.
 * @throws BelfryError `conflict` when it is not closed, when its target contains it by now, or another one of its topic
 *   is open, or its repository's objects are not read; `git` when its commits are gone
 */
export async function reopenRequest(record: MergeRequestRecord, deps: ChangeDeps): Promise<Changed> {
  wanted(record, 'closed');
  const change = await openChange(record, deps);
  const push = { ...NO_PUSH, row: deps.row, pusherId: change.touched.updated_by, pushedAt: deps.now };
  const open = { ...record, ...change.touched, state: 'open' as const, closed_at: null };
  const examined = await guardNow(
    deps.row.directory,
    { ...deps, writes: true },
    async () => {
      const changes = await ChangeSet.open(push, async () => change.source, [open]);
      return { changes, after: await changes.examine(open, changes.tipNow(record.target), true) };
    },
    ({ changes }) => changes.notes.length === 0,
  );
  if ('refused' in examined)
    throw new BelfryError('conflict', `!${record.number} cannot be read: ${examined.refused}`, {
      hint: '`belfry doctor` says what to do about it.',
    });
  const { changes, after } = examined.value;
  if (after.mergeable !== false && after.commits === 0) {
    throw new BelfryError(
      'conflict',
      `${record.target} contains !${record.number} already: nothing to merge`,
    );
  }
  changes.put(after);
  const facts = await factsOf(record, deps);
  const changed = await change.record(after, () => [
    buildMergeRequest(after, { action: 'reopen' }, change.source, facts),
  ]);
  await changes.moveTrialMerges();
  return { ...changed, notes: changes.notes };
}

/** @param text not empty. Gives the comment's id too */
export async function commentRequest(
  record: MergeRequestRecord,
  text: string,
  deps: ChangeDeps,
): Promise<Changed & { commentId: number }> {
  const change = await openChange(record, deps);
  const after = { ...record, ...change.touched, comments: record.comments + 1 };
  const { source } = change;
  const at = giteeTime(deps.now / 1_000, source.offset);
  const written = { body: text, created_at: at, updated_at: at, user: source.actor };
  const subject = onRequest(buildPullRequest(after, source));
  const eventsOf = (id: number) => [buildNote('comment', { id, ...written }, subject, source, source.actor)];
  return change.record(after, eventsOf, text);
}

const PLAIN = { inferred: false, recovered: false };

/** Git is asked only where a webhook needs it. */
async function factsOf({ head }: MergeRequestRecord, { store, settings, row }: ChangeDeps) {
  const { kinds, skipCi } = await store.webhooks.audience(row);
  if (!skipCi && !kinds.some(wantsFacts)) return PLAIN;
  return { ...PLAIN, ...(await headFacts(row, head, { store, settings })) };
}

function wanted({ number, state }: MergeRequestRecord, one: 'open' | 'closed'): void {
  if (state !== one) throw new BelfryError('conflict', `!${number} is ${state}, not ${one}`);
}

async function openChange(record: MergeRequestRecord, { store, settings, row, login, now }: ChangeDeps) {
  const owner = await ownerOf(row, await ownerAccount(row), store, now);
  const facts = { ...(await repositoryFacts(row.directory)), owner };
  const pushedAt = (await store.emissions.lastPushAt(row.id)) ?? facts.createdAt;
  const described = describeRepository(row, facts, pushedAt, settings);
  const actor = await store.users.ensure(login, {}, now);
  const source: MergeRequestSource = {
    ...described,
    author: described.person(await store.users.byId(record.author_id)),
    actor: described.person(actor),
    offset: settings['time.offset'],
  };
  return {
    source,
    touched: { updated_by: actor.id, updated_at: now },

    async record(after: MergeRequestRecord, eventsOf: (id: number) => EventContent[], text?: string) {
      const comment = text === undefined ? undefined : { userId: actor.id, body: text };
      const done = await store.mergeRequests.change(row, after, eventsOf, deliveriesFor, now, comment);
      return { record: after, deliveries: done.deliveries, commentId: done.commentId, notes: [] };
    },
  };
}
