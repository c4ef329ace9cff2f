/** Every line of `belfry status` that asks for something names what to type, and typing it makes the line go. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { settleNames } from '../../src/model/settle-names.ts';
import { branches, claim, failure, recordPush, register, sampleWebhook, settle } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';
import { type Line, line } from './stage.ts';

/** A webhook, two pushes that failed for it, and one that waits. */
async function stage(
  t: Test,
): Promise<Line & { id: number; status(): Promise<{ ok: boolean; text: string }> }> {
  const made = await line(t);
  const { store, run } = made;
  const now = Date.now();
  const { id } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', now);
  await recordPush(store, branches('one', 'two', 'three'), { at: now });
  const jobs = await claim(store, id, { firsts: 2, at: now });
  const failed = jobs.map(job => ({ ...failure(job, now), state: 'failed' as const, nextAttemptAt: null }));
  await settle(store, failed, now);
  const status = async () => {
    const { status, stdout } = await run(['status']);
    return { ok: status === 0, text: stdout };
  };
  return { ...made, id, status };
}

/** What stands behind `belfry --home HOME` in the line that has these words, split at spaces. */
function advice(text: string, words: string, home: string): string[] {
  const found = text.split('\n').find(one => one.includes(words));
  if (found === undefined) throw new Error(`wanted a line with ${words}, got:\n${text}`);
  const [, typed] = found.split(`belfry --home ${home} `);
  if (typed === undefined) throw new Error(`wanted the home in: ${found}`);
  return typed
    .split(/ {3}#|`/)[0]!
    .trim()
    .split(' ');
}

t.test('status said that all is well of a home whose hooks can write no push down', async t => {
  const { home, run } = await line(t);
  t.equal((await run(['status'])).status, 0);
  const spool = join(home, 'spool');
  for (const [what, break_, reason] of [
    ['the whole spool', () => rmSync(spool, { recursive: true }), 'new is missing'],
    ['where finished files go', () => rmSync(join(spool, 'new'), { recursive: true }), 'new is missing'],
    ['where hooks write', () => rmSync(join(spool, 'tmp'), { recursive: true }), 'tmp is missing'],
    ['quarantine', () => rmSync(join(spool, 'bad'), { recursive: true }), 'bad is missing'],
  ] as const) {
    break_();
    for (const command of ['status', 'scan']) {
      const { status, stdout, stderr } = await run([command]);
      t.equal(status, 1, `${what}: ${command}`);
      t.notMatch(stdout, /No action needed/, what);
      t.ok(stderr.includes(`Pushes are not announced: the spool ${join(spool, reason)}\n`), stderr);
    }
    const { stderr } = await run(['status']);
    await run(advice(stderr, 'doctor --fix', home));
    t.equal((await run(['status'])).status, 0, `${what}: typing what it says repairs it`);
  }
  rmSync(join(spool, 'new'), { recursive: true });
  writeFileSync(join(spool, 'new'), '');
  t.match(await run(['status']), { status: 1, stderr: /new is not a directory/ });
});

t.test('failed deliveries', async t => {
  const { home, run, status } = await stage(t);
  const { ok, text } = await status();
  t.notOk(ok);
  t.match(text, /^failed {4}2 in/m);
  t.match(await run(advice(text, 'redeliver', home)), { status: 0, stdout: /^Queued 2 deliveries again/ });
  const then = await status();
  t.ok(then.ok, then.text);
});

t.test('of a webhook that was removed nothing is left to do', async t => {
  const { id, run, status, store } = await stage(t);
  t.notOk((await status()).ok);
  t.match(await run(['webhook', 'remove', String(id), '--yes']), { status: 0 });
  const { ok, text } = await status();
  t.ok(ok, text);
  t.match(text, /^failed {4}0 in/m);
  t.match(text, /^queue {5}0 pending, 0 sending, 0 held$/m, 'what was pending has ended');
  t.equal((await store.deliveries.list({ limit: 10, state: 'failed' })).length, 3, 'the log has them all');
  t.match((await run(['redeliver', '--failed'])).stdout, 'No failed deliveries');
});

t.test('webhooks of a repository that is gone, and of a company without any', async t => {
  const { home, run, status, store } = await stage(t);
  await store.deliveries.redeliverFailed({}, Date.now());
  const now = Date.now();
  await store.roots.add('/srv/git');
  const { id } = await register(store, '/srv/git/gone/app.git', now);
  for (const scope of [`repository:${id}`, 'company:gone'])
    await store.webhooks.add({ ...sampleWebhook(), scope }, 'https://ci.example.com/hook', now);
  await store.repositories.settleAll([], settleNames, now);
  const { ok, text } = await status();
  t.notOk(ok);
  t.match(text, `belfry --home ${home} repo move gone/app NEW`);
  t.match(await run([...advice(text, 'repo remove', home), '--yes']), { status: 0 });
  const left = await status();
  t.notMatch(left.text, 'gone/app');
  t.match(await run(advice(left.text, 'webhook disable', home)), { status: 0 });
  const then = await status();
  t.ok(then.ok, then.text);
});

t.test('of one that was switched off, by the admin or by belfry', async t => {
  const { home, id, run, status } = await stage(t);
  await run(['webhook', 'disable', String(id)]);
  const off = await status();
  t.notOk(off.ok);
  t.match(await run(advice(off.text, 'redeliver', home)), { status: 0, stdout: /^Held 2 deliveries until/ });
  const held = await status();
  t.ok(held.ok, held.text);
  t.match(held.text, /^queue {5}0 pending, 0 sending, 3 held$/m);
});

t.test('a webhook that belfry gave up on', async t => {
  const { home, id, run, status, store } = await stage(t);
  await store.deliveries.redeliverFailed({}, Date.now());
  const job = (await claim(store, id, { firsts: 1, retries: 0 }))[0]!;
  const gone = { ...failure(job, Date.now() + 1e6, 410), health: { kind: 'gone', hint: 'It is gone.' } };
  await settle(store, [gone], Date.now());
  const { ok, text } = await status();
  t.notOk(ok);
  t.match(await run(advice(text, 'enable', home)), { status: 0, stdout: /^Enabled webhook/ });
  const then = await status();
  t.ok(then.ok, then.text);
});

t.test('a lost key', async t => {
  const { home, run, status, store } = await stage(t);
  await store.deliveries.redeliverFailed({}, Date.now());
  rmSync(join(home, 'key'));
  // Another process has none in memory.
  openTestStore(t, home);
  const { ok, text } = await status();
  t.notOk(ok);
  const typed = advice(text, 'webhook edit', home);
  t.strictSame(typed.splice(-2), ['<', 'FILE']);
  const stdin = 'https://ci.example.com/new\nanother secret of the test\n';
  t.match(await run(typed, { stdin }), { status: 0 });
  const then = await status();
  t.ok(then.ok, then.text);
});

t.test('a push that is quarantined', async t => {
  const { home, run, status, store } = await stage(t);
  await store.deliveries.redeliverFailed({}, Date.now());
  const at = (folder: string) => join(home, 'spool', folder);
  const push = 'belfry-push 1\ndirectory /nowhere.git\nhook 1\n\n';
  writeFileSync(join(at('bad'), 'a-push'), push, { mode: 0o600 });
  writeFileSync(join(at('bad'), 'a-push.reason'), 'it is away\n', { mode: 0o600 });
  const { ok, text } = await status();
  t.notOk(ok);
  t.match(await run(advice(text, 'push list', home)), {
    status: 0,
    stdout: /^a-push +\S+ \S+ +quarantined/m,
  });
  const back = await run(advice(text, 'push retry --all', home));
  t.match(back, { status: 0, stdout: 'Retrying 1 push: a-push\n' });
  const then = await status();
  t.ok(then.ok, then.text);
  t.strictSame([readdirSync(at('bad')), readdirSync(at('new'))], [[], ['a-push']]);
  writeFileSync(join(at('bad'), 'rubbish'), 'rubbish', { mode: 0o600 });
  writeFileSync(join(at('bad'), 'rubbish.reason'), 'again\n', { mode: 0o600 });
  const again = await status();
  t.notOk(again.ok);
  t.match(
    (await run(advice(again.text, 'push retry --all', home))).stdout,
    /^Skipped what is not a push: 1 file$/m,
  );
  const doctor = await run(['doctor', '--json']);
  const found = doctor.json().findings.find((one: { subject: string }) => one.subject.endsWith('/rubbish'));
  const [retry, remove] = (found.fix as string).split('\n') as [string, string];
  t.equal(retry, `belfry --home ${home} push retry -- rubbish   # once the reason is fixed`);
  t.match(remove, /^# or drop the push for good: rm -f /);
  await must('sh', ['-c', remove.replace(/^# [^:]*: /, '')], { env: environment(join(home, '..')) });
  t.ok((await status()).ok);
});
