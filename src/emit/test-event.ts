/**
 * The event that `webhook test` sends: of the repository that the webhook heard of last, its newest commit and who pushed
 * there, so that a receiver's author sees what a real push sends; of a made-up repository only where there is none.
 */

import { BelfryError } from '../errors.ts';
import { bareChange } from '../git/bare-change.ts';
import { describePush } from '../git/describe-push.ts';
import { repositoryFacts } from '../git/repository-facts.ts';
import { newestTag, resolveRef } from '../git/resolve-ref.ts';
import { buildPush } from '../gitee/build-push.ts';
import type { EventContent } from '../gitee/event.ts';
import { sortedJson } from '../gitee/json.ts';
import type { Commit, RefChange } from '../model/change.ts';
import type { StoredEvent } from '../model/event.ts';
import type { EventName } from '../model/names.ts';
import type { Repository } from '../model/repository.ts';
import type { User } from '../model/user.ts';
import type { Webhook } from '../model/webhook.ts';
import { describeRepository, ownerOf, type RepositoryFacts } from '../repositories/describe-repository.ts';
import { findUsers } from '../repositories/find-users.ts';
import { type GuardDeps, guardReading } from '../repositories/guard-reading.ts';
import { ownerAccount } from '../repositories/owner-account.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { sampleEvent } from './sample-event.ts';

const NOBODY = { id: 0, login: 'belfry', name: 'belfry', emails: [] };
const NOWHERE = { description: '', defaultBranch: 'main', createdAt: 0, owner: NOBODY };
const MADE_UP: Repository = {
  id: 0,
  directory: '',
  path: '/belfry/test.git',
  full_name: 'belfry/test',
  company: 'belfry',
  root: '/',
  gone_at: null,
  created_at: 0,
};
/** A repository without a tag has one of this name in its tests, at its newest commit. */
const TEST_TAG = 'refs/tags/belfry-test';

interface TestDeps {
  store: Store;
  settings: Settings;
  now: number;
}

interface Place {
  row: Repository;
  facts: RepositoryFacts;
  pusher: User;
}

/** @throws BelfryError `not-found` when the ref that was asked for does not exist */
export async function testEvent(
  webhook: Webhook,
  name: EventName,
  ref: string | undefined,
  deps: TestDeps,
): Promise<StoredEvent> {
  const real = await realPlace(webhook, deps);
  const tip = real === null ? null : await tipFor(name, ref, real.row.directory);
  if (ref !== undefined && tip === null) {
    throw new BelfryError(
      'not-found',
      `Unknown ref ${ref}${real === null ? '' : ` in ${real.row.full_name}`}`,
      {
        hint: 'Wanted: a full ref name such as refs/heads/main.',
      },
    );
  }
  const { row, facts, pusher } = real ?? { row: MADE_UP, facts: NOWHERE, pusher: NOBODY };
  const described = describeRepository(row, facts, deps.now, deps.settings);
  const actor = described.person(pusher);
  let event: EventContent;
  if (name === 'push' || name === 'tag_push') {
    const change = tip === null ? madeUp(name, deps.now) : await lastChange(row.directory, tip, deps);
    const findUser = await findUsers([change], described, deps.store);
    event = buildPush(change, { ...described, pusher: actor, findUser, recovered: false });
  } else {
    const offset = deps.settings['time.offset'];
    event = await sampleEvent(name, { ...described, actor, now: deps.now, offset, tip: tip?.id });
  }
  return {
    id: 0,
    name: event.name,
    repository: row.full_name,
    path: row.path,
    root: row.root,
    data: sortedJson(event.data),
    facts: JSON.stringify(event.facts),
  };
}

/** What the webhook heard of last, and who pushed there; null when no repository is known, or none is there. */
async function realPlace(webhook: Webhook, { store, now }: TestDeps): Promise<Place | null> {
  const newest = await store.pushes.newest(webhook.scope);
  const row = await (newest === null
    ? repositoryOf(webhook, store)
    : store.repositories.byId(newest.repositoryId));
  const account = row === null ? null : await ownerAccount(row).catch(() => null);
  if (row === null || account === null) return null;
  const owner = await ownerOf(row, account, store, now);
  const facts = { ...(await repositoryFacts(row.directory)), owner };
  const pusher = newest === null ? owner : await store.users.byId(newest.userId);
  return { row, facts, pusher };
}

/** A repository that the webhook hears of. */
async function repositoryOf(webhook: Webhook, store: Store): Promise<Repository | null> {
  const [scope, subject] = webhook.scope.split(/:(.*)/s);
  if (scope === 'repository') return store.repositories.byId(Number(subject));
  const all = await store.repositories.list();
  return (
    all.find(
      row => row.gone_at === null && (scope === 'all' ? row.root !== null : row.company === subject),
    ) ?? null
  );
}

/** The ref that was asked for; else the default branch, and for a tag the newest one. */
async function tipFor(
  name: EventName,
  ref: string | undefined,
  directory: string,
): Promise<{ ref: string; id: string } | null> {
  if (ref !== undefined) return resolveRef(directory, ref);
  const tag = name === 'tag_push' ? await newestTag(directory) : null;
  if (tag !== null) return tag;
  const tip = await resolveRef(directory, 'HEAD');
  return tip !== null && name === 'tag_push' ? { ...tip, ref: TEST_TAG } : tip;
}

/** The tip's own commit, as if it had just been pushed on top of its parent. */
async function lastChange(
  directory: string,
  tip: { ref: string; id: string },
  deps: GuardDeps,
): Promise<RefChange> {
  const read = await guardReading(directory, deps, () => describeTip(directory, tip));
  if ('value' in read) return read.value;
  const update = { old: '0'.repeat(tip.id.length), new: tip.id, ref: tip.ref };
  return bareChange(update, `Its commits are not read. ${read.refused}`);
}

async function describeTip(directory: string, tip: { ref: string; id: string }): Promise<RefChange> {
  const zero = '0'.repeat(tip.id.length);
  const created = { old: zero, new: tip.id, ref: tip.ref };
  const [change] = await describePush(directory, [created], { commits: 1 });
  const parent = change!.head?.parents[0];
  if (change!.kind === 'tag' || parent === undefined) return change!;
  const [update] = await describePush(directory, [{ ...created, old: parent }], { commits: 100 });
  return update!;
}

function madeUp(name: 'push' | 'tag_push', now: number): RefChange {
  const person = {
    name: 'belfry',
    email: 'belfry@localhost',
    seconds: Math.floor(now / 1_000),
    offset: '+0000',
  };
  const commit: Commit = {
    id: '1'.repeat(40),
    tree: '2'.repeat(40),
    parents: ['3'.repeat(40)],
    message: 'Try the bell\n',
    author: person,
    committer: person,
    added: [],
    removed: [],
    modified: ['README.md'],
  };
  const tag = name === 'tag_push';
  const update = tag
    ? { old: '0'.repeat(40), new: commit.id, ref: 'refs/tags/test' }
    : { old: '3'.repeat(40), new: commit.id, ref: 'refs/heads/test' };
  return { ...bareChange(update, ''), head: commit, cut: [], ...(!tag && { commits: [commit], total: 1 }) };
}
