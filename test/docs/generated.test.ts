/** The pages that are made from the program: `npm run pages` would write them as they are, and nothing is left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { generatedPages } from '../../scripts/pages.ts';
import { COMMANDS, GROUPS } from '../../src/commands/main.ts';
import { SETTING_KEYS } from '../../src/settings/settings.ts';
import { PROJECT } from '../support/belfry.ts';
import { headings, pages } from '../support/pages.ts';

const PAGES = pages();

t.test('they are up to date', async t => {
  for (const [path, text] of await generatedPages())
    t.equal(readFileSync(join(PROJECT, path), 'utf8'), text, `${path}: run "npm run pages"`);
});

t.test('every command has a section with its help', async t => {
  const page = PAGES.get('docs/commands.md')!;
  const signatures = [
    ...COMMANDS.map(([signature]) => signature),
    ...GROUPS.flatMap(([group, , entries]) => entries.map(([signature]) => `${group} ${signature}`)),
  ];
  t.strictSame(
    headings(page).filter(heading => heading.startsWith('belfry ')),
    signatures.map(signature => `belfry ${signature.replace(/ [[<].*/, '')}`),
  );
  for (const signature of signatures) {
    const [, shown = ''] = page.split(`\n\`\`\`\nbelfry ${signature}\n`);
    t.match(shown.split('\n```\n')[0], /^Options:\n(.*\n)*.*--json/m, signature);
  }
});

t.test('every setting has a row, and no other', async t => {
  const rows = PAGES.get('docs/settings.md')!.matchAll(/^\| `([a-z]+\.[a-z_]+)` \|/gm);
  t.strictSame([...rows].map(([, key]) => key).sort(), [...SETTING_KEYS].sort());
});
