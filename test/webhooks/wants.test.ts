import t from 'tap';
import { scopesOf } from '../../src/model/webhook.ts';
import { wants } from '../../src/webhooks/wants.ts';
import { webhookInput } from '../../src/webhooks/webhook-input.ts';
import { sampleWebhook } from '../store/stage.ts';
import {
  sampleDeletedBranch,
  sampleIssue,
  sampleMergeRequest,
  sampleNote,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

t.test('events, and branches where there are any', async t => {
  const all = [samplePush(), sampleTag(), sampleMergeRequest(), sampleIssue(), sampleNote()];
  const wanted = (events: string[], branches: string[]) =>
    all.filter(event => wants({ events, branches } as never, event)).map(event => event.name);
  const every = ['push', 'tag_push', 'merge_request', 'issue', 'note'];
  t.same(wanted(every, []), every);
  t.same(wanted(['tag_push'], []), ['tag_push']);
  t.same(wanted([], []), []);
  t.same(wanted(every, ['other']), ['tag_push', 'issue', 'note'], 'a merge request is for its target branch');
  t.same(wanted(every, ['main']), every);
  t.equal(wants({ events: ['push'], branches: ['!main'] }, sampleDeletedBranch('main')), false);
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
    t.equal(problem({ url }), `url: an http or https URL is wanted, not ${got}`, 'no secret is repeated');
  }
  t.equal(
    problem({ url: `http://x/${'y'.repeat(9_000)}` }),
    'url: a URL of at most 8192 characters is wanted',
  );
  t.equal(problem({ events: [] }), 'events: at least one event is wanted');
  t.match(problem({ events: ['pull'] }), /^events\.0: /);
  t.match(problem({ kind: 'discord' }), /^kind: /);
  t.equal(problem({ secret: '' }), 'secret: an empty secret is none: leave it out');
  for (const auth of ['signature', 'password']) {
    t.equal(problem({ secret: null, auth }), 'auth: signature and password need a secret');
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
    t.match(result.error?.issues, [{ path: ['secret'], message: /^an empty secret is none/ }], secret);
  }
  t.ok(webhookInput.safeParse(sampleWebhook({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })).success);
});

t.test('a secret of several lines cannot stand in a header', async t => {
  for (const secret of ['a\nb', 'a\r\nX-Evil: 1', '\u0000', 'a\u2028b']) {
    t.notOk(webhookInput.safeParse(sampleWebhook({ secret, auth: 'password' })).success, `${secret.length}`);
  }
  t.ok(webhookInput.safeParse(sampleWebhook({ secret: '密码 ü', auth: 'password' })).success);
});
