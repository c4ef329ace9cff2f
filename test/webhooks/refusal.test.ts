import t from 'tap';
import {
  type Asked,
  askedOf,
  asksToSkip,
  type Filters,
  NO_OCCASION,
  refusal,
} from '../../src/webhooks/refusal.ts';
import {
  sampleDeletedBranch,
  sampleIssue,
  sampleMergeRequest,
  sampleNote,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

const HOOK: Filters = {
  id: 7,
  name: 'CI',
  scope: 'repository:1',
  events: ['push', 'tag_push', 'merge_request', 'issue', 'note', 'create', 'delete'],
  repos: [],
  branches: [],
  tags: [],
  paths: [],
  pushers: [],
  skip_ci: false,
};

const PUSH: Asked = {
  event: 'push',
  repository: 'acme/app',
  branch: 'main',
  tag: null,
  paths: ['src/a.ts', 'docs/b.txt'],
  message: 'A bell\n',
  pusher: 'alice',
  options: [],
  skip: 'off',
};

t.test('each filter, what it lets through and what it refuses', async t => {
  const cases: [filters: Partial<Filters>, asked: Partial<Asked>, refused: string | null][] = [
    [{}, {}, null],
    [{ events: ['tag_push'] }, {}, 'events'],
    [{ repos: ['acme/*'] }, {}, null],
    [{ repos: ['acme/*', '!acme/app'] }, {}, 'repos'],
    [{ repos: ['other/*'] }, {}, 'repos'],
    [{ repos: ['other/*'] }, { event: 'issue', branch: null }, 'repos'],
    [{ branches: ['dev'] }, {}, 'branches'],
    [{ tags: ['v*'] }, {}, null],
    [{ tags: ['v*'] }, { event: 'tag_push', branch: null, tag: 'nightly' }, 'tags'],
    [{ tags: ['v*'], branches: ['dev'] }, { event: 'tag_push', branch: null, tag: 'v1' }, null],
    [{ tags: ['!v*'] }, { event: 'tag_push', branch: null, tag: 'v1' }, 'tags'],
    [{ paths: ['docs/**'] }, {}, null],
    [{ paths: ['lib/**'] }, {}, 'paths'],
    [{ paths: ['!docs/**'] }, {}, null],
    [{ paths: ['!docs/**', '!src/**'] }, {}, 'paths'],
    [{ paths: ['**', '!docs/**'] }, { paths: ['docs/x'] }, 'paths'],
    [{ paths: ['lib/**'] }, { paths: [] }, 'paths'],
    [{ paths: ['lib/**'] }, { paths: null }, null],
    [{ paths: ['lib/**'] }, { event: 'merge_request' }, 'paths'],
    [{ paths: ['lib/**'] }, { event: 'issue' }, null],
    [{ pushers: ['alice'] }, {}, null],
    [{ pushers: ['!alice'] }, {}, 'pushers'],
    [{ pushers: ['ci-*'] }, {}, 'pushers'],
    [{ pushers: ['!alice'] }, { pusher: null }, null],
    [{ pushers: ['!alice'] }, { event: 'issue' }, null],
    [{ skip_ci: true }, {}, null],
    [{ skip_ci: true }, { message: 'Fix [skip ci]' }, 'skip_ci'],
    [{ skip_ci: true }, { message: 'Fix\n\n[CI SKIP]\n' }, 'skip_ci'],
    [{ skip_ci: true }, { message: '[no ci] x' }, 'skip_ci'],
    [{ skip_ci: true }, { message: 'skip ci' }, null],
    [{ skip_ci: true }, { message: null }, null],
    [{ skip_ci: true }, { options: ['ci.skip'] }, 'skip_ci'],
    [{ skip_ci: true }, { options: ['ci.skip=false'] }, null],
    [{ skip_ci: false }, { message: '[skip ci]', options: ['ci.skip'] }, null],
  ];
  for (const [filters, asked, refused] of cases) {
    const said = refusal({ ...HOOK, ...filters }, { ...PUSH, ...asked });
    t.equal(said, refused, `${JSON.stringify(filters)} ~ ${JSON.stringify(asked)}`);
  }
  t.equal(
    refusal({ ...HOOK, paths: ['lib/**'] }, PUSH, 'create'),
    null,
    'that a branch was made has no files',
  );
  t.equal(refusal({ ...HOOK, events: ['push'] }, PUSH, 'create'), 'events');
});

t.test('a pusher silences no more than the setting allows', async t => {
  const server = { ...HOOK, id: 8, name: 'audit', scope: 'all' };
  const cases: [skip: Asked['skip'], options: string[], own: string | null, all: string | null][] = [
    ['off', ['belfry.skip'], null, null],
    ['repository', ['belfry.skip'], 'push_skip', null],
    ['all', ['belfry.skip'], 'push_skip', 'push_skip'],
    ['all', ['belfry.skip='], 'push_skip', 'push_skip'],
    ['all', ['belfry.skip=audit'], null, 'push_skip'],
    ['all', ['belfry.skip=7', 'x'], 'push_skip', null],
    ['repository', ['belfry.skip=audit'], null, null],
    ['all', ['belfry.skipped'], null, null],
    ['all', [], null, null],
  ];
  for (const [skip, options, own, all] of cases) {
    t.equal(refusal(HOOK, { ...PUSH, skip, options }), own, `${skip} ${options}`);
    t.equal(refusal(server, { ...PUSH, skip, options }), all, `${skip} ${options}, of the server`);
  }
  t.equal(refusal(server, { ...PUSH, event: 'issue', skip: 'all', options: ['belfry.skip'] }), null);
  t.ok(asksToSkip(['x', 'belfry.skip=a']));
  t.notOk(asksToSkip(['belfry.wait']));
});

t.test('what filters ask of an event', async t => {
  const occasion = { ...NO_OCCASION, pusher: 'alice' };
  const push = samplePush({ ref: 'refs/heads/feature/x' });
  t.match(askedOf(push, occasion), { branch: 'feature/x', tag: null, paths: null, pusher: 'alice' });
  const known = { ...push, facts: { ...push.facts, paths: ['a'] } } as typeof push;
  t.same(askedOf(known, occasion).paths, ['a']);
  const gone = sampleDeletedBranch('main');
  const withPaths = { ...gone, facts: { ...gone.facts, paths: ['a'] } } as typeof gone;
  t.equal(askedOf(withPaths, occasion).paths, null, 'a deletion passes');
  t.match(askedOf(sampleTag('v1'), occasion), { branch: null, tag: 'v1', paths: null });
  t.match(askedOf(sampleMergeRequest(), occasion), { branch: 'main', tag: null });
  for (const event of [sampleIssue(), sampleNote()])
    t.match(askedOf(event, occasion), { branch: null, tag: null, paths: null, message: null });
});
