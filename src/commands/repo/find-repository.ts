/** A repository by the name that an admin types. */
import { BelfryError } from '../../errors.ts';
import { isExcluded, withoutExclusion } from '../../model/excluded.ts';
import type { Store } from '../../store/store.ts';
import { nearest } from '../../text/nearest.ts';
import { shellWord } from '../../text/printable.ts';
import type { CommandContext } from '../context.ts';

/** @throws BelfryError `not-found` with the nearest names */
export async function findRepository(name: string, store: Store) {
  const found = await store.repositories.byName(name.replace(/\.git$/, ''));
  if (found !== null) return found;
  throw unknownName(
    'repository',
    name,
    (await store.repositories.list()).map(row => row.full_name),
  );
}

/** For a name that nobody bears: with the nearest ones that somebody does. */
export function unknownName(what: string, name: string, names: string[]): BelfryError {
  const near = nearest(name, names);
  return new BelfryError('not-found', `Unknown ${what} ${name}`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : '`belfry repo list` lists those that are known; `belfry install DIR` adds repositories.',
  });
}

/** @throws BelfryError `conflict` for an excluded repository */
export async function refuseExcluded(name: string, context: CommandContext): Promise<void> {
  const setting = (await context.settings())['repo.exclude'];
  const fullName = name.replace(/\.git$/, '');
  if (!isExcluded(setting, fullName)) return;
  throw new BelfryError('conflict', `${fullName} is excluded: repo.exclude is ${setting}`, {
    hint: `${context.own} config set repo.exclude ${shellWord(withoutExclusion(setting, fullName))}`,
  });
}
