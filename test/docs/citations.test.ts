/** What code and pages say about each other: sections that are cited, files that are named, links. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { anchor, headings, pages, sources } from '../support/pages.ts';

const PAGES = pages();
/** The wire contracts, whose sections have numbers. */
const NUMBERED = ['gitee-format.md', 'chat-robots.md'];

/** `3.10` of the heading `3.10 Pull request`, and `D4` of a row in a table. */
function sectionsOf(page: string): Set<string> {
  const text = PAGES.get(`docs/${page}`)!;
  const numbers = headings(text).flatMap(heading => /^(\d+(?:\.\d+)?)\.? /.exec(heading)?.[1] ?? []);
  return new Set([...numbers, ...[...text.matchAll(/^\| (D\d+) \|/gm)].map(([, row]) => row!)]);
}

t.test('every section that a comment cites is there', async t => {
  const known = new Map(NUMBERED.map(page => [page, sectionsOf(page)]));
  const cited = new Map(NUMBERED.map(page => [page, 0]));
  for (const [path, text] of sources('src', 'test', 'receiver/dist')) {
    let page = '';
    // `gitee-format.md §2.1 and §3`: a number belongs to the page that was named last. Sections of an RFC are its own.
    for (const [found, name, number] of text.matchAll(
      /\b(gitee-format\.md|chat-robots\.md|RFC \d+)|§(\d+(?:\.\d+)?)/g,
    )) {
      if (name !== undefined) page = name;
      else if (known.get(page)?.has(number!)) cited.set(page, cited.get(page)! + 1);
      else if (!page.startsWith('RFC '))
        t.fail(`${path} cites ${found} of ${page || 'no page'}, which has no such section`);
    }
    for (const [found, row] of text.matchAll(/§12, (D\d+)/g))
      if (!known.get('gitee-format.md')!.has(row!)) t.fail(`${path} cites ${found}`);
  }
  for (const [page, count] of cited) t.ok(count > 20, `${page} is cited`);
});

t.test('every page that code or a page names is there', async t => {
  const named = new Map([...sources('src', 'hooks'), ...PAGES]);
  for (const [path, text] of named)
    for (const [, page] of text.matchAll(/(?<![\w/.*-])((?:docs\/)?[a-z-]+\.md)\b/g))
      if (![page!, `docs/${page}`].some(name => PAGES.has(name))) t.fail(`${path} names ${page}`);
  // In tests a name alone may be a file of a repository that they make.
  for (const [path, text] of sources('test'))
    for (const [, page] of text.matchAll(/\b(docs\/[a-z-]+\.md)\b/g))
      if (!PAGES.has(page!)) t.fail(`${path} names ${page}`);
  t.ok(PAGES.size > 15);
});

t.test('every file that a page names is there', async t => {
  for (const [path, text] of PAGES) {
    // Changes of the past name files of the past.
    if (path === 'CHANGELOG.md') continue;
    for (const [, file] of text.matchAll(
      /(?<![\w/.-])((?:src|test|scripts|migrations|examples)\/[\w./-]*[\w/])/g,
    ))
      t.ok(existsSync(join(PROJECT, file!)), `${path} names ${file}`);
  }
});

t.test('every link leads somewhere', async t => {
  for (const [path, text] of PAGES) {
    for (const [, target] of text.replace(/^```.*?^```$/gms, '').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [file = '', fragment] = target!.split('#');
      const to = file === '' ? path : normalize(join(dirname(path), file));
      t.ok(existsSync(join(PROJECT, to)), `${path} links to ${to}`);
      if (fragment === undefined) continue;
      const anchors = headings(readFileSync(join(PROJECT, to), 'utf8')).map(anchor);
      t.ok(anchors.includes(decodeURIComponent(fragment)), `${path} links to ${to}#${fragment}`);
    }
  }
});
