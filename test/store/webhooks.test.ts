/** Webhooks in the file: what is sealed, and a key that is lost. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { matches } from '../support/matches.ts';
import { NOW, sampleWebhook } from './samples.ts';
import { openTestStore } from './stage.ts';

const URL = 'https://ci.example.com/hook?token=very-secret-token';
const SECRET = 'a secret that stands nowhere';

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
    await t.rejects(fresh.webhooks.target(1), { code: 'key', message: `The key file ${key} is missing` });
    matches(t, await fresh.webhooks.list(), [{ url_masked: 'https://ci.example.com/hook?token=***' }]);
    writeFileSync(key, `${Buffer.alloc(32, 7).toString('base64')}\n`);
    await t.rejects(fresh.webhooks.target(1), {
      code: 'key',
      message: `webhook 1 url: sealed with another key than ${key}`,
    });
    writeFileSync(key, 'short');
    await t.rejects(fresh.webhooks.target(1), {
      code: 'key',
      message: /wanted 32 bytes of key, got 3/,
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
