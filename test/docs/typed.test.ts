/** What the pages tell people to type: commands that there are, with options that they have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { COMMANDS, GROUPS } from '../../src/commands/main.ts';
import { PROJECT } from '../support/belfry.ts';
import { pages } from '../support/pages.ts';

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

/** Everything in code that begins with `belfry`: lines of blocks, and spans. */
function typed(page: string): string[] {
  const blocks = [...page.matchAll(/^ *```(?:sh|console)\n(.*?)^ *```$/gms)].flatMap(([, text]) =>
    text!.split('\n'),
  );
  const spans = [...page.replace(/^ *```.*?^ *```$/gms, '').matchAll(/`([^`]+)`/g)].map(([, text]) =>
    text!.replace(/\s+/g, ' '),
  );
  return [...blocks, ...spans].flatMap(text => {
    const [, command] = /(?:^|[|({;] ?|\$ |sudo )belfry ((?!COMMAND)[a-z].*)$/.exec(text.trim()) ?? [];
    return command === undefined ? [] : [command.replace(/\s+#.*/, '')];
  });
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

t.test('the README in three languages has the same commands, links and code', async t => {
  const kept = (text: string) => ({
    typed: typed(text).map(line => line.replace(/--lang \w+/, '--lang')),
    rooms: [...text.matchAll(/`(src\/[^`]*)`/g)].map(([, room]) => room),
    tables: text.split('\n').filter(line => line.startsWith('|')).length,
    headings: text.match(/^## /gm)?.length,
  });
  const pagesOf = (text: string) =>
    new Set([...text.matchAll(/\]\(((?:docs|bench)\/[^)#]*)/g)].map(([, page]) => page));
  const english = PAGES.get('README.md')!;
  for (const path of ['README.zh-CN.md', 'README.ru.md']) {
    t.strictSame(kept(PAGES.get(path)!), kept(english), path);
    t.strictSame([...pagesOf(PAGES.get(path)!)].sort(), [...pagesOf(english)].sort(), `${path}: pages`);
  }
});

t.test('what everybody reads is short', async t => {
  for (const [path, most] of [
    ['README.md', 220],
    ['docs/architecture.md', 250],
  ] as const) {
    const lines = PAGES.get(path)!.split('\n').length - 1;
    t.ok(lines <= most, `${path} has ${lines} lines, at most ${most}`);
  }
});
