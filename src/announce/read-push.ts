/** What a push did and what its repository says of itself, as far as that can be known and may be read. */
import { BelfryError } from '../errors.ts';
import { bareChange } from '../git/bare-change.ts';
import { describePush } from '../git/describe-push.ts';
import { isPassing, PassingTrouble } from '../git/passing-trouble.ts';
import { repositoryFacts } from '../git/repository-facts.ts';
import type { RefChange, RefUpdate } from '../model/change.ts';
import type { RepositoryFacts } from '../repositories/describe-repository.ts';
import { type GuardDeps, guardReading } from '../repositories/guard-reading.ts';

export interface ReadPush {
  /** One for each update, in their order. */
  changes: RefChange[];
  facts: Omit<RepositoryFacts, 'owner'>;
  /** What was left out, one sentence each. */
  notes: string[];
}

/**
 * @param directory absolute path of the git directory, symbolic links resolved
 * @param news updates of branches and tags
 * @throws BelfryError `git` when there is no git or no repository; PassingTrouble as `guardReading`
 */
export async function readPush(
  directory: string,
  news: readonly RefUpdate[],
  pushedAt: number,
  guard: GuardDeps,
): Promise<ReadPush> {
  const read = await guardReading(
    directory,
    guard,
    () => describePush(directory, news, { commits: guard.settings['payload.commits'] }),
    changes => changes.every(({ cut }) => cut.length === 0),
  );
  // Somebody could be told of what is not his: the refs moved all the same.
  const changes =
    'value' in read
      ? read.value
      : news.map(update => bareChange(update, `Its commits are not read. ${read.refused}`));
  const { facts, note } = await factsOf(directory, pushedAt, guard.patient);
  return { changes, facts, notes: [...(note === null ? [] : [note]), ...changes.flatMap(({ cut }) => cut)] };
}

/** A description or a HEAD that cannot be read keeps no push back. */
async function factsOf(
  directory: string,
  pushedAt: number,
  patient = false,
): Promise<{ facts: ReadPush['facts']; note: string | null }> {
  try {
    return { facts: await repositoryFacts(directory), note: null };
  } catch (error) {
    if (!(error instanceof BelfryError) || error.code !== 'git') throw error;
    if (patient && isPassing(error.cause)) throw new PassingTrouble(error);
    const facts = { description: '', defaultBranch: 'HEAD', createdAt: pushedAt };
    return { facts, note: `its description and its default branch are left out: ${error.message}` };
  }
}
