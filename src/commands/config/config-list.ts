/** `belfry config list` */
import type { Argv } from 'yargs';
import { settingHelp } from '../../settings/setting-help.ts';
import { SETTING_KEYS, shownSetting } from '../../settings/settings.ts';
import type { Args, CommandContext } from '../context.ts';
import { settingText } from './setting-text.ts';

export const examples: [string, string][] = [['config list', 'all settings with what they are for']];

export const options = (yargs: Argv): Argv => yargs;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const stored = await (await context.store()).settings.all();
  const settings = await context.settings();
  if (argv.json) {
    context.json(
      SETTING_KEYS.map(key => ({
        key,
        value: shownSetting(key, settings[key]),
        is_default: !stored.has(key),
        description: settingHelp[key],
      })),
    );
    return 0;
  }
  context.table(
    ['KEY', 'VALUE', '', 'MEANING'],
    SETTING_KEYS.map(key => [
      key,
      settingText(key, settings[key]),
      stored.has(key) ? 'set' : '',
      settingHelp[key],
    ]),
    '',
  );
  return 0;
}
