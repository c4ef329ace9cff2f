/** What the worker tells a pusher who waits: in a file that only he can name. */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { createOutcomes } from '../../src/host/outcomes.ts';

const MINUTE = 60_000;

t.test('where the home is gone, none is made', async t => {
  const home = join(t.testdir({}), 'home');
  await t.rejects(createOutcomes(home).open(randomUUID(), Date.now()), { code: 'ENOENT' });
  t.notOk(existsSync(home));
});

t.test('line by line, to its end; what is old goes', async t => {
  const home = t.testdir({});
  const now = Date.now();
  const outcomes = createOutcomes(home);
  const [mine, silent, next] = [randomUUID(), randomUUID(), randomUUID()];
  const read = (token: string) => readFileSync(join(home, 'outcome', token), 'utf8');
  const before = process.umask(0o077);
  const outcome = await outcomes.open(mine, now);
  process.umask(before);
  t.equal(statSync(join(home, 'outcome')).mode & 0o777, 0o711, 'whoever knows the name, and nobody lists it');
  t.equal(statSync(join(home, 'outcome', mine)).mode & 0o777, 0o644);
  await outcome!.say('belfry: one\n');
  t.equal(read(mine), 'belfry: one\n');
  await outcome!.say('belfry: two.\n');
  await outcome!.end();
  t.equal(read(mine), 'belfry: one\nbelfry: two.\n.\n');
  await (await outcomes.open(silent, now))!.end();
  t.equal(read(silent), '.\n');
  utimesSync(join(home, 'outcome', mine), 1_000, 1_000);
  await (await outcomes.open(next, now + 2 * MINUTE))!.end();
  t.same(readdirSync(join(home, 'outcome')).sort(), [next, silent].sort());
});

t.test('a name that is none, or that is taken: nothing is written', async t => {
  const dir = t.testdir({ home: { outcome: {} }, canary: 'untouched' });
  const home = join(dir, 'home');
  const outcomes = createOutcomes(home);
  for (const odd of ['', '.', '..', '../canary', '../../canary', 'x'.repeat(36), `../${'a'.repeat(33)}`])
    t.equal(await outcomes.open(odd, Date.now()), null, odd);
  const [linked, taken] = [randomUUID(), randomUUID()];
  symlinkSync(join(dir, 'canary'), join(home, 'outcome', linked));
  writeFileSync(join(home, 'outcome', taken), 'mine\n');
  for (const token of [linked, taken]) t.equal(await outcomes.open(token, Date.now()), null);
  t.equal(readFileSync(join(dir, 'canary'), 'utf8'), 'untouched');
  t.equal(readFileSync(join(home, 'outcome', taken), 'utf8'), 'mine\n');
  t.same(readdirSync(join(home, 'outcome')).length, 2);
});

t.test('a link in place of the directory: it keeps its mode, and gets no file', async t => {
  const dir = t.testdir({ home: {}, elsewhere: {} });
  const elsewhere = join(dir, 'elsewhere');
  const { mode } = statSync(elsewhere);
  symlinkSync(elsewhere, join(dir, 'home', 'outcome'));
  await t.rejects(createOutcomes(join(dir, 'home')).open(randomUUID(), Date.now()));
  t.equal(statSync(elsewhere).mode, mode);
  t.same(readdirSync(elsewhere), []);
});

t.test('whoever asks again and again fills no disk', async t => {
  const home = t.testdir({});
  mkdirSync(join(home, 'outcome'));
  for (let n = 0; n < 1_999; n++) writeFileSync(join(home, 'outcome', `old-${n}`), '');
  const outcomes = createOutcomes(home);
  await (await outcomes.open(randomUUID(), Date.now()))!.end();
  t.equal(await outcomes.open(randomUUID(), Date.now()), null);
  t.equal(readdirSync(join(home, 'outcome')).length, 2_000);
});
