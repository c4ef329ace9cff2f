/** Webhooks and their secrets: added, changed, switched off and on, removed; two secrets at once. */
import type { Test } from 'tap';
import { matches } from '../../support/matches.ts';
import { branches, claim, NOW, recordPush, sampleWebhook } from '../samples.ts';
import type { Open } from './open.ts';

const URL = 'https://ci.example.com/hook?token=very-secret-token';
const SECRET = 'a secret that stands nowhere';
const TIMES = { until: NOW + 1_000, tokenFrom: NOW + 1_000 };

export function webhooksContract(t: Test, open: Open): void {
  t.test('who hears of a repository, and what they have to be told', async t => {
    const { store } = await open(t);
    const { webhooks } = store;
    const add = (changes: Parameters<typeof sampleWebhook>[0]) =>
      webhooks.add(sampleWebhook(changes), '', NOW);
    const app = { id: 3, company: 'acme', root: '/srv/git' };
    const nothing = { paths: false, skipCi: false, latest: false };
    t.strictSame(await webhooks.audience(app), { kinds: [], ...nothing });
    await add({ kind: 'slack' });
    await add({ kind: 'slack', scope: 'company:acme' });
    await add({ kind: 'feishu', scope: 'company:acme' });
    await add({ kind: 'gitee', scope: 'repository:3' });
    await add({ kind: 'wecom', active: false });
    await add({ kind: 'dingtalk', scope: 'repository:4' });
    t.strictSame(await webhooks.audience(app), { kinds: ['feishu', 'gitee', 'slack'], ...nothing });
    t.strictSame(await webhooks.audience({ ...app, company: null, id: 5 }), { kinds: ['slack'], ...nothing });
    t.strictSame(await webhooks.audience({ ...app, root: null }), { kinds: ['gitee'], ...nothing });
    await add({ kind: 'gitee', scope: 'repository:3', paths: ['docs/**'] });
    await add({ kind: 'gitee', scope: 'repository:3', skip_ci: true, latest_only: 5 });
    await add({ kind: 'gitee', scope: 'repository:4', paths: ['x'], active: false });
    t.strictSame(await webhooks.audience({ ...app, root: null }), {
      ...{ kinds: ['gitee'], paths: true, skipCi: true, latest: true },
    });
    t.strictSame(await webhooks.audience({ ...app, root: null, id: 4 }), { kinds: ['dingtalk'], ...nothing });
  });

  t.test('added, shown, changed: without anything secret', async t => {
    const { store } = await open(t);
    const input = sampleWebhook({
      url: URL,
      secret: SECRET,
      name: 'CI',
      events: ['push'],
      branches: ['main', '!x'],
      language: 'zh',
      keyword: 'key',
      timeout_ms: 5_000,
    });
    const added = await store.webhooks.add(input, 'https://ci.example.com/hook?token=***', NOW);
    matches(t, added, {
      id: 1,
      name: 'CI',
      scope: 'all',
      kind: 'gitee',
      url_masked: 'https://ci.example.com/hook?token=***',
      events: ['push'],
      branches: ['main', '!x'],
      auth: 'signature',
      language: 'zh',
      keyword: 'key',
      timeout_ms: 5_000,
      active: true,
      disabled_at: null,
      disabled_reason: null,
      failures: 0,
      failing_since: null,
      created_at: NOW,
    });
    t.same(await store.webhooks.get(1), added);
    t.same(await store.webhooks.list(), [added]);
    t.notMatch(
      JSON.stringify(added),
      /very-secret|stands nowhere|v1\./,
      'neither the secret nor the URL nor anything sealed',
    );
    t.match(await store.webhooks.target(1), {
      id: 1,
      kind: 'gitee',
      url: URL,
      auth: 'signature',
      secret: SECRET,
      language: 'zh',
      keyword: 'key',
      timeoutMs: 5_000,
    });

    const changed = await store.webhooks.replace(
      1,
      { ...input, url: 'http://other.example/', secret: null, auth: 'none', name: '', active: false },
      'http://other.example/',
      NOW + 5,
    );
    t.match(changed, {
      id: 1,
      name: '',
      auth: 'none',
      url_masked: 'http://other.example/',
      active: false,
      created_at: NOW,
    });
    t.match(await store.webhooks.target(1), { url: 'http://other.example/', secret: null });
  });

  t.test('request headers of its own: the names are shown, the values only opened to be sent', async t => {
    const { store } = await open(t);
    const headers = [['X-Api-Key', SECRET]] as const;
    const bases = { clone_http: 'https://mirror.example.com/git', clone_ssh: 'git@mirror.example.com:' };
    const input = sampleWebhook({ kind: 'github', ...bases, headers });
    const added = await store.webhooks.add(input, 'x', NOW);
    t.match(added, bases);
    t.strictSame(added.headers, [['X-Api-Key', '***']]);
    const target = await store.webhooks.target(added.id);
    t.match(target, { ...bases, created_at: NOW });
    t.strictSame(target.headers, headers);
    const changed = await store.webhooks.replace(
      added.id,
      { ...input, headers: [], clone_http: null },
      'x',
      NOW,
    );
    t.strictSame([changed.headers, changed.clone_http], [[], null]);
    t.strictSame((await store.webhooks.target(added.id)).headers, []);
  });

  t.test('what does not exist', async t => {
    const { webhooks } = (await open(t)).store;
    const missing = {
      name: 'BelfryError',
      code: 'not-found',
      message: 'Unknown webhook 7',
      hint: '`belfry webhook list` shows their ids.',
    };
    t.same(await webhooks.list(), []);
    await t.rejects(webhooks.get(7), missing);
    await t.rejects(webhooks.target(7), missing);
    await t.rejects(webhooks.replace(7, sampleWebhook(), '', NOW), missing);
    await t.rejects(webhooks.remove(7, NOW), missing);
    await t.rejects(webhooks.enable(7, NOW), missing);
    await t.rejects(webhooks.disable(7, NOW), missing);
    t.same(await webhooks.list(), [], 'and nothing came of it');
  });

  t.test('the id of a removed webhook is never given again', async t => {
    const { webhooks } = (await open(t)).store;
    const { id } = await webhooks.add(sampleWebhook(), '', NOW);
    await webhooks.remove(id, NOW);
    t.equal((await webhooks.add(sampleWebhook(), '', NOW)).id, id + 1);
  });

  t.test(
    'disable holds, enable releases, remove fails what is owed; what is being sent is left alone',
    async t => {
      const { store } = await open(t);
      const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
      await recordPush(store, branches('a', 'b', 'c'));
      await claim(store, id, { firsts: 1 });
      const states = async () => (await store.deliveries.list({ limit: 9 })).reverse().map(one => one.state);
      t.equal(await store.webhooks.disable(id, NOW), 2);
      t.same(await states(), ['sending', 'held', 'held']);
      t.match(await store.webhooks.get(id), { active: false, disabled_at: null });
      t.equal(await store.webhooks.disable(id, NOW), 0);
      t.equal(await store.webhooks.enable(id, NOW + 9), 2);
      t.same(await states(), ['sending', 'pending', 'pending']);
      matches(t, await store.deliveries.list({ limit: 1 }), [{ next_attempt_at: NOW + 9 }]);
      t.equal(await store.webhooks.disable(id, NOW), 2);
      t.equal(await store.webhooks.remove(id, NOW), 2);
      t.same(await states(), ['sending', 'failed', 'failed']);
      matches(t, await store.deliveries.list({ limit: 1 }), [
        { state: 'failed', last_error: 'the webhook was removed', next_attempt_at: null, kind: '' },
      ]);
    },
  );

  t.test('the old one is kept until its time is over', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
    const shown = await store.webhooks.rotate(id, 'new secret', TIMES, NOW);
    t.match(shown, { old_secret_until: TIMES.until, token_from: TIMES.tokenFrom });
    t.match(await store.webhooks.target(id), {
      secret: 'new secret',
      old: { secret: 'a secret of the test', until: TIMES.until, tokenFrom: TIMES.tokenFrom },
    });
    t.equal(await store.webhooks.forgetOld(TIMES.until - 1), 0);
    t.equal(await store.webhooks.forgetOld(TIMES.until), 1);
    t.match(await store.webhooks.target(id), { secret: 'new secret', old: null });
  });

  t.test('one at a time', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
    await store.webhooks.rotate(id, 'second', TIMES, NOW);
    await t.rejects(store.webhooks.rotate(id, 'third', TIMES, NOW + 1), { code: 'conflict' });
    t.equal((await store.webhooks.target(id)).secret, 'second', 'nothing has changed');
    const later = { until: NOW + 5_000, tokenFrom: NOW + 5_000 };
    await store.webhooks.rotate(id, 'third', later, TIMES.until);
    t.equal(
      (await store.webhooks.target(id)).old?.secret,
      'second',
      'when the first is over, the next may begin',
    );
  });

  t.test('without a secret there is nothing to replace', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook({ auth: 'none', secret: null }), 'x', NOW);
    await t.rejects(store.webhooks.rotate(id, 'new', TIMES, NOW), { code: 'invalid' });
    await t.rejects(store.webhooks.rotate(99, 'new', TIMES, NOW), { code: 'not-found' });
  });

  t.test('editing something else goes on with it, a new secret ends it', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
    await store.webhooks.rotate(id, 'second', TIMES, NOW);
    await store.webhooks.replace(id, sampleWebhook({ secret: 'second', name: 'x' }), 'x', NOW);
    t.equal((await store.webhooks.target(id)).old?.secret, 'a secret of the test');
    await store.webhooks.replace(id, sampleWebhook({ secret: 'third' }), 'x', NOW);
    t.match(await store.webhooks.target(id), { secret: 'third', old: null });
  });

  t.test('what was made from an older state of a webhook is not written', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
    const revision = await store.webhooks.revision(id);
    await recordPush(store, branches('a'));
    t.equal(await store.webhooks.revision(id), revision, 'what the worker finds out changes nothing');
    const named = sampleWebhook({ name: 'first' });
    await store.webhooks.replace(id, named, 'x', NOW, revision);
    await t.rejects(store.webhooks.replace(id, sampleWebhook({ name: 'second' }), 'x', NOW, revision), {
      code: 'conflict',
    });
    t.equal((await store.webhooks.get(id)).name, 'first');
  });

  t.test('stamps rise, and are remembered by whoever opens the store next', async t => {
    const { store, again } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
    const first = await store.webhooks.takeStamp(id, NOW, NOW + 60_000);
    t.ok(first >= NOW);
    const other = await again();
    const second = await other.webhooks.takeStamp(id, NOW, NOW + 60_000);
    t.ok(second > first);
    t.equal((await other.webhooks.target(id)).lastTimestamp, second);
    t.equal(await store.webhooks.takeStamp(id, NOW, second), second, 'and end where they have to');
  });
}
