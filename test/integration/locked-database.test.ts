/** A database that another process keeps to itself: pushes are not hurt, commands say so, the worker waits for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { onHold, silent } from '../support/behaviour.ts';
import { matches } from '../support/matches.ts';
import { findProgram, needs } from '../support/needs.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

t.jobs = 2;
const LOCKED_MS = 30_000;
const PATIENT = { limitMs: 90_000 };

/** sqlite3 holds it until `release` is called, and for so long at least. @param how SQL that takes the lock */
async function lock(t: Test, file: string, how: string, heldMs: number) {
  const holder = spawn(findProgram('sqlite3')!, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => void holder.kill('SIGKILL'));
  holder.stdin.write(`.timeout 60000\n${how}\nselect 'locked';\n`);
  for (let said = ''; !said.includes('locked'); ) said += String((await once(holder.stdout, 'data'))[0]);
  const since = Date.now();
  return {
    async release() {
      await until(`the lock to have been held for ${heldMs} ms`, () => Date.now() - since >= heldMs, PATIENT);
      const left = once(holder, 'exit');
      holder.stdin.end('rollback;\n');
      await left;
    },
  };
}

for (const [name, how] of [
  ['by a writer that does not come to its end', 'begin exclusive;'],
  [
    'against readers too',
    'pragma locking_mode = exclusive;\nbegin exclusive;\nupdate setting set value = value;',
  ],
] as const) {
  t.test(`locked ${name}, for 30 s`, { buffered: true }, async t => {
    if (!needs(t, 'sqlite3')) return;
    const stage = await tower(t);
    const { belfry, repository, receiver } = stage;
    await stage.webhook('/hook');
    await repository.commit();
    await repository.push(['main']);
    await stage.settled(1);
    await belfry.stopWorker();
    const held = await lock(t, join(belfry.home, 'belfry.db'), how, LOCKED_MS);

    await repository.commit();
    const pushed = await repository.push(['main']);
    t.equal(pushed.status, 0, 'the push succeeds');
    t.notMatch(pushed.stderr, 'belfry:', 'and its pusher notices nothing');
    const ran = await belfry.run(['config', 'set', 'delivery.timeout', '9']);
    t.equal(ran.status, 1, 'a command that writes gives up');
    t.match(ran.stderr, /locked.*SQLITE_BUSY/);
    t.match(ran.stderr, 'Another process has locked the database', 'and says why');
    t.notMatch(ran.stderr, / at .*:\d/, 'not a stack');
    const said = () => readFileSync(join(belfry.home, 'log', 'worker.log'), 'utf8');
    await until(
      'the worker to say what it waits for',
      () => /error .*Another process has locked the database/.test(said()),
      PATIENT,
    );
    t.equal(receiver.requests.length, 1, 'nothing could be announced');

    await held.release();
    await receiver.received(2, PATIENT);
    matches(t, await stage.settled(2), [
      { state: 'delivered', attempts: 1 },
      { state: 'delivered', attempts: 1 },
    ]);
    t.notMatch(said(), / at .*\.ts:\d/);
  });
}

t.test('locked while requests are under way: each is sent once', { buffered: true }, async t => {
  if (!needs(t, 'sqlite3')) return;
  const stage = await tower(t);
  const { belfry, repository, receiver } = stage;
  const limitMs = 5_000;
  await belfry.json(['config', 'set', 'delivery.timeout', String(limitMs / 1_000)]);
  const held = onHold();
  const paths = ['/a', '/b', '/c'];
  for (const path of paths) {
    await stage.webhook(path);
    receiver.script(path, held.behaviour);
  }
  await stage.webhook('/silent');
  receiver.script('/silent', silent);
  await repository.commit();
  await repository.push(['main']);
  await receiver.received(4);
  const locked = await lock(t, join(belfry.home, 'belfry.db'), 'begin exclusive;', limitMs + 3_000);
  // In time. The worker can write nothing until long after the limit.
  held.release();
  await locked.release();

  const deliveries = await stage.settled(4);
  matches(
    t,
    deliveries.map(({ webhook_id, state, attempts }) => ({ webhook_id, state, attempts })).reverse(),
    [
      { webhook_id: 1, state: 'delivered', attempts: 1 },
      { webhook_id: 2, state: 'delivered', attempts: 1 },
      { webhook_id: 3, state: 'delivered', attempts: 1 },
      { webhook_id: 4, state: 'pending', attempts: 1 },
    ],
  );
  for (const path of paths) t.equal(receiver.at(path).length, 1, `${path} was told once`);
  const { id } = deliveries.find(({ webhook_id }) => webhook_id === 4)!;
  const shown = await belfry.json<{ attempts_made: { duration_ms: number; error: string }[] }>([
    ...['delivery', 'show', id],
  ]);
  const [unanswered] = shown.attempts_made;
  t.match(unanswered, { error: /^127\.0\.0\.1 did not answer within 5 s$/ });
  t.ok(unanswered!.duration_ms < limitMs + 2_000, `ended in time: after ${unanswered!.duration_ms} ms`);
});
