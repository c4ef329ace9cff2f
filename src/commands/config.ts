/** `belfry config`: a value is checked when it is set, once. A running worker takes it over at once. */
import { lstat } from 'node:fs/promises';
import { BelfryError } from '../errors.ts';
import { keepPushWait } from '../host/push-wait.ts';
import { besideRoots } from '../model/installs-new.ts';
import { parseSetting } from '../settings/parse-setting.ts';
import {
  isSettingKey,
  SETTING_KEYS,
  type SettingKey,
  settingHelp,
  shownSetting,
} from '../settings/settings.ts';
import { nearest } from '../text/nearest.ts';
import { shellWord } from '../text/printable.ts';
import type { CommandContext, CommandModule } from './context.ts';

export const configList: CommandModule = {
  examples: [['config list', 'All settings, and what they are for']],
  async run(argv, context) {
    const stored = await (await context.store()).settings.all();
    const settings = await context.settings();
    if (argv.json)
      return context.json(
        SETTING_KEYS.map(key => ({
          key,
          value: shownSetting(key, settings[key]),
          is_default: !stored.has(key),
          description: settingHelp[key],
        })),
      );
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
  },
};

export const configGet: CommandModule = {
  examples: [['config get web.url', 'The value in force']],
  options: yargs => yargs.positional('key', { type: 'string', demandOption: true }),
  async run(argv, context) {
    const key = settingKey(argv.key);
    const value = (await context.settings())[key];
    if (argv.json) return context.json({ key, value: shownSetting(key, value) });
    context.print(settingText(key, value));
  },
};

export const configSet: CommandModule = {
  examples: [
    ['config set web.url https://git.example.com', 'Where links lead'],
    ['config set keep.days', 'Back to the default'],
  ],
  options: yargs =>
    yargs.positional('key', { type: 'string', demandOption: true }).positional('value', { type: 'string' }),
  async run(argv, context) {
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
    if (argv.json) context.json({ key, value: shownSetting(key, value) });
    else context.print(`${key} is ${settingText(key, value)}${given === undefined ? ' (the default)' : ''}`);
    await settingsChanged([key], context, argv.json);
    await context.wakeWorker();
  },
};

/** What some settings lead to beside the database, once they are set. */
export async function settingsChanged(
  keys: readonly string[],
  context: CommandContext,
  json: boolean,
): Promise<void> {
  if (keys.includes('push.wait'))
    await keepPushWait(context.home, async () => (await context.settings())['push.wait']);
  if (keys.includes('install.new')) await noteDirectories(context);
  if (keys.includes('mr.enabled') && !json)
    context.print('note: run `belfry install` to apply this to the repositories');
}

/** Nothing searches a directory that is below no root. */
async function noteDirectories(context: CommandContext): Promise<void> {
  const roots = await (await context.store()).roots.list();
  for (const directory of besideRoots((await context.settings())['install.new'], roots)) {
    const isThere = (await lstat(directory).catch(() => null)) !== null;
    context.stderr(
      isThere
        ? `note: ${directory} is below no repository root: \`${context.own} install ${shellWord(directory)}\` makes it one`
        : `note: ${directory} does not exist: it is searched once it exists, and is below a repository root`,
    );
  }
}

/** @throws BelfryError `not-found` with the nearest names */
function settingKey(key: string): SettingKey {
  if (isSettingKey(key)) return key;
  const near = nearest(key, SETTING_KEYS);
  throw new BelfryError('not-found', `Unknown setting ${key}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '`belfry config list` shows them all.',
  });
}

/** A value as it is shown. */
export function settingText(key: string, value: unknown): string {
  const shown = shownSetting(key, value);
  return Array.isArray(shown) ? shown.join(' ') : String(shown);
}
