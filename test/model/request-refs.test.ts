import t from 'tap';
import { headRef, mergeRef, numberOfHead, readPushedRef } from '../../src/model/request-refs.ts';

t.test('refs/for/<target>[/<topic>]: the longest branch comes first', async t => {
  t.same(readPushedRef('refs/for/main'), { choices: [{ target: 'main', topic: '' }] });
  t.same(readPushedRef('refs/for/a/b/钟'), {
    choices: [
      { target: 'a/b/钟', topic: '' },
      { target: 'a/b', topic: '钟' },
      { target: 'a', topic: 'b/钟' },
    ],
  });
  for (const [ref, why] of [
    ['refs/for/', /name the branch/],
    ['refs/for', /name the branch/],
    ['refs/for/refs/heads/main', 'name the branch without refs/: refs/for/main'],
    ['refs/for/refs/tags/v1', 'name the branch without refs/: refs/for/<branch>'],
    ['refs/for/refs', 'name the branch without refs/: refs/for/<branch>'],
    ['refs/for/a\u0085b', /control characters/],
    ['refs/for/a\ufffd', /not UTF-8/],
    ...[
      'a//b',
      'a/',
      '.a',
      'a/.b',
      'a..b',
      'a.lock/b',
      'a b',
      'a*',
      'a[b',
      'a\\b',
      'a^',
      'a~1',
      'a@{1}',
      'a.',
    ].map(name => [`refs/for/${name}`, 'the name contains what Git allows in no branch'] as const),
  ] as const) {
    t.match(readPushedRef(ref), why, ref);
  }
  t.type(readPushedRef('refs/for/refs2/x'), 'object');
});

t.test('heads and trial merges', async t => {
  t.equal(headRef(3), 'refs/pull/3/head');
  t.equal(mergeRef(3), 'refs/pull/3/MERGE');
  t.equal(numberOfHead('refs/pull/3/head'), 3);
  t.equal(numberOfHead('refs/pull/2147483647/head'), 2_147_483_647);
  for (const ref of [
    'refs/pull/2147483648/head',
    'refs/pull/03/head',
    'refs/pull/3/MERGE',
    'refs/pull/3/head/x',
    'refs/heads/refs/pull/3/head',
  ])
    t.equal(numberOfHead(ref), null, ref);
});
