/** Whose the e-mail addresses in commits are. */
import type { FindUser } from '../gitee/build-commit.ts';
import type { Commit, RefChange } from '../model/change.ts';
import type { Store } from '../store/store.ts';
import type { DescribedRepository } from './describe-repository.ts';

/** Looks all authors and committers of the changes up at once. */
export async function findUsers(
  changes: RefChange[],
  { person }: Pick<DescribedRepository, 'person'>,
  store: Store,
): Promise<FindUser> {
  const users = await store.users.byEmails(emailsOf(changes));
  return email => {
    const user = users.get(email);
    return user === undefined ? null : person(user);
  };
}

function emailsOf(changes: RefChange[]): Set<string> {
  const emails = new Set<string>();
  const add = (commit: Commit) => emails.add(commit.author.email).add(commit.committer.email);
  for (const change of changes) {
    for (const commit of change.commits) add(commit);
    for (const commit of change.more?.fresh?.commits ?? []) add(commit);
    if (change.head !== null) add(change.head);
  }
  return emails;
}
