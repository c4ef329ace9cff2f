/** Receivers that misbehave: each is given up on in its own way, and none disturbs the one that is well. */
import t from 'tap';
import { answer, cutOff, endless, garbage, reset, silent, slowly } from '../support/behaviour.ts';
import { closedPort } from '../support/closed-port.ts';
import { headerOf } from '../support/receiver.ts';
import { type DeliveryLine, tower } from '../support/tower.ts';

interface Shown {
  attempts_made: {
    status: number | null;
    error: string | null;
    hint: string | null;
    verdict: string;
    response_body: string;
    response_truncated: boolean;
    response_headers: [string, string][];
    duration_ms: number;
  }[];
}

t.test('receivers that misbehave', async t => {
  const stage = await tower(t);
  const { receiver, belfry, repository } = stage;
  let sent = -1;
  const flood = 100 * 1024 * 1024;
  const scripts = {
    '/500': answer(500, { body: 'wörse\u0007' }),
    '/429': answer(429, { headers: { 'Retry-After': '600' } }),
    '/302': answer(302, { headers: { Location: '/elsewhere' } }),
    '/never': silent,
    '/slow': slowly('x'.repeat(100_000), 50),
    '/flood': endless(flood, bytes => {
      sent = bytes;
    }),
    '/garbage': garbage,
    '/reset': reset,
    '/cut': cutOff,
    '/good': answer(200, { body: '{"ok":true}' }),
    '/201': answer(201),
  };
  const paths = new Map<number, string>();
  for (const [path, behaviour] of Object.entries(scripts)) {
    receiver.script(path, behaviour);
    paths.set(await stage.webhook(path, ['--all', '--timeout', '1']), path);
  }
  const refused = await belfry.json<{ id: number }>([
    'webhook',
    'add',
    `http://127.0.0.1:${await closedPort()}/`,
    '--all',
    '--timeout',
    '1',
  ]);
  paths.set(refused.id, '/refused');

  await repository.commit();
  const pushed = await repository.push(['main']);
  t.equal(pushed.status, 0, pushed.stderr);
  t.equal(pushed.stderr.includes('remote: belfry'), false, 'the pusher hears nothing of it');
  const lines = await stage.settled(paths.size);
  // Now: on a slow machine the first retry, after eight seconds at the earliest, comes before the last look.
  const calls = new Map(Object.keys(scripts).map(path => [path, receiver.at(path).length]));
  t.equal(lines.length, paths.size);
  const found = new Map<string, DeliveryLine & Shown['attempts_made'][0]>();
  for (const line of lines) {
    const shown = await belfry.json<Shown>(['delivery', 'show', line.id]);
    t.ok(shown.attempts_made.length >= 1, 'every attempt is recorded');
    found.set(paths.get(line.webhook_id)!, { ...line, ...shown.attempts_made[0]! });
  }
  const at = (path: string) => found.get(path)!;

  t.match(at('/good'), { state: 'delivered', status: 200, response_body: '{"ok":true}', error: null });
  t.match(at('/201'), { state: 'delivered', status: 201 });
  t.match(at('/500'), { state: 'pending', status: 500, response_body: 'wörse\u0007', last_status: 500 });
  t.match(at('/429'), { state: 'pending', status: 429 });
  const wait = time(at('/429').next_attempt_at) - time(at('/429').created_at);
  t.ok(wait >= 600_000 && wait < 700_000, 'the time that the receiver named');
  t.match(at('/302'), { state: 'pending', status: 302 });
  t.equal(receiver.at('/elsewhere').length, 0, 'a redirect is not followed');
  for (const path of ['/never', '/garbage', '/reset', '/refused']) {
    t.equal(at(path).state, 'pending', path);
    t.ok(at(path).error, `${path} says why: ${at(path).error}`);
    t.equal(at(path).verdict, 'transient');
  }
  for (const path of ['/slow', '/cut']) {
    t.match(at(path), { state: 'delivered', status: 200 }, `${path}: its status is its word`);
    t.ok(at(path).error, `${path}: the log says what was wrong with the rest: ${at(path).error}`);
  }
  t.equal(at('/flood').state, 'delivered', 'its status was a success');
  t.equal(at('/flood').response_truncated, true);
  t.equal(at('/flood').response_body.length, 64 * 1024, 'an answer is kept to 64 KiB');
  t.ok(sent >= 0 && sent < flood / 4, `the rest was not read: ${sent} of ${flood} bytes left`);
  for (const [path, count] of calls) t.equal(count, 1, `${path} was called once`);
  const ids = receiver.requests.map(request => headerOf(request, 'X-Belfry-Delivery'));
  t.equal(new Set(ids).size, ids.length, 'every delivery has an id of its own');

  const table = await belfry.run(['deliveries']);
  t.equal(table.status, 0);
  const shown = await belfry.run(['delivery', 'show', at('/500').id]);
  t.equal(shown.status, 0);
  t.notOk(
    /\u0007/.test(table.stdout + shown.stdout),
    'no control character of an answer reaches the terminal',
  );
});

function time(value: number | string | null): number {
  return typeof value === 'number' ? value : Date.parse(value ?? '');
}
