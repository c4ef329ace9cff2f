import fc from 'fast-check';
import t from 'tap';
import { compileGlob, splitGlobs } from '../../src/text/glob.ts';
import '../support/fixed-seed.ts';

function matched(glob: string, name: string): boolean {
  const compiled = compileGlob(glob);
  if (typeof compiled === 'string') throw new Error(`${glob}: ${compiled}`);
  return compiled(name);
}

t.test('what each sign means', async t => {
  const cases: [glob: string, name: string, wanted: boolean][] = [
    ['rel-**', 'rel-1/2', true],
    ['rel-**', 'rel-', true],
    ['rel-**', 'rel', false],
    ['rel-*', 'rel-1/2', false],
    ['feature**', 'feature/1', true],
    ['feature**', 'features', true],
    ['feature/**', 'feature', true],
    ['feature/**', 'feature/a/b', true],
    ['feature/**', 'features', false],
    ['feature/**/x', 'feature/x', true],
    ['feature/**/x', 'feature/a/b/x', true],
    ['feature/**/x', 'feature/ax', false],
    ['**/main', 'main', true],
    ['**/main', 'a/b/main', true],
    ['**/main', 'domain', false],
    ['**main', 'domain', true],
    ['a**b**c', 'a/x/b/y/c', true],
    ['a**b**c', 'acb', false],
    ['x[!1]', 'x1', false],
    ['x[!1]', 'x2', true],
    ['x[!1]', 'x/', false],
    ['x[^1]', 'x1', false],
    ['x[!a-c]', 'xb', false],
    ['x[!a-c]', 'xd', true],
    ['x[]]', 'x]', true],
    ['x[a-]', 'x-', true],
    ['x[a\\-c]', 'xb', false],
    ['x[\\]]', 'x]', true],
    ['x[!]]', 'x]', false],
    ['?', '中', true],
    ['?', '😀', true],
    ['[中-文]', '交', true],
    ['?', '/', false],
    ['\\!wip', '!wip', true],
    ['a\\,b', 'a,b', true],
    ['a\\{b', 'a{b', true],
    ['{a,b}/{c,d}', 'b/c', true],
    ['{a,b}/{c,d}', 'b/e', false],
    ['v{1\\,2,3}', 'v1,2', true],
    ['x{,y}', 'x', true],
    ['x{,y}', 'xy', true],
    ['**', '', true],
    ['+(a)', '+(a)', true],
    ['+(a)', 'aa', false],
    ['a.c', 'abc', false],
  ];
  for (const [glob, name, wanted] of cases) t.equal(matched(glob, name), wanted, `${glob} ~ ${name}`);
});

t.test('what cannot be read is a sentence', async t => {
  const cases: [glob: string, reason: string][] = [
    ['[', 'a [ is not closed'],
    ['[]', 'a [ is not closed'],
    ['a]', 'a [ is not closed'],
    ['[z-a]', 'the range z-a is the wrong way round'],
    ['{a', 'a { is not closed'],
    ['a}', 'a { is not closed'],
    ['{a,{b,c}}', 'a { within another cannot be used'],
    ['a\\', 'nothing follows its last \\'],
    ['{a,b}'.repeat(7), 'it stands for more than 100 patterns'],
  ];
  for (const [glob, reason] of cases) t.equal(compileGlob(glob), reason, glob);
});

t.test('lists are taken apart at their commas', async t => {
  t.strictSame(splitGlobs('main,dev'), ['main', 'dev']);
  t.strictSame(splitGlobs('main, !{a,b} ,a\\,b'), ['main', '!{a,b}', 'a\\,b']);
  t.strictSame(splitGlobs(''), ['']);
});

t.test('the same as a regular expression', async t => {
  const part = fc.constantFrom('a', 'b', '/', '*', '**', '?', '[ab]', '[!a]');
  const source: Record<string, string> = { '*': '[^/]*', '**': '.*', '?': '[^/]', '[!a]': '[^/a]' };
  fc.assert(
    fc.property(
      // Between letters, so that none of them is `**` beside a slash, which has a meaning of its own.
      fc.array(part, { maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '/', 'c'), maxLength: 8 }),
      (parts, name) => {
        const glob = parts.join('b');
        const expression = parts.map(one => source[one] ?? one).join('b');
        if (/(?:^|\/)\*\*(?:\/|$)/.test(glob)) return;
        t.equal(matched(glob, name), new RegExp(`^${expression}$`, 's').test(name), `${glob} ~ ${name}`);
      },
    ),
    { numRuns: 500, seed: 7 },
  );
});

t.test('a pusher’s name costs no more than its length', async t => {
  t.equal(matched('**a'.repeat(30), `${'a'.repeat(4_000)}b`), false);
  t.equal(matched('*?'.repeat(30), 'a'.repeat(4_000)), true);
});
