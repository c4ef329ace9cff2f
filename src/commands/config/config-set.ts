/** `belfry config set`: checked here, once. A running worker takes it over at once. */
import { lstat } from 'node:fs/promises';
import type { Argv } from 'yargs';
import { keepPushWait } from '../../host/push-wait.ts';
import { besideRoots } from '../../model/installs-new.ts';
import { parseSetting } from '../../settings/parse-setting.ts';
import { shownSetting } from '../../settings/settings.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Args, CommandContext } from '../context.ts';
import { ownCommand } from '../own-command.ts';
import { settingKey } from './config-key.ts';
import { settingText } from './setting-text.ts';

export const examples: [string, string][] = [
  ['config set web.url https://git.example.com', 'where links lead'],
  ['config set keep.days', 'back to the default'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .positional('key', { type: 'string', demandOption: true })
    .positional('value', { type: 'string' });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const key = settingKey(argv.key);
  const { settings } = await context.store();
  // What stands behind `--` is a value too, whatever it looks like.
  const given: unknown = argv.value ?? argv._[2];
  if (given === undefined) await settings.unset(key);
  else {
    parseSetting(key, String(given));
    await settings.set(key, String(given));
  }
  const value = (await context.settings())[key];
  if (key === 'push.wait')
    await keepPushWait(context.home, async () => (await context.settings())['push.wait']);
  if (key === 'install.new') await noteDirectories(ownCommand(argv, context.home), context);
  if (argv.json) context.json({ key, value: shownSetting(key, value) });
  else context.print(`${key} is ${settingText(key, value)}${given === undefined ? ' (the default)' : ''}`);
  if (key === 'mr.enabled' && !argv.json)
    context.print('note: `belfry install` carries this into the repositories');
  await context.wakeWorker();
  return 0;
}

/** A directory beside all roots is nowhere looked into. */
async function noteDirectories(own: string, context: CommandContext): Promise<void> {
  const roots = await (await context.store()).roots.list();
  for (const directory of besideRoots((await context.settings())['install.new'], roots)) {
    const isThere = (await lstat(directory).catch(() => null)) !== null;
    context.stderr(
      isThere
        ? `note: no root is at, above or below ${directory}: \`${own} install ${shellWord(directory)}\` makes it one`
        : `note: ${directory} is not there: nothing is looked for below it until it is, and a root is there`,
    );
  }
}
