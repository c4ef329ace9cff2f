import t from 'tap';
import { commitList, type PushContent } from '../../src/forges/commit-list.ts';
import {
  B,
  C,
  commitB,
  commitC,
  goldenDeletion,
  goldenPush,
  goldenTag,
  Z,
} from '../support/golden-events.ts';

const b = { ...commitB, added: ['b'], modified: [] };
const c = { ...commitC, modified: ['c'] };
const CUT = ['Only 1 of 2 new commits are described: the push is too large.'];

/** What a receiver reads: ids, and the paths of each. */
function told(content: PushContent) {
  const { commits, total } = commitList(content);
  return {
    total,
    commits: commits.map(({ id, added, removed, modified }) => [id, added, removed, modified]),
  };
}

t.test('a complete list stays as it is', async t => {
  t.strictSame(told(goldenPush({ commits: [c, b] })), {
    total: 2,
    commits: [
      [C, [], [], ['c']],
      [B, ['b'], [], []],
    ],
  });
});

t.test('the oldest of a cut list also has the paths that no listed commit has', async t => {
  const rest = { added: ['b', 'c'], removed: ['gone'], modified: ['d'] };
  t.strictSame(told(goldenPush({ commits: [c], total: 2, cut: CUT }, { rest })), {
    total: 2,
    commits: [[C, ['b'], ['gone'], ['c', 'd']]],
  });
  const two = told(goldenPush({ commits: [c, b], total: 3, cut: CUT }, { rest }));
  t.strictSame(two.commits, [
    [C, [], [], ['c']],
    [B, ['b'], ['gone'], ['d']],
  ]);
});

t.test(
  'where the other paths are not known no commit has any: half a list would be taken for all',
  async t => {
    t.strictSame(told(goldenPush({ commits: [c], total: 2, cut: CUT })), {
      total: 2,
      commits: [[C, [], [], []]],
    });
    const paths = `Commit ${C.slice(0, 12)}: 5 of 6 changed paths are left out.`;
    t.strictSame(told(goldenPush({ commits: [c], total: 1, cut: [paths] })).commits, [[C, [], [], []]]);
  },
);

t.test('a new branch tells what no branch held before; nothing where that is not known', async t => {
  const created = { ref: 'refs/heads/x', old: Z, total: 40 };
  t.strictSame(told(goldenPush(created)), { total: 0, commits: [] });
  const { data } = goldenPush({ commits: [c, b] });
  t.strictSame(told(goldenPush(created, { fresh: { commits: data.commits!, total: 2 } })), {
    total: 2,
    commits: [
      [C, [], [], ['c']],
      [B, ['b'], [], []],
    ],
  });
});

t.test('tags and what is deleted have no commits', async t => {
  for (const content of [goldenTag(), goldenDeletion(), goldenDeletion('refs/tags/v1')])
    t.strictSame(commitList(content), { commits: [], total: 0 });
});
