/** A worker that dies, or is told to go, while it sends: nothing is lost, and what comes twice comes with the same id. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import t from 'tap';
import { answer, onHold, silent } from '../support/behaviour.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { type DeliveryLine, tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

t.test('killed while it sends: the next one sends the same delivery again', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  const hold = onHold();
  receiver.script('/hook', hold.behaviour, hold.behaviour, answer(200));
  await stage.webhook('/hook', ['--all', '--secret', 'a secret']);
  await repository.commit();
  await repository.push(['main', 'main:refs/heads/b']);
  await receiver.received(2);
  t.ok(await belfry.stopWorker('SIGKILL'));

  const again = await belfry.run(['worker', '--once']);
  t.equal(again.status, 0, again.stderr);
  const requests = await receiver.received(4);
  t.equal(receiver.requests.length, 4);
  const id = (index: number) => headerOf(requests[index]!, 'X-Belfry-Delivery');
  t.same([id(2), id(3)].sort(), [id(0), id(1)].sort(), 'the same ids');
  const first = requests.findIndex(request => headerOf(request, 'X-Belfry-Delivery') === id(2));
  const [before, after] = [requests[first]!, requests[2]!].map(({ body }) =>
    JSON.parse(body.toString('utf8')),
  );
  t.same({ ...after, sign: '', timestamp: '' }, { ...before, sign: '', timestamp: '' }, 'the same body');
  t.not(
    headerOf(requests[2]!, 'X-Gitee-Timestamp'),
    headerOf(requests[first]!, 'X-Gitee-Timestamp'),
    'a new stamp',
  );
  matches(t, await stage.settled(2), [{ state: 'delivered' }, { state: 'delivered' }]);
  hold.release();
});

t.test('told to go while it sends: it finishes what is in hand, and the rest is sent later', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  await belfry.json(['config', 'set', 'delivery.concurrency', '1']);
  const hold = onHold();
  receiver.script('/hook', hold.behaviour);
  await stage.webhook('/hook');
  await repository.commit();
  await repository.push(['main', 'main:refs/heads/b', 'main:refs/heads/c']);
  await receiver.received(1);
  const gone = belfry.stopWorker('SIGTERM');
  hold.release();
  t.ok(await gone);
  const states = (await belfry.json<{ state: string }[]>(['deliveries'])).map(line => line.state);
  t.equal(
    states.filter(state => state === 'delivered').length,
    receiver.requests.length,
    'what was answered is recorded',
  );
  t.notOk(states.includes('sending'), 'nothing is left half done');
  await belfry.run(['worker', '--once']);
  await stage.settled(3);
  t.same(new Set(receiver.requests.map(one => headerOf(one, 'X-Belfry-Delivery'))).size, 3);
  t.equal(receiver.requests.length, 3, 'each was sent once');
});

t.test('killed between the push and the database: the push is read from the spool', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  await stage.webhook('/hook');
  await repository.commit();
  for (let round = 1; round <= 5; round += 1) {
    await repository.push([`main:refs/heads/b${round}`]);
    await belfry.stopWorker('SIGKILL');
  }
  const once = await belfry.run(['worker', '--once']);
  t.equal(once.status, 0, once.stderr);
  await receiver.received(5);
  await stage.settled(5);
  const refs = new Set(receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')).ref));
  t.same(refs, new Set([1, 2, 3, 4, 5].map(round => `refs/heads/b${round}`)), 'none is lost');
  const ids = new Set(receiver.requests.map(request => headerOf(request, 'X-Belfry-Delivery')));
  t.equal(ids.size, 5, 'what came twice came with the same id');
});

t.test('two workers for one home: the second one leaves at once', async t => {
  const stage = await tower(t);
  const hold = onHold();
  stage.receiver.script('/hook', hold.behaviour);
  await stage.webhook('/hook');
  await stage.repository.commit();
  await stage.repository.push(['main']);
  await stage.receiver.received(1);
  const second = await stage.belfry.run(['worker']);
  t.equal(second.status, 0, second.stderr);
  hold.release();
  await stage.settled(1);
  t.equal(stage.receiver.requests.length, 1, 'and sends nothing');
});

t.test(
  'told to go while a receiver is silent: the attempt is recorded, and the delivery goes again',
  async t => {
    const stage = await tower(t);
    const { belfry, receiver, repository } = stage;
    await belfry.json(['config', 'set', 'delivery.timeout', '3']);
    receiver.script('/hook', silent, answer(200));
    await stage.webhook('/hook');
    await repository.commit();
    await repository.push(['main']);
    await receiver.received(1);
    t.ok(await belfry.stopWorker('SIGTERM'), 'it goes as soon as the time for the answer is over');
    const [line] = await belfry.json<DeliveryLine[]>(['deliveries']);
    t.match(line, { state: 'pending', attempts: 1, last_error: /timeout|no answer|3 s/i });
    await belfry.json(['redeliver', line!.id]);
    const requests = await receiver.received(2);
    t.same(
      requests.map(one => headerOf(one, 'X-Belfry-Delivery')),
      [line!.id, line!.id],
    );
    matches(t, await stage.settled(1), [{ state: 'delivered', attempts: 2 }]);
  },
);

t.test('twenty workers started at the same moment: exactly one works', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  await stage.webhook('/hook');
  await repository.commit();
  const hold = onHold();
  receiver.script('/hook', hold.behaviour);
  await repository.push(['main', 'main:refs/heads/b', 'main:refs/heads/c']);
  await receiver.received(3);
  await belfry.stopWorker('SIGKILL');

  const program = ['src/worker.ts', '--home', belfry.home];
  const started = Array.from({ length: 20 }, () =>
    spawn(NODE, program, { cwd: PROJECT, env: belfry.env, stdio: 'ignore' }),
  );
  t.teardown(() => started.forEach(one => void one.kill('SIGKILL')));
  const left = () => started.filter(one => one.exitCode === null);
  await until('all but one to leave', () => left().length === 1, { limitMs: 60_000 });
  await receiver.received(6);
  t.same(
    started.map(one => one.exitCode).filter(status => status !== null),
    Array(19).fill(0),
    'none of them calls it a failure',
  );
  t.equal(belfry.worker(), left()[0]!.pid, 'the one that stays is the one that says so');
  hold.release();
  t.equal((await stage.settled(3)).length, 3);
  t.equal(receiver.requests.length, 6, 'once by the one that was killed, once by the one that works');
});

t.test('a home that is removed takes its worker with it, whatever it was owed', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  receiver.script('/hook', answer(500));
  await stage.webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  matches(t, await stage.settled(1), [{ state: 'pending', attempts: 1 }]);
  const pid = belfry.worker();
  t.ok(pid);
  rmSync(belfry.home, { recursive: true });
  await until('the worker to leave', () => !existsSync(`/proc/${pid}`));
});
