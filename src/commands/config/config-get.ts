/** `belfry config get` */
import type { Argv } from 'yargs';
import { shownSetting } from '../../settings/settings.ts';
import type { Args, CommandContext } from '../context.ts';
import { settingKey } from './config-key.ts';
import { settingText } from './setting-text.ts';

export const examples: [string, string][] = [['config get web.url', 'the value in force']];

export const options = (yargs: Argv): Argv => yargs.positional('key', { type: 'string', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const key = settingKey(argv.key);
  const value = (await context.settings())[key];
  if (argv.json) context.json({ key, value: shownSetting(key, value) });
  else context.print(settingText(key, value));
  return 0;
}
