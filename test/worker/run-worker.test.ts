/** The worker as a process of its own: what it takes up, when it leaves, and what it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { prepareHome } from '../../src/host/home.ts';
import { livingWorker } from '../../src/host/worker-process.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { takeProcessLock } from '../../src/store/process-lock.ts';
import { branches, recordPush, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { answer, onHold } from '../support/behaviour.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { matches } from '../support/matches.ts';
import { receiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';

async function stage(t: Test) {
  const dir = t.testdir({});
  const home = join(dir, 'home');
  await prepareHome(home);
  const { store } = openTestStore(t, home);
  const receives = await receiver(t);
  const children: ChildProcess[] = [];
  t.teardown(() => children.forEach(child => void child.kill('SIGKILL')));
  return {
    home,
    store,
    receiver: receives,
    spool: openSpool(join(home, 'spool')),
    add: (path: string) => store.webhooks.add(sampleWebhook({ url: receives.url + path }), path, Date.now()),
    push: (...names: string[]) => recordPush(store, branches(...names), { at: Date.now() }),
    start(...args: string[]) {
      const child = spawn(NODE, [join(PROJECT, 'src/worker.ts'), '--home', home, ...args], {
        env: environment(dir),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let said = '';
      child.stderr!.on('data', chunk => {
        said += chunk;
      });
      const file = join(home, 'log', 'worker.log');
      const log = () => said + (existsSync(file) ? readFileSync(file, 'utf8') : '');
      const ended = once(child, 'close').then(([status]) => ({ status, log: log() }));
      return { child, ended, log };
    },
  };
}

t.test('--once does what is due, and leaves what is due later to the next one', async t => {
  const { home, store, receiver, spool, add, push, start } = await stage(t);
  await add('/good');
  await add('/bad');
  receiver.script('/bad', answer(500));
  await push('main');
  writeFileSync(join(home, 'spool', 'new', 'rubbish'), 'rubbish');
  writeFileSync(join(home, 'spool', 'new', 'away'), 'belfry-push 1\ndirectory /nowhere.git\nhook 1\n\n');
  const since = Date.now();
  await store.putOff.put({ name: 'away', tries: 4, next_at: since + 590_000, reason: 'it is away', since });
  const { status, log } = await start('--once').ended;
  t.equal(status, 0, log);
  t.strictSame(await spool.waiting(), ['away'], 'a push that is tried again later');
  t.strictSame(
    (await store.putOff.all()).map(one => one.next_at),
    [since + 590_000],
  );
  matches(t, (await store.deliveries.list({ limit: 9 })).reverse(), [
    { state: 'delivered', attempts: 1 },
    { state: 'pending', attempts: 1, last_status: 500 },
  ]);
  matches(t, await spool.bad(), [{ name: 'rubbish', reason: 'it does not begin with "belfry-push"' }]);
  t.match(log, /error file rubbish in the spool is no push, and quarantined/);
  t.match(log, /info nothing is pending\n$/);
  t.notOk(existsSync(join(home, 'worker.pid')));
});

t.test('a living worker sees what another process changes, finishes what is in hand, and goes', async t => {
  const { home, store, receiver, spool, add, push, start } = await stage(t);
  await add('/hook');
  const { child, ended, log } = start();
  await until('the worker to live', async () => (await livingWorker(home)) === child.pid);
  const second = await start().ended;
  t.equal(second.status, 0, 'one worker for one home: the second one goes');
  t.equal(readFileSync(join(home, 'worker.pid'), 'utf8'), `${child.pid}\n`);

  await push('one');
  await spool.nudge();
  await receiver.received(1);
  // Else the worker, looking for more once it has the answer, may find the second before it has looked at the settings.
  await until('the first answer', async () => {
    const [row] = await store.deliveries.list({ limit: 1 });
    return row!.state === 'delivered';
  });
  await store.settings.set('net.deny', '127.0.0.1');
  await push('two');
  await spool.nudge();
  await until('the second answer', async () => {
    const [row] = await store.deliveries.list({ limit: 1 });
    return row!.attempts === 1;
  });
  matches(
    t,
    await store.deliveries.list({ limit: 1 }),
    [{ state: 'pending', last_error: /net\.deny/ }],
    'a new setting',
  );
  t.equal(receiver.requests.length, 1);
  await store.settings.unset('net.deny');

  const held = onHold();
  receiver.script('/hook', held.behaviour);
  await push('three');
  await spool.nudge();
  await receiver.received(2);
  child.kill('SIGTERM');
  await until('the worker to be told', () => log().includes('stopping: '));
  t.equal(takeProcessLock(join(home, 'worker.lock')), null, 'it is still the one');
  held.release();
  const { status } = await ended;
  t.equal(status, 0);
  matches(t, await store.deliveries.list({ limit: 1 }), [
    { state: 'delivered', attempts: 1, last_status: 200 },
  ]);
  t.notOk(existsSync(join(home, 'worker.pid')));
  const lock = takeProcessLock(join(home, 'worker.lock'));
  t.ok(lock);
  lock?.release();
});

t.test(
  'it lingers as long as it is told, and leaves by itself; killed, its work is done by the next',
  async t => {
    const { home, store, receiver, add, push, start } = await stage(t);
    await add('/hook');
    const held = onHold();
    receiver.script('/hook', held.behaviour);
    await push('main');
    const first = start();
    await receiver.received(1);
    const state = async () => (await store.deliveries.list({ limit: 1 }))[0]!.state;
    await until('it to be marked', async () => (await state()) === 'sending');
    first.child.kill('SIGKILL');
    await first.ended;
    t.equal(await state(), 'sending');
    t.ok(existsSync(join(home, 'worker.pid')));
    receiver.script('/hook', answer(200));
    await store.settings.set('worker.linger', '0');
    const { status, log } = await start().ended;
    t.equal(status, 0);
    t.match(log, /info pending again: 1 delivery of a worker that ended/);
    matches(t, await store.deliveries.list({ limit: 1 }), [{ state: 'delivered' }]);
    t.same(readdirSync(join(home, 'spool', 'new')), []);
    held.release();
  },
);

t.test('a service’s worker takes the place of one that a push has started', async t => {
  const { home, store, receiver, add, push, start } = await stage(t);
  await add('/hook');
  const held = onHold();
  receiver.script('/hook', held.behaviour);
  await push('main');
  const first = start();
  await receiver.received(1);
  const second = start('--replace');
  await until('the first to be told', () => first.log().includes('stopping: '));
  await until('it to be no worker for hooks', async () => (await livingWorker(home)) === null);
  t.equal(second.child.exitCode, null, 'it waits for what is in hand');
  const log = first.log();
  t.same(
    await start().ended,
    { status: 0, log },
    'one that another push starts leaves it to the one that waits',
  );
  held.release();
  t.equal((await first.ended).status, 0);
  await until('the second to work', async () => (await livingWorker(home)) === second.child.pid);
  matches(t, await store.deliveries.list({ limit: 1 }), [{ state: 'delivered', attempts: 1 }]);
  second.child.kill('SIGTERM');
  t.match(await second.ended, { status: 0, log: /stopping: finishing the requests in flight/ });
});

t.test('without a home it says how it is called', async t => {
  const child = spawn(NODE, [join(PROJECT, 'src/worker.ts')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  const [status] = await once(child, 'close');
  t.equal(status, 2);
  t.equal(said, 'usage: worker.ts --home DIR [--once] [--replace]\n');
});
