import t from 'tap';
import { isWanted, readGlobs } from '../../src/webhooks/filters.ts';

t.test('which branches are wanted', async t => {
  const cases: [globs: string[], branch: string, wanted: boolean][] = [
    [[], 'anything/at/all', true],
    [['main'], 'main', true],
    [['main'], 'Main', false],
    [['main'], 'main2', false],
    [['main'], 'x/main', false],
    [['*'], 'main', true],
    [['*'], 'a/b', false],
    [['**'], 'a/b/c', true],
    [['release/*'], 'release/1', true],
    [['release/*'], 'release/1/2', false],
    [['release/**'], 'release/1/2', true],
    [['feature/**'], 'feature', true],
    [['{main,dev}'], 'dev', true],
    [['v[0-9]'], 'v7', true],
    [['v[0-9]'], 'vx', false],
    [['v?'], 'v7', true],
    [['*'], '.hidden', true],
    [['!wip/**'], 'main', true],
    [['!wip/**'], 'wip/a/b', false],
    [['main', '!main'], 'main', false],
    [['!release/old', 'release/*'], 'release/old', false],
    [['!release/old', 'release/*'], 'release/new', true],
    [['!release/old', 'release/*'], 'main', false],
    [['+(a)'], 'aa', false],
    [['中文/*'], '中文/分支', true],
    [['main'], 'refs/heads/main', false],
  ];
  for (const [globs, branch, wanted] of cases) {
    t.equal(isWanted(globs, branch), wanted, `${globs.join(' ')} ~ ${branch}`);
  }
});

t.test('a glob that can never mean anything is refused, with its reason', async t => {
  for (const good of ['main', 'release/*', '!wip/**', '{a,b}', '[ab]*', '中文'])
    t.strictSame(readGlobs('branches', good), [good]);
  const bad: [glob: string, reason: string][] = [
    ['', 'it is empty'],
    ['!', 'it is empty'],
    ['a b', 'branch names have no white space or control characters'],
    ['a\tb', 'branch names have no white space or control characters'],
    ['a\u0007', 'branch names have no white space or control characters'],
    ['refs/remotes/main', 'branch names are written without refs/heads/'],
    ['refs/tags/v1', 'a branch filter matches no tags'],
    ['release/[', 'a [ is not closed'],
    ['release/]', 'a [ is not closed'],
    ['{a,b', 'a { is not closed'],
    ['a..b', 'no branch can have such a name (git check-ref-format)'],
    ['/main', 'no branch can have such a name (git check-ref-format)'],
    ['main/', 'no branch can have such a name (git check-ref-format)'],
    ['release/.1', 'no branch can have such a name (git check-ref-format)'],
    ['x~1', 'no branch can have such a name (git check-ref-format)'],
    ['*.lock', 'no branch can have such a name (git check-ref-format)'],
    ['a\\*b', 'no branch can have such a name (git check-ref-format)'],
    ['[z-a]', 'the range z-a is the wrong way round'],
  ];
  for (const [glob, reason] of bad) {
    t.throws(
      () => readGlobs('branches', glob),
      {
        code: 'invalid',
        message: `Branch filter "${glob}": ${reason}`,
        hint: /release\/\*/,
      },
      reason,
    );
  }
});

t.test('a list of globs was taken for one that never matches', async t => {
  t.strictSame(readGlobs('branches', 'main,dev'), ['main', 'dev']);
  t.strictSame(readGlobs('branches', 'refs/heads/main, !refs/heads/wip/**'), ['main', '!wip/**']);
  t.strictSame(readGlobs('branches', 'a\\,b,\\!c'), ['a\\,b', '\\!c']);
  t.throws(() => readGlobs('branches', 'main,,dev'), { code: 'invalid', message: /it is empty/ });
  t.equal(isWanted(readGlobs('branches', 'main,dev'), 'dev'), true);
  t.equal(isWanted(readGlobs('branches', '!feature**'), 'feature/1'), false);
  t.equal(isWanted(readGlobs('branches', '\\!c'), '!c'), true);
});

t.test('10,000 branches against one filter', async t => {
  let wanted = 0;
  for (let n = 0; n < 10_000; n++) if (isWanted(['b1*', '!b10*'], `b${n}`)) wanted++;
  t.equal(wanted, 1_000);
  for (let n = 0; n < 2_000; n++) isWanted([`g${n}`], 'x');
  t.equal(isWanted(['main'], 'main'), true, 'what is remembered of globs is bounded');
});
