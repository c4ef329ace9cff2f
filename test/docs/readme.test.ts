/** README and changelog: what everybody reads first. */
import t from 'tap';
import { pages, typed } from '../support/pages.ts';

const PAGES = pages();

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
  t.equal(found[0]?.[0], '## Unreleased');
  for (const [line, marks, text] of found)
    t.match(
      text,
      marks === '##'
        ? /^(Unreleased|\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d)$/
        : /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/,
      line,
    );
});
