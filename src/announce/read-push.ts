/** What a push did and what its repository says of itself, as far as that can be known and may be read. */
import { BelfryError } from '../errors.ts';
import { bareChange } from '../git/bare-change.ts';
import { type DescribeOptions, describePush } from '../git/describe-push.ts';
import { isPassing, PassingTrouble } from '../git/passing-trouble.ts';
import type { PushHistory } from '../git/push-history.ts';
import { repositoryFacts } from '../git/repository-facts.ts';
import type { RefChange, RefUpdate } from '../model/change.ts';
import type { RepositoryFacts } from '../repositories/describe-repository.ts';
import { type GuardDeps, type Guarded, guardReading } from '../repositories/guard-reading.ts';
import type { Store } from '../store/store.ts';
import type { Around } from './branches-around.ts';
import type { Foresight } from './foresight.ts';

export interface ReadPush {
  /** One for each update, in their order. */
  changes: RefChange[];
  facts: Omit<RepositoryFacts, 'owner'>;
  /** What was left out, one sentence each. */
  notes: string[];
}

export interface ReadPushDeps extends GuardDeps {
  foresight?: Foresight | undefined;
  history?: PushHistory | undefined;
  /** Given when `MoreFacts` are wanted. */
  around: Around | null;
  /** All paths of each update are wanted, too. */
  paths?: boolean;
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
  { foresight, history, around, paths = false, ...guard }: ReadPushDeps,
): Promise<ReadPush> {
  const branches = around === null ? undefined : () => findBranches(around, guard.store);
  const together = async (updates: RefUpdate[]) => {
    const read = await readGuarded(directory, updates, guard, { branches, paths }).catch(() => null);
    return read !== null && 'value' in read && isWhole(read.value) ? read.value : null;
  };
  const known = await foresight?.changes(
    news,
    together,
    around === null ? 'plain' : paths ? 'paths' : 'facts',
  );
  const read = known
    ? { value: known }
    : await readGuarded(directory, news, guard, { history, branches, paths });
  // Somebody could be told of what is not his: the refs moved all the same.
  const changes =
    'value' in read
      ? read.value
      : news.map(update => bareChange(update, `Its commits are not read. ${read.refused}`));
  const readFacts = () => factsOf(directory, pushedAt, guard.patient);
  const { facts, note } = await (foresight?.once('facts', readFacts, found => found.note === null) ??
    readFacts());
  return { changes, facts, notes: [...(note === null ? [] : [note]), ...changes.flatMap(({ cut }) => cut)] };
}

/** Few servers need it. */
async function findBranches(around: Around, store: Store) {
  return (await import('./branches-around.ts')).branchesAround(around, store);
}

async function readGuarded(
  directory: string,
  updates: readonly RefUpdate[],
  guard: GuardDeps,
  { history, branches, paths }: Pick<DescribeOptions, 'history' | 'branches' | 'paths'>,
): Promise<Guarded<RefChange[]>> {
  const options = { commits: guard.settings['payload.commits'], history, branches, paths };
  const read = () => {
    history?.again();
    return describePush(directory, updates, options);
  };
  const changes = await guardReading(directory, guard, read, isWhole);
  if ('value' in changes) history?.keep();
  return changes;
}

function isWhole(changes: readonly RefChange[]): boolean {
  return changes.every(({ cut }) => cut.length === 0);
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
