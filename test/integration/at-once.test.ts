/** Pushes at the same time: every ref of each is announced once, and in order for a ref. */
import t from 'tap';
import { onHold } from '../support/behaviour.ts';
import { clockwork } from '../support/clockwork.ts';
import { gitRepository } from '../support/git-repository.ts';
import { tower } from '../support/tower.ts';

t.test('two pushes at once, again and again, into one repository and into two', async t => {
  const stage = await tower(t);
  const other = await gitRepository(stage.dir, { fullName: 'acme/lib' });
  await stage.belfry.json(['install', stage.root]);
  await stage.webhook('/hook');
  const { repository, receiver } = stage;
  await repository.commit();
  await other.commit();
  const rounds = 5;
  const wanted: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const pushes = [
      repository.push([`main:refs/heads/a${round}`]),
      repository.push([`main:refs/heads/b${round}`, `main:refs/heads/c${round}`]),
      other.push([`main:refs/heads/a${round}`]),
    ];
    for (const pushed of await Promise.all(pushes)) t.equal(pushed.status, 0, pushed.stderr);
    for (const name of ['a', 'b', 'c']) wanted.push(`acme/app refs/heads/${name}${round}`);
    wanted.push(`acme/lib refs/heads/a${round}`);
  }
  await receiver.received(wanted.length);
  t.equal((await stage.settled(wanted.length)).length, wanted.length);
  const heard = receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')));
  t.same(
    heard.map(body => `${body.repository.full_name} ${body.ref}`).sort(),
    wanted.sort(),
    'each exactly once',
  );
});

t.test('first attempts of a ref go one after the other, those of other refs beside them', async t => {
  const stage = await clockwork(t);
  await stage.webhook('/hook');
  const hold = onHold();
  stage.receiver.script('/hook', hold.behaviour);
  const tips: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    tips.push(await stage.repository.commit({ message: `${i}\n` }));
    await stage.push('main');
  }
  await stage.push('main:refs/heads/other');
  await stage.receiver.received(2);
  t.same(
    await refs(),
    ['refs/heads/main', 'refs/heads/other'],
    'the second push to main waits for the first',
  );
  hold.release();
  await stage.rest();
  const bodies = stage.receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')));
  const main = bodies.filter(body => body.ref === 'refs/heads/main');
  t.same(
    main.map(body => body.after),
    tips,
    'in the order of the pushes',
  );

  async function refs(): Promise<string[]> {
    return stage.receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')).ref).sort();
  }
});

t.test('eight requests at once to one webhook, and another webhook is not held up by them', async t => {
  const stage = await clockwork(t);
  await stage.webhook('/slow');
  await stage.webhook('/quick');
  const hold = onHold();
  stage.receiver.script('/slow', hold.behaviour);
  await stage.repository.commit();
  await stage.push(...Array.from({ length: 20 }, (_, i) => `main:refs/heads/b${i}`));
  await stage.receiver.received(20, { path: '/quick' });
  await stage.receiver.received(8, { path: '/slow' });
  t.equal(hold.waiting(), 8);
  hold.release();
  await stage.rest();
  t.equal(stage.receiver.at('/slow').length, 20);
});

t.test('a retry holds up nobody: not its own ref, not another webhook', async t => {
  const stage = await clockwork(t);
  await stage.webhook('/lame');
  await stage.webhook('/well');
  const hold = onHold();
  stage.receiver.script(
    '/lame',
    response => {
      response.writeHead(500);
      response.end();
    },
    hold.behaviour,
    response => void response.end(),
  );
  await stage.repository.commit();
  await stage.push('main');
  await stage.rest();
  await stage.repository.commit();
  const before = stage.advance(10_000);
  await stage.receiver.received(2, { path: '/lame' });
  await stage.push('main');
  await stage.receiver.received(3, { path: '/lame' });
  await stage.receiver.received(2, { path: '/well' });
  t.equal(hold.waiting(), 1, 'while the retry is still open');
  hold.release();
  await before;
  t.same(
    (await stage.deliveries()).map(line => line.state),
    ['delivered', 'delivered', 'delivered', 'delivered'],
  );
});
