/** The change of the key: everything sealed stays readable, whenever it is killed and whoever reads meanwhile. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { writeNextKey } from '../../src/store/key-file.ts';
import { createSecretBox } from '../../src/store/secret-box.ts';
import { openTestStore, sampleWebhook } from './stage.ts';

const NOW = 1_000_000;
const CLIENT = {
  proxy: 'http://me:pw@proxy:1',
  ca: null,
  client_cert: null,
  client_key: null,
  insecure: false,
};

/** Every sealed text of a database. */
function sealed(home: string): string[] {
  const db = new Database(join(home, 'belfry.db'), { readonly: true });
  const columns = 'url_sealed, secret_sealed, old_secret_sealed, proxy_sealed, client_key_sealed';
  const rows = db.prepare(`select ${columns} from webhook`).raw().all() as (string | null)[][];
  const settings = db.prepare(`select value from setting where key like 'proxy.%'`).pluck().all() as string[];
  db.close();
  return [...rows.flat(), ...settings].filter(text => text !== null);
}

t.test('seals everything anew, and a process that has the old key reads on', async t => {
  const { home, store } = openTestStore(t);
  const { store: worker } = openTestStore(t, home);
  const { id } = await store.webhooks.add(sampleWebhook({ reach: CLIENT }), 'x', NOW);
  await store.webhooks.rotate(id, 'the next secret', { until: NOW + 10, tokenFrom: NOW + 10 }, NOW);
  await store.settings.set('proxy.http', 'http://a:b@proxy:2');
  const target = await worker.webhooks.target(id);
  t.equal(target.old?.secret, 'a secret of the test');
  t.equal(target.reach.proxy, CLIENT.proxy);
  const before = { key: readFileSync(join(home, 'key'), 'utf8'), sealed: sealed(home) };
  t.equal(before.sealed.length, 5);

  t.same(await store.key.rotate(), { resealed: 5, lost: [] });
  t.not(readFileSync(join(home, 'key'), 'utf8'), before.key);
  t.equal(statSync(join(home, 'key')).mode & 0o777, 0o600);
  t.notOk(existsSync(join(home, 'key.next')));
  t.same(await worker.webhooks.target(id), target, 'the worker notices');
  t.equal((await worker.settings.all()).get('proxy.http'), 'http://a:b@proxy:2');
  for (const text of before.sealed) t.notOk(sealed(home).includes(text));
  const bytes = ['belfry.db', 'belfry.db-wal'].map(name => readFileSync(join(home, name), 'latin1')).join('');
  for (const text of before.sealed) t.notOk(bytes.includes(text), 'nor in a page that is free now');
});

t.test('killed after the new key was written: both open, and the next change takes it', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  writeNextKey(join(home, 'key'));
  const next = readFileSync(join(home, 'key.next'), 'utf8');
  const { store: other } = openTestStore(t, home);
  t.equal((await other.webhooks.target(id)).secret, 'a secret of the test');
  const { id: second } = await other.webhooks.add(sampleWebhook({ secret: 'in between' }), 'x', NOW);
  t.equal(
    (await store.webhooks.target(second)).secret,
    'in between',
    'sealed with the new one, opened by both',
  );
  t.same(await other.key.rotate(), { resealed: 4, lost: [] });
  t.equal(readFileSync(join(home, 'key'), 'utf8'), next);
  t.equal((await store.webhooks.target(second)).secret, 'in between');
});

t.test('killed after everything was sealed anew: nothing is lost', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const key = join(home, 'key');
  const old = readFileSync(key, 'utf8');
  await store.key.rotate();
  writeFileSync(`${key}.next`, readFileSync(key));
  writeFileSync(key, old);
  const { store: fresh } = openTestStore(t, home);
  t.equal((await fresh.webhooks.target(id)).secret, 'a secret of the test');
  t.equal((await fresh.key.rotate()).lost.length, 0);
  t.equal((await fresh.webhooks.target(id)).secret, 'a secret of the test');
});

t.test('two changes at once end with one key that opens everything', async t => {
  const { home, store } = openTestStore(t);
  const { store: other } = openTestStore(t, home);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  await Promise.all([store.key.rotate(), other.key.rotate()]);
  // One of the two has renamed the key that both use.
  const first = writeNextKey(join(home, 'key'));
  const second = writeNextKey(join(home, 'key'));
  await store.key.rotate();
  first.finish();
  second.finish();
  const box = createSecretBox(join(home, 'key'));
  t.equal(box.open(sealed(home)[0]!, `webhook ${id} url`), 'https://ci.example.com/hook');
});

t.test('what no key opens stays as it is; with nothing to open there is no change', async t => {
  const { home, store } = openTestStore(t);
  const { id: lost } = await store.webhooks.add(sampleWebhook({ secret: null, auth: 'none' }), 'x', NOW);
  const key = join(home, 'key');
  const old = readFileSync(key);
  rmSync(key);
  const { store: fresh } = openTestStore(t, home);
  await t.rejects(fresh.key.rotate(), { code: 'key', message: `the key file ${key} is missing` });
  t.notOk(existsSync(`${key}.next`));
  await fresh.webhooks.add(sampleWebhook(), 'x', NOW);
  t.same(await fresh.key.rotate(), { resealed: 2, lost: [`webhook ${lost} url`] });
  t.match(await fresh.webhooks.problem(lost), `webhook ${lost} url: sealed with another key`);
  writeFileSync(key, old);
  t.equal(await openTestStore(t, home).store.webhooks.problem(lost), null, 'its own key heals it');
});
