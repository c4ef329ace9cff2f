import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { prepareHome } from '../../src/system/prepare-home.ts';
import { createLog } from '../../src/worker/log.ts';
import { waitForPush } from '../../src/worker/wait-for-push.ts';
import {
  branches,
  claim,
  failure,
  NOW,
  openTestStore,
  outcome,
  recordPush,
  sampleWebhook,
  settle,
} from '../store/stage.ts';

async function stage(t: Test) {
  const home = t.testdir({});
  await prepareHome(home);
  const { store } = openTestStore(t, home);
  const wait = async (forMs = 30_000) => {
    let said = '';
    await waitForPush(home, 'mine', forMs, text => {
      said += text;
    });
    return said;
  };
  return { home, store, wait };
}

t.test('a line for each webhook, as soon as it has answered', async t => {
  const { store, wait } = await stage(t);
  const url = 'https://ci.example.com/hook?token=***';
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push((await store.webhooks.add(sampleWebhook(), url, NOW)).id);
  await recordPush(store, branches('main'), { spoolName: 'mine' });
  const waiting = wait();
  const [good, bad, silent] = (await Promise.all(ids.map(id => claim(store, id)))).flat();
  await settle(store, [outcome(good!), failure(bad!, NOW + 10_000)]);
  const record = { status: null, error: 'connection\u001b[31m refused', verdict: 'transient', hint: 'x' };
  await settle(store, [outcome(silent!, { state: 'pending', nextAttemptAt: NOW, health: null, record })]);
  const lines = (await waiting).split('\n').sort();
  t.same(lines, [
    '',
    'belfry: ci.example.com 200 in 84 ms',
    'belfry: ci.example.com 500: The receiver answered 500. in 84 ms',
    'belfry: ci.example.com no answer: connection\\x1b[31m refused in 84 ms',
  ]);
});

t.test('nobody to wait for: it says so at once', async t => {
  const { home, store, wait } = await stage(t);
  await recordPush(store, branches('main'), { spoolName: 'mine' });
  t.equal(await wait(), 'belfry: no webhook wants this push\n');
  writeFileSync(join(home, 'spool', 'bad', 'other'), 'x');
  writeFileSync(join(home, 'spool', 'bad', 'other.reason'), 'it is rubbish\n');
});

t.test('a push that could not be announced says why', async t => {
  const { home, wait } = await stage(t);
  writeFileSync(join(home, 'spool', 'bad', 'mine'), 'x');
  writeFileSync(join(home, 'spool', 'bad', 'mine.reason'), 'it is rubbish\n');
  t.equal(await wait(), 'belfry: this push could not be announced: it is rubbish\n');
});

t.test('a webhook that is disabled will not answer: nobody waits for it', async t => {
  const { store, wait } = await stage(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', NOW);
  await recordPush(store, branches('a'), { spoolName: 'other' });
  const [job] = await claim(store, id);
  await settle(store, [outcome(job!, { state: 'failed', health: { kind: 'gone', hint: 'gone' } })]);
  await recordPush(store, branches('main', 'dev'), { spoolName: 'mine' });
  t.equal(
    await wait(),
    'belfry: ci.example.com is disabled: it is kept until somebody enables the webhook (refs/heads/main)\n' +
      'belfry: ci.example.com is disabled: it is kept until somebody enables the webhook (refs/heads/dev)\n',
  );
});

t.test('when the time is over it names who is missing', async t => {
  const { store, wait } = await stage(t);
  t.equal(await wait(0), 'belfry: not announced yet; it will be\n');
  await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', NOW);
  await recordPush(store, branches('main'), { spoolName: 'mine' });
  t.equal(await wait(0), 'belfry: ci.example.com has not answered yet\n');
});

t.test('the log: a line with its time, safe for a terminal; the same error once a minute', async t => {
  const lines: string[] = [];
  let now = NOW;
  const log = createLog(
    text => void lines.push(text),
    () => now,
  );
  log('info', 'push of \u001b[31mrefs/heads/x\n');
  log('info', 'again');
  log('info', 'again');
  log('error', 'the disk is full');
  log('error', 'the disk is full');
  log('error', 'another');
  now += 60_000;
  log('error', 'the disk is full');
  t.same(lines, [
    '2026-11-23T09:00:00.000Z info push of \\x1b[31mrefs/heads/x\\x0a\n',
    '2026-11-23T09:00:00.000Z info again\n',
    '2026-11-23T09:00:00.000Z info again\n',
    '2026-11-23T09:00:00.000Z error the disk is full\n',
    '2026-11-23T09:00:00.000Z error another\n',
    '2026-11-23T09:01:00.000Z error the disk is full\n',
  ]);
});
