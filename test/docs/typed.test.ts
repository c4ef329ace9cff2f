/** What the pages tell people to type: commands that there are, with options that they have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { COMMANDS, GROUPS } from '../../src/commands/main.ts';
import { PROJECT } from '../support/belfry.ts';
import { pages, typed } from '../support/pages.ts';

const PAGES = pages();

/** Command to what its help says; a group to the names of its commands. */
function helps(): Map<string, string> {
  const page = PAGES.get('docs/commands.md')!;
  const found = new Map<string, string>();
  for (const section of page.split(/^## belfry /m).slice(1)) {
    const [name, ...help] = section.split('\n');
    found.set(name!, help.join('\n'));
  }
  return found;
}

const GROUP_NAMES = GROUPS.map(([name]) => name);
const OPTIONS_OF_ALL = ['--help', '--home', '--json'];

t.test('commands', async t => {
  const known = helps();
  t.equal(known.size, COMMANDS.length + GROUPS.flatMap(([, , entries]) => entries).length);
  let count = 0;
  for (const [path, text] of PAGES) {
    if (path === 'docs/commands.md' || path === 'CHANGELOG.md') continue;
    for (const line of typed(text)) {
      count += 1;
      const words = line.split(/[\s,]+/);
      const isGroup = GROUP_NAMES.includes(words[0]!);
      if (isGroup && (words[1] === undefined || words[1].startsWith('-'))) continue;
      const name = words.slice(0, isGroup ? 2 : 1).join(' ');
      const help = known.get(name);
      t.ok(help, `${path}: belfry ${line}`);
      for (const [option] of line.matchAll(/(?<=\s|\[)--[a-z][a-z-]*/g)) {
        const positive = option.replace('--no-', '--');
        const has = OPTIONS_OF_ALL.includes(option) || new RegExp(`^ .*${positive} `, 'm').test(help ?? '');
        t.ok(has, `${path}: belfry ${name} has ${option}`);
      }
    }
  }
  t.ok(count > 100, `${count} of them`);
});

t.test('settings', async t => {
  const rows = [...PAGES.get('docs/settings.md')!.matchAll(/^\| `([a-z]+\.[a-z_]+)` \|/gm)].map(
    ([, key]) => key,
  );
  for (const [path, text] of PAGES)
    for (const line of typed(text)) {
      const [, key] = /^config (?:get|set) (\S+)/.exec(line) ?? [];
      if (key !== undefined && !/^KEY|^<key>/.test(key)) t.ok(rows.includes(key), `${path}: ${line}`);
    }
});

t.test('options of install.sh', async t => {
  const script = readFileSync(join(PROJECT, 'install.sh'), 'utf8');
  for (const [path, text] of PAGES) {
    if (path === 'CHANGELOG.md') continue;
    for (const [line] of text.matchAll(/\.\/install\.sh[^\n`]*/g))
      for (const [option] of line.matchAll(/(?<=\s)--[a-z][a-z-]*/g))
        t.ok(script.includes(`\n    ${option}`) || script.includes(`  ${option}`), `${path}: ${line}`);
  }
  const table = /^```\n\.\/install\.sh \[DIR\.\.\.\].*?^```$/ms.exec(PAGES.get('docs/operations.md')!)![0];
  const known = [.../^usage\(\) \{[\s\S]*?^END$/m.exec(script)![0].matchAll(/^ +(--[a-z-]+)/gm)].map(
    ([, one]) => one!,
  );
  for (const option of known)
    t.ok(option === '--help' || table.includes(option), `docs/operations.md has ${option}`);
});
