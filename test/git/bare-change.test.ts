import t from 'tap';
import { bareChange } from '../../src/git/bare-change.ts';

const [a, b, none] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)];

t.test('a moved branch is told with nothing but its tips', async t => {
  t.strictSame(bareChange({ ref: 'refs/heads/main', old: a, new: b }, 'no more is read.'), {
    ref: 'refs/heads/main',
    kind: 'branch',
    old: a,
    new: b,
    created: false,
    deleted: false,
    forced: false,
    head: null,
    commits: [],
    total: null,
    removed: 0,
    tag: null,
    cut: ['no more is read.'],
  });
});

t.test('made, deleted and moved refs are told apart without any object', async t => {
  const of = (ref: string, old: string, tip: string) => {
    const { kind, created, deleted, forced } = bareChange({ ref, old, new: tip }, '');
    return { kind, created, deleted, forced };
  };
  t.match(of('refs/heads/x', none, a), { kind: 'branch', created: true, deleted: false, forced: false });
  t.match(of('refs/heads/x', a, none), { kind: 'branch', created: false, deleted: true, forced: false });
  t.match(of('refs/tags/v1', a, b), { kind: 'tag', created: false, deleted: false, forced: true });
  t.match(of('refs/tags/v1', a, none), { kind: 'tag', deleted: true, forced: false });
});
