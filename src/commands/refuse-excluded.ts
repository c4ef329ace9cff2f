/** Nothing is set up for an excluded repository: whoever did it would wait for ever. */
import { BelfryError } from '../errors.ts';
import { isExcluded, withoutExclusion } from '../repositories/excluded.ts';
import { shellWord } from '../text/shell-word.ts';
import type { CommandContext } from './context.ts';

/** @throws BelfryError `conflict` for an excluded repository */
export async function refuseExcluded(name: string, context: CommandContext): Promise<void> {
  const setting = (await context.settings())['repo.exclude'];
  const fullName = name.replace(/\.git$/, '');
  if (!isExcluded(setting, fullName)) return;
  throw new BelfryError('conflict', `${fullName} is excluded: repo.exclude is ${setting}`, {
    hint: `belfry config set repo.exclude ${shellWord(withoutExclusion(setting, fullName))}`,
  });
}
