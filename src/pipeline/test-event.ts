/**
 * The event that `webhook test` sends: of a real repository and its last commit where there is one, so that a
 * receiver's author sees the real thing; else of a made-up repository.
 */

import { BelfryError } from '../errors.ts';
import { buildPush } from '../events/build-push.ts';
import type { Commit, RefChange } from '../events/change.ts';
import type { EventContent, EventName } from '../events/event.ts';
import { sortedJson } from '../events/json.ts';
import { sampleEvent } from '../events/sample-event.ts';
import { bareChange } from '../git/bare-change.ts';
import { describePush } from '../git/describe-push.ts';
import { repositoryFacts } from '../git/repository-facts.ts';
import { resolveRef } from '../git/resolve-ref.ts';
import type { Settings } from '../settings/settings.ts';
import type { StoredEvent } from '../store/claim.ts';
import type { RepositoryRow } from '../store/repositories.ts';
import type { Store } from '../store/store.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { describeRepository, ownerOf } from './describe-repository.ts';
import { type GuardDeps, guardReading } from './guard-reading.ts';

export interface TestEvent {
  stored: StoredEvent;
  /** The repository's page. */
  page: string;
}

const NOBODY = { id: 0, login: 'belfry', name: 'belfry', emails: [] };
const NOWHERE = { description: '', defaultBranch: 'main', createdAt: 0, owner: NOBODY };
const MADE_UP: RepositoryRow = {
  id: 0,
  directory: '',
  path: '',
  full_name: 'belfry/test',
  company: 'belfry',
  root: '',
  gone_at: null,
  created_at: 0,
};

/** @throws BelfryError `not-found` when the ref that was asked for does not exist */
export async function testEvent(
  webhook: Webhook,
  name: EventName,
  ref: string | undefined,
  deps: { store: Store; settings: Settings; now: number },
): Promise<TestEvent> {
  const found = await repositoryOf(webhook, deps.store);
  const wanted = ref ?? (name === 'tag_push' ? null : 'HEAD');
  const tip = found === null || wanted === null ? null : await resolveRef(found.directory, wanted);
  if (ref !== undefined && tip === null) {
    throw new BelfryError(
      'not-found',
      `there is no ref ${ref}${found === null ? '' : ` in ${found.full_name}`}`,
      {
        hint: 'Wanted: a full ref name such as refs/heads/main.',
      },
    );
  }
  const row = tip === null ? MADE_UP : found!;
  const facts = tip === null ? NOWHERE : await factsOf(row, deps.store, deps.now);
  const described = describeRepository(row, facts, deps.now, deps.settings);
  const pusher = described.person(NOBODY);
  const source = { ...described, pusher, findUser: () => null, recovered: false };
  let event: EventContent;
  if (name === 'push' || name === 'tag_push') {
    const change = tip === null ? madeUp(name, deps.now) : await lastChange(row.directory, tip, deps);
    event = buildPush(change, source);
  } else {
    event = sampleEvent(name, {
      ...described,
      actor: pusher,
      now: deps.now,
      offset: deps.settings['time.offset'],
    });
  }
  const stored = {
    id: 0,
    name: event.name,
    repository: row.full_name,
    data: sortedJson(event.data),
    facts: JSON.stringify(event.facts),
  };
  return { stored, page: described.links.html };
}

async function factsOf(row: RepositoryRow, store: Store, now: number) {
  return { ...(await repositoryFacts(row.directory)), owner: await ownerOf(row, 'belfry', store, now) };
}

/** A repository that the webhook hears of. */
async function repositoryOf(webhook: Webhook, store: Store): Promise<RepositoryRow | null> {
  const [scope, subject] = webhook.scope.split(/:(.*)/s);
  if (scope === 'repository') return store.repositories.byId(Number(subject));
  const all = await store.repositories.list();
  return (
    all.find(
      row => row.gone_at === null && (scope === 'all' ? row.root !== null : row.company === subject),
    ) ?? null
  );
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
  return {
    ref: tag ? 'refs/tags/test' : 'refs/heads/test',
    kind: tag ? 'tag' : 'branch',
    old: tag ? '0'.repeat(40) : '3'.repeat(40),
    new: commit.id,
    created: tag,
    deleted: false,
    forced: false,
    head: commit,
    commits: tag ? [] : [commit],
    total: tag ? null : 1,
    removed: 0,
    tag: null,
    cut: [],
  };
}
