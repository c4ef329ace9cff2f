/** The README names every command and every setting, with the setting's true default. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { settingText } from '../src/commands/config.ts';
import { defaultSettings, SETTING_KEYS } from '../src/settings/settings.ts';
import { PROJECT } from './support/belfry.ts';

const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
const main = readFileSync(join(PROJECT, 'src', 'commands', 'main.ts'), 'utf8');

/** `install`, `webhook add`: as the table in main.ts has them. */
function commands(source: string): string[] {
  const found: string[] = [];
  let group = '';
  const entry =
    /^( *)(?:\[\s*)+'([a-z-]+)([^']*)',\s*'[^']*(?:\\'[^']*)*',(?=\s*((?:async )?\(\) => (?:\(await )?import|\[))|^\];/gm;
  for (const [, , name, , what] of source.matchAll(entry)) {
    if (name === undefined) group = '';
    else if (what === '[') group = `${name} `;
    else found.push(group + name);
  }
  return found;
}

t.test('every command', async t => {
  const names = commands(main);
  for (const known of [
    'install',
    'status',
    'doctor',
    'webhook add',
    'webhook rotate',
    'key rotate',
    'config set',
  ])
    t.ok(names.includes(known), `${known} is found in main.ts`);
  const rows = readme.split('\n').filter(line => line.startsWith('| `belfry '));
  for (const name of names) {
    const [first, second] = name.split(' ');
    const row = rows.find(line =>
      second === undefined
        ? new RegExp(`^\\| \`belfry ${first}[ \`]`).test(line)
        : new RegExp(`^\\| \`belfry ${first} (.*\`)?${second}[ \`]`).test(line),
    );
    t.ok(row, `belfry ${name}`);
  }
});

t.test('every setting, and no other', async t => {
  const table = new Map(
    [...readme.matchAll(/^\| `([a-z]+\.[a-z_]+)` \| (?:`([^`]*)`|–) \|/gm)].map(([, key, value = '']) => [
      key,
      value,
    ]),
  );
  t.same([...table.keys()].sort(), [...SETTING_KEYS].sort());
  const defaults = defaultSettings('HOST');
  for (const key of SETTING_KEYS)
    t.equal(table.get(key)?.toLowerCase(), settingText(key, defaults[key]).toLowerCase(), key);
});
