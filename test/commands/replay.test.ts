/** `belfry replay`, `pause` and `resume`, and what the log says of who ran them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

t.test('a webhook that was added late is told of what happened before it, once', async t => {
  const stage = await tower(t);
  const { belfry, repository, receiver, webhook } = stage;
  await webhook('/old');
  await repository.commit({ files: { a: '1' } });
  await repository.push(['main']);
  await repository.commit({ files: { b: '1' } });
  await repository.push(['main', 'main:refs/heads/wip']);
  await stage.settled(3);
  const late = await webhook('/late', ['--all', '--branch', 'main']);
  const replay = (...args: string[]) => belfry.json<Json>(['replay', '--webhook', String(late), ...args]);
  t.match(await replay('--since', '1h', '--missing', '--dry-run'), {
    events: 3,
    deliveries: 2,
    dry_run: true,
  });
  t.equal(receiver.at('/late').length, 0);
  t.match(await replay('--since', '1h', '--missing'), { events: 3, deliveries: 2 });
  const requests = await receiver.received(2, { path: '/late' });
  t.same(
    requests.map(({ body }) => JSON.parse(body.toString('utf8')).ref),
    ['refs/heads/main', 'refs/heads/main'],
  );
  const old = receiver.at('/old').map(one => headerOf(one, 'X-Belfry-Delivery'));
  for (const one of requests) t.notOk(old.includes(headerOf(one, 'X-Belfry-Delivery')), 'new ids');
  await stage.settled(5);
  t.match(await replay('--since', '1h', '--missing'), { deliveries: 0 }, 'it was told');
  const [push] = await belfry.json<{ id: string }[]>(['push', 'list']);
  t.match(
    await replay('--push', push!.id),
    { events: 2, deliveries: 1 },
    'and is told once more when that is wanted',
  );
  await stage.settled(6);
  matches(t, await belfry.json<Json[]>(['deliveries', '--webhook', String(late)]), [
    { replayed: true, state: 'delivered' },
    { replayed: true },
    { replayed: true },
  ]);
  t.match(
    (await belfry.run(['deliveries', '--webhook', String(late), '--limit', '1'])).stdout,
    /\n {4}replayed\n/,
  );

  const refused = async (...args: string[]) => (await belfry.run(['replay', ...args])).stderr;
  t.match(await refused('--webhook', '99', '--since', '1h'), /^belfry: Unknown webhook 99/);
  t.match(await refused('--webhook', '1'), /^belfry: Missing --since or --push/);
  t.match(await refused('--webhook', '1', '--since', 'x'), /^belfry: --since: wanted a time, got "x"/);
  await belfry.json(['webhook', 'disable', '1']);
  t.match(
    await refused('--webhook', '1', '--since', '1h'),
    /Webhook 1 is switched off.*\n.*webhook enable 1/,
  );
});

t.test('a robot is told of a push in one message', async t => {
  const stage = await tower(t);
  const { belfry, repository, receiver, webhook } = stage;
  await webhook('/plain');
  await repository.commit();
  await repository.push(['main', 'main:refs/heads/a', 'main:refs/heads/b']);
  await stage.settled(3);
  const robot = await webhook('/robot', ['--all', '--kind', 'slack']);
  t.match(await belfry.json(['replay', '--webhook', String(robot), '--since', '1h']), { deliveries: 1 });
  await receiver.received(1, { path: '/robot' });
});

t.test('paused: pushes are recorded, nothing is sent, and the log says who did it', async t => {
  const stage = await tower(t);
  const { belfry, repository, receiver, webhook } = stage;
  await webhook('/hook');
  t.match(await belfry.json(['pause', '--why', 'the rack moves']), {
    paused: true,
    reason: 'the rack moves',
    pending: 0,
  });
  t.match((await belfry.run(['pause'])).stdout, /^Sending was paused before, since .*Z: the rack moves\n/);
  t.match(await belfry.run(['pause', '--why', 'a\nb']), { status: 2 });
  await repository.commit();
  await repository.push(['main']);
  await until(
    'the push',
    async () =>
      (await belfry.json<{ pending: number }>(['status']).catch(() => null)) ??
      (await belfry.json<Json[]>(['deliveries'])).length === 1,
  );
  const { status, stdout } = await belfry.run(['status']);
  t.equal(status, 1);
  t.match(
    stdout,
    /^sending {3}paused since .*Z: the rack moves\n {4}belfry --home \S+ resume {3}# sends what is pending\n/m,
  );
  t.equal(receiver.requests.length, 0);
  t.match((await belfry.run(['resume'])).stdout, 'Sending resumed');
  await receiver.received(1);
  await stage.settled(1);
  await belfry.run([
    'webhook',
    'edit',
    '1',
    '--url',
    'http://127.0.0.1:1/very-secret',
    '--secret',
    'very-secret',
  ]);
  await belfry.run(['config', 'set', 'proxy.http', 'http://u:very-secret@127.0.0.1:3128']);
  await belfry.run(['webhook', 'edit', '99', '--name', 'x']);
  const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
  const said = [...log.matchAll(/^\S+Z info (.+) ran: belfry (.+)$/gm)].map(([, who, what]) => [who, what]);
  t.same(
    said.map(([, what]) => what).filter(what => !what!.startsWith('install')),
    [
      'config set web.url',
      'webhook add --all',
      'pause --why',
      'pause',
      'resume',
      'webhook edit 1 --url --secret',
      'config set proxy.http',
    ],
  );
  t.notMatch(log, /very-secret/);
});
