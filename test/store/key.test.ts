/** The change of the key: everything sealed stays readable, whenever it is killed and whoever reads meanwhile. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import t from 'tap';
import { keyStore } from '../../src/store/key.ts';
import { makeNextKey } from '../../src/store/key-file.ts';
import { takeProcessLock } from '../../src/store/process-lock.ts';
import { createSecretBox } from '../../src/store/secret-box.ts';
import { NODE } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { sampleWebhook } from './samples.ts';
import { openTestStore } from './stage.ts';

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
  const columns =
    'url_sealed, secret_sealed, old_secret_sealed, proxy_sealed, client_key_sealed, headers_sealed';
  const rows = db.prepare(`select ${columns} from webhook`).raw().all() as (string | null)[][];
  const settings = db.prepare(`select value from setting where key like 'proxy.%'`).pluck().all() as string[];
  db.close();
  return [...rows.flat(), ...settings].filter(text => text !== null);
}

t.test('seals everything anew, and a process that has the old key reads on', async t => {
  const { home, store } = openTestStore(t);
  const { store: worker } = openTestStore(t, home);
  const headers = [['X-Api-Key', 'a value of the test']] as [string, string][];
  const { id } = await store.webhooks.add(sampleWebhook({ reach: CLIENT, headers }), 'x', NOW);
  await store.webhooks.rotate(id, 'the next secret', { until: NOW + 10, tokenFrom: NOW + 10 }, NOW);
  await store.settings.set('proxy.http', 'http://a:b@proxy:2');
  const target = await worker.webhooks.target(id);
  t.equal(target.old?.secret, 'a secret of the test');
  t.equal(target.reach.proxy, CLIENT.proxy);
  t.strictSame(target.headers, headers);
  const before = { key: readFileSync(join(home, 'key'), 'utf8'), sealed: sealed(home) };
  t.equal(before.sealed.length, 6);

  t.same(await store.key.rotate(NOW), { resealed: 6, lost: [], kept: null });
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
  makeNextKey(join(home, 'key'));
  const next = readFileSync(join(home, 'key.next'), 'utf8');
  const { store: other } = openTestStore(t, home);
  t.equal((await other.webhooks.target(id)).secret, 'a secret of the test');
  const { id: second } = await other.webhooks.add(sampleWebhook({ secret: 'in between' }), 'x', NOW);
  t.equal(
    (await store.webhooks.target(second)).secret,
    'in between',
    'sealed with the new one, opened by both',
  );
  t.same(await other.key.rotate(NOW), { resealed: 4, lost: [], kept: null });
  t.equal(readFileSync(join(home, 'key'), 'utf8'), next);
  t.equal((await store.webhooks.target(second)).secret, 'in between');
});

t.test('killed after everything was sealed anew: nothing is lost', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const key = join(home, 'key');
  const old = readFileSync(key, 'utf8');
  await store.key.rotate(NOW);
  writeFileSync(`${key}.next`, readFileSync(key));
  writeFileSync(key, old);
  const { store: fresh } = openTestStore(t, home);
  t.equal((await fresh.webhooks.target(id)).secret, 'a secret of the test');
  t.equal((await fresh.key.rotate(NOW)).lost.length, 0);
  t.equal((await fresh.webhooks.target(id)).secret, 'a secret of the test');
});

t.test('one at a time: the second is told so, and has changed nothing', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const before = { key: readFileSync(join(home, 'key'), 'utf8'), sealed: sealed(home) };
  const lock = takeProcessLock(join(home, 'key.lock'));
  await t.rejects(store.key.rotate(NOW), {
    code: 'conflict',
    message: 'Another `belfry key rotate` is running for this home',
  });
  t.strictSame({ key: readFileSync(join(home, 'key'), 'utf8'), sealed: sealed(home) }, before);
  t.notOk(existsSync(join(home, 'key.next')));
  lock!.release();
  t.equal((await store.key.rotate(NOW)).resealed, 2);
  t.equal((await store.webhooks.target(id)).secret, 'a secret of the test');
});

t.test('the old key stays when the new one does not open what is sealed: nothing is changed', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const before = sealed(home);
  const key = join(home, 'key');
  // As a disk does that says that it has written and has not: the file holds another key than this process knows.
  const db = new Database(join(home, 'belfry.db'));
  t.teardown(() => db.close());
  const box = createSecretBox(key);
  const rotation = box.beginRotation();
  writeFileSync(`${key}.next`, readFileSync(key));
  const swapped = { ...box, beginRotation: () => rotation };
  await t.rejects(keyStore(db, swapped, join(home, 'other.lock')).rotate(NOW), {
    code: 'key',
    message: `webhook ${id} url: the new key does not open it`,
  });
  t.strictSame(sealed(home), before);
  t.equal((await store.webhooks.target(id)).secret, 'a secret of the test');
});

t.test('a key that is there and cannot be read is not replaced', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const key = join(home, 'key');
  t.equal((await store.webhooks.target(id)).secret, 'a secret of the test', 'this process knows the key');
  for (const [what, put] of [
    ['a symbolic link', () => symlinkSync('moved', key)],
    ['a pipe', () => execFileSync('mkfifo', [key])],
    ['a directory', () => mkdirSync(key)],
    ['cut', () => writeFileSync(key, 'AAAA')],
  ] as const) {
    renameSync(key, join(home, 'moved'));
    put();
    await t.rejects(store.key.rotate(NOW), { code: 'key', message: /^The key file .*key/ }, what);
    await t.rejects(store.webhooks.add(sampleWebhook(), 'x', NOW), { code: 'key' }, what);
    t.notOk(existsSync(`${key}.next`), what);
    rmSync(key, { recursive: true });
    renameSync(join(home, 'moved'), key);
  }
  t.equal((await store.key.rotate(NOW)).resealed, 2);
});

t.test('a key from a backup that is older than the database: refused, and nothing is destroyed', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const key = join(home, 'key');
  const backup = readFileSync(key);
  await store.key.rotate(NOW);
  const right = readFileSync(key);
  writeFileSync(key, backup);
  const { store: fresh } = openTestStore(t, home);
  await t.rejects(fresh.key.rotate(NOW), {
    code: 'key',
    message: `webhook ${id} url: sealed with another key than ${key}`,
    hint: /Restore the key file that belongs to this database/,
  });
  t.strictSame(readFileSync(key), backup);
  t.notOk(existsSync(`${key}.next`));

  const { id: second } = await fresh.webhooks.add(sampleWebhook({ secret: 'newer' }), 'x', NOW);
  const { lost, kept } = await fresh.key.rotate(NOW);
  t.strictSame(lost, [`webhook ${id} url`, `webhook ${id} secret`]);
  t.equal(kept, 'key.old-19700101T001640000Z');
  t.strictSame(readFileSync(join(home, kept!)), backup, 'what some sealed texts may still need is kept');
  t.equal((await fresh.webhooks.target(second)).secret, 'newer');
  const now = readFileSync(key);
  writeFileSync(key, right);
  t.equal((await openTestStore(t, home).store.webhooks.target(id)).secret, 'a secret of the test');
  writeFileSync(key, now);
});

t.test('what no key opens stays as it is; with nothing to open there is no change', async t => {
  const { home, store } = openTestStore(t);
  const { id: lost } = await store.webhooks.add(sampleWebhook({ secret: null, auth: 'none' }), 'x', NOW);
  const key = join(home, 'key');
  const old = readFileSync(key);
  rmSync(key);
  const { store: fresh } = openTestStore(t, home);
  await t.rejects(fresh.key.rotate(NOW), { code: 'key', message: `The key file ${key} is missing` });
  t.notOk(existsSync(`${key}.next`));
  await fresh.webhooks.add(sampleWebhook(), 'x', NOW);
  matches(t, await fresh.key.rotate(NOW), { resealed: 2, lost: [`webhook ${lost} url`], kept: /^key\.old-/ });
  t.match(await fresh.webhooks.problem(lost), `webhook ${lost} url: sealed with another key`);
  writeFileSync(key, old);
  t.equal(await openTestStore(t, home).store.webhooks.problem(lost), null, 'its own key heals it');
});

t.test('many processes rotate, seal and die at the same moment: everything opens', async t => {
  const { home, store } = openTestStore(t);
  for (const secret of ['a', 'b', 'c']) await store.webhooks.add(sampleWebhook({ secret }), 'x', NOW);
  const script = (name: string) => join(import.meta.dirname, name);
  const sealers = ['1', '2', '3', '4'].map(name => spawn(NODE, [script('opener.ts'), home, name]));
  await Promise.all(sealers.map(child => once(child.stdout, 'data')));
  const ends = sealers.map(child => once(child, 'exit'));
  const rotate = () => spawn(NODE, [script('rotate-key.ts'), home], { stdio: ['ignore', 'ignore', 'pipe'] });
  const rotators = Array.from({ length: 6 }, rotate);
  const said = rotators.map(child => text(child.stderr));
  writeFileSync(join(home, 'go'), '');
  // Two of them are cut off as soon as a new key is there.
  const watcher = watch(home, (_event, name) => {
    if (name === 'key.next') for (const child of rotators.slice(0, 2)) child.kill('SIGKILL');
  });
  const errors = await Promise.all(said);
  await Promise.all(ends);
  watcher.close();
  for (const error of errors.filter(one => one !== ''))
    t.match(error, 'Another `belfry key rotate` is running');

  matches(t, await store.key.rotate(NOW), { lost: [], kept: null });
  const secrets: (string | null)[] = [];
  for (const { id } of await store.webhooks.list()) secrets.push((await store.webhooks.target(id)).secret);
  t.strictSame(secrets.sort(), ['a', 'b', 'c', ...['1', '2', '3', '4'].map(name => `secret of ${name}`)]);
  t.notOk(existsSync(join(home, 'key.next')));
});
