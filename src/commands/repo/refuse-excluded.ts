/** Nothing is set up for an excluded repository: whoever did it would wait for ever. */
import { BelfryError } from '../../errors.ts';
import { isExcluded, withoutExclusion } from '../../model/excluded.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Args, CommandContext } from '../context.ts';
import { ownCommand } from '../own-command.ts';

/** @throws BelfryError `conflict` for an excluded repository */
export async function refuseExcluded(name: string, argv: Args, context: CommandContext): Promise<void> {
  const setting = (await context.settings())['repo.exclude'];
  const fullName = name.replace(/\.git$/, '');
  if (!isExcluded(setting, fullName)) return;
  throw new BelfryError('conflict', `${fullName} is excluded: repo.exclude is ${setting}`, {
    hint: `${ownCommand(argv, context.home)} config set repo.exclude ${shellWord(withoutExclusion(setting, fullName))}`,
  });
}
