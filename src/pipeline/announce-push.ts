/**
 * From a spool file to deliveries that are owed: read → describe (git) → events → match → record. The file goes only
 * after the transaction stands; read twice, it is one push.
 */
import { realpath, stat } from 'node:fs/promises';
import { buildPush } from '../events/build-push.ts';
import type { Commit, RefChange, RefUpdate } from '../events/change.ts';
import { type EventContent, eventContent } from '../events/event.ts';
import { describePush } from '../git/describe-push.ts';
import { repositoryFacts } from '../git/repository-facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { SpoolFile } from '../spool/spool.ts';
import type { Recorded } from '../store/pushes.ts';
import type { Store } from '../store/store.ts';
import { findAccount } from '../system/accounts.ts';
import { identifyPusher } from '../users/pusher.ts';
import { describeRepository, ownerOf } from './describe-repository.ts';

export interface Announced extends Recorded {
  repository: string;
  events: number;
  notes: string[];
}

/** @throws BelfryError when the repository cannot be read; the caller sets the file aside */
export async function announcePush(
  file: SpoolFile,
  deps: { store: Store; settings: Settings; now: () => number },
): Promise<Announced> {
  const { store, settings, now } = deps;
  const { push, pushedAt } = file;
  const directory = await realpath(push.directory);
  const row = await store.repositories.register(directory, now());
  const account = await accountName(file.uid);
  const owner = await ownerOf(row, await accountName((await stat(directory)).uid), store, now());
  const pusher = await store.users.ensure(...asUser(identifyPusher(push.environment, account)), now());

  const updates = push.updates.filter(isBranchOrTag);
  const changes = await describePush(directory, updates, { commits: settings['payload.commits'] });
  const facts = { ...(await repositoryFacts(directory)), owner };
  const described = describeRepository(row, facts, pushedAt, settings);

  const authors = await store.users.byEmails(emailsOf(changes));
  const source = {
    ...described,
    pusher: described.person(pusher),
    findUser: (email: string) => {
      const user = authors.get(email);
      return user === undefined ? null : described.person(user);
    },
    recovered: false,
  };
  const events: EventContent[] = changes.map(change => checked(buildPush(change, source)));

  const notes = [...skippedRefs(push.updates), ...changes.flatMap(change => change.cut)];
  const recorded = await store.pushes.record(
    {
      spoolName: file.name,
      repository: row,
      userId: pusher.id,
      pushedAt,
      options: push.options,
      notes,
      events,
    },
    now(),
  );
  return { ...recorded, repository: row.full_name, events: events.length, notes };
}

async function accountName(uid: number): Promise<string> {
  return (await findAccount(uid))?.name ?? String(uid);
}

function asUser({ login, ...seen }: ReturnType<typeof identifyPusher>) {
  return [login, seen] as const;
}

function isBranchOrTag({ ref }: RefUpdate): boolean {
  return ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/');
}

function skippedRefs(updates: RefUpdate[]): string[] {
  const skipped = updates.filter(update => !isBranchOrTag(update));
  return skipped
    .slice(0, 20)
    .map(update => `${update.ref} is neither a branch nor a tag: no event`)
    .concat(skipped.length > 20 ? [`and ${skipped.length - 20} more refs that are neither`] : []);
}

function emailsOf(changes: RefChange[]): Set<string> {
  const emails = new Set<string>();
  const add = (commit: Commit) => emails.add(commit.author.email).add(commit.committer.email);
  for (const change of changes) {
    for (const commit of change.commits) add(commit);
    if (change.head !== null) add(change.head);
  }
  return emails;
}

/** The schema is the contract: an event that does not fit it is a bug here, found before it is sent to anybody. */
function checked(event: EventContent): EventContent {
  return eventContent.parse(event) as EventContent;
}
