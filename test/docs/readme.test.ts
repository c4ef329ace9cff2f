/** README and changelog: what everybody reads first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { pages, typed } from '../support/pages.ts';

const PAGES = pages();
const packageOf = (path: string) => JSON.parse(readFileSync(join(PROJECT, path), 'utf8'));
const { version } = packageOf('package.json');

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

t.test('the changelog has the headings that people look for', async t => {
  const found = [...PAGES.get('CHANGELOG.md')!.matchAll(/^(##+) (.*)$/gm)];
  t.equal(found[0]?.[0], '## [Unreleased]');
  t.equal(
    found.filter(([, marks]) => marks === '##')[1]?.[2]?.split(' ')[0],
    `[${version}]`,
    'the newest release',
  );
  for (const [line, marks, text] of found)
    t.match(
      text,
      marks === '##'
        ? /^(\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d)$/
        : /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/,
      line,
    );
});

t.test('one version everywhere', async t => {
  t.equal(packageOf('receiver/package.json').version, version);
  const lock = packageOf('package-lock.json');
  t.strictSame([lock.version, lock.packages[''].version], [version, version]);
  const examples = ['deploy-branch', 'mail-on-push'].map(name => `examples/${name}`);
  for (const path of examples)
    t.equal(packageOf(`${path}/package.json`).dependencies.belfry, `file:../../belfry-${version}.tgz`, path);
  const texts = [
    PAGES.get('docs/webhooks.md')!,
    ...examples.map(path => readFileSync(join(PROJECT, path, 'README.md'), 'utf8')),
  ];
  for (const text of texts)
    t.strictSame(
      new Set([...text.matchAll(/belfry-(\d[\d.]*)\.tgz/g)].map(([, named]) => named)),
      new Set([version]),
    );
});
