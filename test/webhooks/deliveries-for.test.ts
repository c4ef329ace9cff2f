import t from 'tap';
import type { EventContent } from '../../src/gitee/event.ts';
import { changeKey } from '../../src/messages/changes.ts';
import { type Subscriber, scopesOf } from '../../src/model/webhook.ts';
import type { Combine } from '../../src/webhooks/deliveries-for.ts';
import { deliveriesFor } from '../../src/webhooks/deliveries-for.ts';
import { webhookInput } from '../../src/webhooks/webhook-input.ts';
import { sampleWebhook } from '../store/samples.ts';
import { matches } from '../support/matches.ts';
import {
  sampleDeletedBranch,
  sampleId,
  sampleIssue,
  sampleMergeRequest,
  sampleNewBranch,
  sampleNote,
  sampleNotes,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

const PLAIN: Omit<Subscriber, 'id'> = {
  name: '',
  scope: 'all',
  kind: 'gitee',
  events: ['push', 'tag_push'],
  repos: [],
  branches: [],
  tags: [],
  paths: [],
  pushers: [],
  skip_ci: false,
  latest_only: null,
  disabled_at: null,
};

function webhook(id: number, changes: Partial<Subscriber> = {}): Subscriber {
  return { ...PLAIN, id, ...changes };
}

function stored(...contents: EventContent[]) {
  return contents.map((content, n) => ({ id: n + 1, content }));
}

t.test('each webhook is owed what it wants, in the order of the events', async t => {
  const events = stored(samplePush({ ref: 'refs/heads/main' }), sampleTag('v1'), sampleIssue());
  const hooks = [
    webhook(7),
    webhook(8, { branches: ['dev'] }),
    webhook(9, { events: ['issue'], disabled_at: 1 }),
    webhook(10, { events: ['note'] }),
  ];
  const alone = { together: false, mergeKey: null, word: null, state: 'pending', quietFor: null };
  t.strictSame(
    [...deliveriesFor(events, hooks)],
    [
      { ...alone, webhookId: 7, eventIds: [1], orderKey: 'refs/heads/main' },
      { ...alone, webhookId: 7, eventIds: [2], orderKey: 'refs/tags/v1' },
      { ...alone, webhookId: 8, eventIds: [2], orderKey: 'refs/tags/v1' },
      { ...alone, webhookId: 9, eventIds: [3], orderKey: '', state: 'held' },
    ],
    'what belfry gave up on is owed it too, and it is held',
  );
});

t.test('a robot is owed one message for all of a push, about one thing or about several', async t => {
  const robot = webhook(7, { kind: 'slack', branches: ['main'] });
  const both = stored(samplePush({ ref: 'refs/heads/main' }), sampleTag('v1'));
  const message = {
    ...{ webhookId: 7, together: true, orderKey: '', word: null, state: 'pending', quietFor: null },
  };
  t.strictSame([...deliveriesFor(both, [robot])], [{ ...message, eventIds: [1, 2], mergeKey: null }]);
  const event = samplePush({ ref: 'refs/heads/main' });
  t.strictSame(
    [...deliveriesFor(stored(event), [robot])],
    [{ ...message, eventIds: [1], mergeKey: changeKey(event) }],
  );
  t.strictSame([...deliveriesFor(stored(samplePush({ ref: 'refs/heads/dev' })), [robot])], []);
});

t.test(
  'a forge’s words have deliveries of their own, before the push of a new branch and after any other',
  async t => {
    const hook = webhook(7, { kind: 'github', events: ['push', 'tag_push', 'create', 'delete'] });
    const zero = '0'.repeat(40);
    const events = stored(
      sampleNewBranch('x'),
      sampleTag('v1'),
      samplePush({ ref: 'refs/heads/main' }),
      sampleDeletedBranch('x'),
      sampleTag('v1', { before: sampleId(1), after: zero, created: false, deleted: true }),
    );
    const said = (hooks: Subscriber[]) =>
      [...deliveriesFor(events, hooks)].map(({ eventIds: [id], word, orderKey }) => [id, word, orderKey]);
    t.strictSame(said([hook]), [
      [1, 'create', 'refs/heads/x'],
      [1, null, 'refs/heads/x'],
      [2, null, 'refs/tags/v1'],
      [2, 'create', 'refs/tags/v1'],
      [3, null, 'refs/heads/main'],
      [4, null, 'refs/heads/x'],
      [4, 'delete', 'refs/heads/x'],
      [5, null, 'refs/tags/v1'],
      [5, 'delete', 'refs/tags/v1'],
    ]);
    t.strictSame(
      said([{ ...hook, events: ['delete'], branches: ['main'] }]),
      [[5, 'delete', 'refs/tags/v1']],
      'a branch’s word goes by the branch filter, and without the push',
    );
  },
);

t.test('what a forge has no word for makes no delivery', async t => {
  const hook = webhook(7, { kind: 'github', events: ['merge_request', 'note'] });
  const notes = sampleNotes();
  const events = stored(sampleMergeRequest({ action: 'approved' }), ...notes);
  t.strictSame(
    [...deliveriesFor(events, [hook])].map(({ eventIds: [id] }) => events[id! - 1]!.content.data),
    notes.slice(0, 3).map(({ data }) => data),
    'no approval, and no comment on the repository',
  );
});

t.test('an event is let go before the next one is asked for', async t => {
  let asked = 0;
  const events = function* () {
    for (const one of stored(samplePush(), samplePush(), samplePush())) {
      asked++;
      yield one;
    }
  };
  const owed = deliveriesFor(events(), [webhook(1)]);
  t.equal(asked, 0);
  t.equal([...owed].length, 3);
  t.equal(asked, 3);
});

t.test('events, and branches where there are any', async t => {
  const all = [samplePush(), sampleTag(), sampleMergeRequest(), sampleIssue(), sampleNote()];
  const wanted = (events: Subscriber['events'], branches: string[]) =>
    [...deliveriesFor(stored(...all), [webhook(1, { events, branches })])].map(
      ({ eventIds: [id] }) => all[id! - 1]!.name,
    );
  const every: Subscriber['events'] = ['push', 'tag_push', 'merge_request', 'issue', 'note'];
  t.same(wanted(every, []), every);
  t.same(wanted(['tag_push'], []), ['tag_push']);
  t.same(wanted([], []), []);
  t.same(wanted(every, ['other']), ['tag_push', 'issue', 'note'], 'a merge request is for its target branch');
  t.same(wanted(every, ['main']), every);
  const deleted = stored(sampleDeletedBranch('main'));
  t.same([...deliveriesFor(deleted, [webhook(1, { branches: ['!main'] })])], []);
});

t.test('who is told of a ref once it is quiet is told of all that happened to it', async t => {
  const hook = webhook(7, { latest_only: 30 });
  const now = stored(samplePush({ ref: 'refs/heads/main' }), sampleTag('v1'), sampleIssue());
  const all = { id: 9, content: samplePush({ ref: 'refs/heads/main' }) };
  const owed = (combine?: Combine, changes: Partial<Subscriber> = {}) =>
    [...deliveriesFor(now, [{ ...hook, ...changes }], combine)].map(({ eventIds, quietFor }) => [
      eventIds[0],
      quietFor,
    ]);
  const first = [
    [1, 30],
    [2, 30],
  ];
  t.strictSame(owed(), first, 'nothing waits');
  t.strictSame(
    owed(() => undefined),
    first,
  );
  t.strictSame(
    owed((_, ref) => (ref === 'refs/heads/main' ? all : undefined)),
    [
      [9, 30],
      [2, 30],
    ],
  );
  t.strictSame(
    owed((_, ref) => (ref === 'refs/heads/main' ? null : undefined)),
    [[2, 30]],
    'it came to nothing',
  );
  t.strictSame(owed(undefined, { events: ['issue'] }), [[3, null]], 'an issue has no ref, and goes at once');
  const asked: string[] = [];
  const note: Combine = (id, ref) => void asked.push(`${id} ${ref}`);
  t.strictSame(owed(note, { branches: ['dev'] }), [[2, 30]]);
  t.strictSame(asked, ['7 refs/tags/v1'], 'what it does not want joins nothing that waits');
});

t.test('the scopes that hear of a repository', async t => {
  t.same(scopesOf({ id: 7, company: 'acme', root: '/srv/git' }), ['all', 'repository:7', 'company:acme']);
  t.same(scopesOf({ id: 7, company: null, root: '/srv/git' }), ['all', 'repository:7']);
  t.same(scopesOf({ id: 7, company: null, root: null }), ['repository:7'], 'outside all roots');
});

t.test('what an admin gives is checked once', async t => {
  const problem = (changes: object) => {
    const result = webhookInput.safeParse({ ...sampleWebhook(), ...changes });
    return result.success
      ? null
      : result.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  };
  t.equal(problem({}), null);
  for (const [url, got] of [
    ['ftp://token@x', 'one that cannot be read, ftp://…'],
    ['https://u:token@x:99999/?token', 'one that cannot be read, https://…'],
    ['ci.example.com/token', 'a text without https:// in front'],
    ['', 'a text without https:// in front'],
    ['http://', 'one that cannot be read, http://…'],
    ['javascript:alert(1)', 'one that cannot be read, javascript:…'],
    ['file:///etc/passwd', 'one that cannot be read, file://…'],
  ]) {
    t.equal(problem({ url }), `url: an http or https URL, got ${got}`, 'no secret is repeated');
  }
  t.equal(problem({ url: `http://x/${'y'.repeat(9_000)}` }), 'url: a URL of at most 8192 characters');
  t.match(problem({ events: [] }), /^events: /);
  t.match(problem({ events: ['pull'] }), /^events\.0: /);
  t.match(problem({ kind: 'discord' }), /^kind: /);
  t.equal(problem({ secret: '' }), 'secret: a secret, got an empty one: leave it out');
  for (const auth of ['signature', 'password']) {
    t.equal(problem({ secret: null, auth }), 'auth: a secret for signature or password, got none');
  }
  t.equal(problem({ secret: null, auth: 'none' }), null);
  t.equal(problem({ secret: null, kind: 'slack' }), null, 'a robot may do without');
  t.match(problem({ timeout_ms: 99 }), /^timeout_ms: /);
  t.match(problem({ timeout_ms: Number.NaN }), /^timeout_ms: /);
  t.match(problem({ name: 'x'.repeat(201) }), /^name: /);
  t.match(problem({ surprise: 1 }), /surprise/);
});

t.test('a whsec_ secret without a key behind it is an empty one', async t => {
  for (const secret of ['whsec_', 'whsec_=', 'whsec_!!!']) {
    const result = webhookInput.safeParse(sampleWebhook({ secret }));
    matches(t, result.error?.issues, [{ path: ['secret'], message: /^a secret, got an empty one/ }], secret);
  }
  t.ok(webhookInput.safeParse(sampleWebhook({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })).success);
});

t.test('a secret of several lines cannot stand in a header', async t => {
  for (const secret of ['a\nb', 'a\r\nX-Evil: 1', '\u0000', 'a\u2028b']) {
    t.notOk(webhookInput.safeParse(sampleWebhook({ secret, auth: 'password' })).success, `${secret.length}`);
  }
  t.ok(webhookInput.safeParse(sampleWebhook({ secret: '密码 ü', auth: 'password' })).success);
});

t.test('a custom target hears of what the dialect that it is told in has words for', async t => {
  const events = stored(sampleNewBranch('new'), sampleDeletedBranch('old'), sampleTag('v1'));
  const hooks = (['gitee', 'github', 'gitlab', 'gitea'] as const).map((payload, n) =>
    webhook(n + 1, { kind: 'custom', payload }),
  );
  const owed = [...deliveriesFor(events, hooks)].map(({ webhookId, eventIds, word }) => [
    webhookId,
    eventIds[0],
    word,
  ]);
  const all = (id: number) => [1, 2, 3].map(event => [id, event, null]);
  t.strictSame(owed, [...all(1), ...all(2), ...all(3), [4, 1, null], [4, 3, null]]);
});
