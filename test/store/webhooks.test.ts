import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { branches, claim, NOW, openTestStore, recordPush, sampleWebhook } from './stage.ts';

const URL = 'https://ci.example.com/hook?token=very-secret-token';
const SECRET = 'a secret that stands nowhere';

t.test('added, shown, changed: without anything secret', async t => {
  const { store } = openTestStore(t);
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
  t.match(added, {
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

t.test('what does not exist', async t => {
  const { webhooks } = openTestStore(t).store;
  const missing = {
    name: 'BelfryError',
    code: 'not-found',
    message: 'there is no webhook 7',
    hint: '`belfry webhook list` shows them.',
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
  const { webhooks } = openTestStore(t).store;
  const { id } = await webhooks.add(sampleWebhook(), '', NOW);
  await webhooks.remove(id, NOW);
  t.equal((await webhooks.add(sampleWebhook(), '', NOW)).id, id + 1);
});

t.test(
  'disable holds, enable releases, remove fails what is owed; what is being sent is left alone',
  async t => {
    const { store } = openTestStore(t);
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
    t.match(await store.deliveries.list({ limit: 1 }), [{ next_attempt_at: NOW + 9 }]);
    t.equal(await store.webhooks.disable(id, NOW), 2);
    t.equal(await store.webhooks.remove(id, NOW), 2);
    t.same(await states(), ['sending', 'failed', 'failed']);
    t.match(await store.deliveries.list({ limit: 1 }), [
      { state: 'failed', last_error: 'the webhook was removed', next_attempt_at: null, kind: '' },
    ]);
  },
);

t.test('nothing secret is in the file, and each seal is another one', async t => {
  const { home, store } = openTestStore(t);
  const input = sampleWebhook({ url: URL, secret: SECRET });
  await store.webhooks.add(input, 'masked', NOW);
  await store.webhooks.add(input, 'masked', NOW);
  const files = ['belfry.db', 'belfry.db-wal'].map(name => readFileSync(join(home, name)));
  for (const bytes of files) {
    t.notOk(bytes.includes(SECRET));
    t.notOk(bytes.includes('very-secret-token'));
  }
  const db = new Database(join(home, 'belfry.db'), { readonly: true });
  const sealed = db.prepare('select url_sealed, secret_sealed from webhook').raw().all().flat();
  db.close();
  t.equal(new Set(sealed).size, 4);
});

t.test(
  'a key that is lost, or another one: an error that says so; everything without a secret goes on',
  async t => {
    const { home, store } = openTestStore(t);
    await store.webhooks.add(sampleWebhook({ url: URL }), 'https://ci.example.com/hook?token=***', NOW);
    const key = join(home, 'key');
    renameSync(key, `${key}.saved`);
    const { store: fresh } = openTestStore(t, home);
    await t.rejects(fresh.webhooks.target(1), { code: 'key', message: `the key file ${key} is missing` });
    t.match(await fresh.webhooks.list(), [{ url_masked: 'https://ci.example.com/hook?token=***' }]);
    writeFileSync(key, `${Buffer.alloc(32, 7).toString('base64')}\n`);
    await t.rejects(fresh.webhooks.target(1), {
      code: 'key',
      message: `webhook 1 url: sealed with another key than ${key}`,
    });
    writeFileSync(key, 'short');
    await t.rejects(fresh.webhooks.target(1), {
      code: 'key',
      message: /holds 3 bytes of key, 32 are wanted/,
    });
    rmSync(key);
    renameSync(`${key}.saved`, key);
    t.match(await fresh.webhooks.target(1), { url: URL }, 'restored, without a restart');
  },
);

t.test('a sealed text cannot be moved to another webhook, nor to another column', async t => {
  const { home, store } = openTestStore(t);
  await store.webhooks.add(sampleWebhook({ secret: 'one' }), '', NOW);
  await store.webhooks.add(sampleWebhook({ secret: 'two' }), '', NOW);
  const db = new Database(join(home, 'belfry.db'));
  db.exec('update webhook set secret_sealed = (select secret_sealed from webhook where id = 2) where id = 1');
  await t.rejects(store.webhooks.target(1), {
    code: 'key',
    message: /webhook 1 secret: sealed with another key/,
  });
  db.exec('update webhook set secret_sealed = url_sealed');
  await t.rejects(store.webhooks.target(2), { code: 'key' });
  db.close();
});
