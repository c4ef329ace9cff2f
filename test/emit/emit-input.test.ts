import t from 'tap';
import { emitSchemas } from '../../src/emit/emit-input.ts';
import { momentInput, momentMs } from '../../src/emit/moment-input.ts';
import { personInput, personOf } from '../../src/emit/person-input.ts';
import { inputProblems } from '../../src/text/input-problems.ts';
import { matches } from '../support/matches.ts';

t.test('times of every tracker, and none that does not exist', async t => {
  const at = Date.UTC(2026, 10, 23, 8, 8, 32);
  for (const text of [
    '2026-11-23T08:08:32Z',
    '2026-11-23 08:08:32 UTC',
    '2026-11-23T16:08:32+08:00',
    '2026-11-23T16:08:32+0800',
    '2026-11-23 11:08:32 +0300',
  ]) {
    t.ok(momentInput.safeParse(text).success, text);
    t.equal(momentMs(text), at, text);
  }
  t.equal(momentMs('2026-11-23T10:08:32,5+0200'), at + 500);
  t.equal(momentMs('2028-02-29T00:00Z'), Date.UTC(2028, 1, 29));
  const bad = [
    '2026-11-23',
    '2026-11-23T08:08:32',
    '2026-02-29T00:00:00Z',
    '2026-11-23T25:00:00Z',
    '1763885312',
    '',
  ];
  for (const text of [...bad, 'now', '2026-13-01T00:00:00Z'])
    t.notOk(momentInput.safeParse(text).success, text);
});

t.test('a person needs a name that can be looked up', async t => {
  for (const good of ['li-si', 'li@example.com', '李四', { login: 'x', name: '李 四' }, { email: 'a@b' }])
    t.ok(personInput.safeParse(good).success, JSON.stringify(good));
  for (const bad of [
    '',
    'li si',
    '@x',
    'a@',
    'a@b@c',
    {},
    { name: 'x' },
    { login: 'a@b' },
    { login: 'a\u0007' },
    null,
    [],
  ])
    t.notOk(personInput.safeParse(bad).success, JSON.stringify(bad));
  t.same(personOf('li@example.com'), { email: 'li@example.com' });
  t.same(personOf('li'), { login: 'li' });
});

t.test('problems name the place, what was wanted and what came', async t => {
  const problems = (name: keyof typeof emitSchemas, input: unknown) => {
    const result = emitSchemas[name].safeParse(input);
    return result.success ? [] : inputProblems(result.error, emitSchemas[name], input);
  };
  const paths = (name: keyof typeof emitSchemas, input: unknown) =>
    problems(name, input).map(one => one.path);

  t.same(paths('note', {}), ['actor', 'action', 'comment', '']);
  t.same(paths('merge_request', { action: 'update', actor: 'x', merge_request: null }), [
    'merge_request',
    'action_desc',
  ]);
  matches(t, problems('issue', JSON.parse('{"__proto__":{"actor":1},"constructor":1}')), [
    { path: 'actor' },
    { path: 'action' },
    { path: 'issue' },
    { path: '__proto__', got: 'an unknown key' },
    { path: 'constructor', got: 'an unknown key' },
  ]);
  for (const input of [null, 1, 'x', [], undefined])
    matches(t, problems('issue', input), [{ path: '', wanted: 'an object' }], JSON.stringify(input));
  const milestone = { titel: 'x', due_on: '24.12.' };
  const issue = {
    id: -1,
    title: '',
    author: 'x',
    state: 'open',
    created_at: '2026-11-23T08:08:32Z',
    milestone,
  };
  t.same(problems('issue', { actor: 'x', action: 'open', issue }), [
    { path: 'issue.id', wanted: 'at least 0', got: '-1' },
    { path: 'issue.title', wanted: 'a text of at least 1 character', got: '""' },
    { path: 'issue.milestone.title', wanted: 'a text', got: 'nothing' },
    { path: 'issue.milestone.due_on', wanted: 'a date such as 2026-11-23', got: '"24.12."' },
    { path: 'issue.milestone.titel', wanted: 'title or state', got: 'an unknown key' },
  ]);
  matches(t, problems('issue', { actor: 'x'.repeat(300) }), [
    { path: 'actor', got: /^"x+… \(302 characters\)$/ },
    { path: 'action', got: 'nothing' },
    { path: 'issue', got: 'nothing' },
  ]);
});
