/** A push never waits for a receiver, unless the pusher or the admin asks for it. */
import t from 'tap';
import { answer, onHold, silent } from '../support/behaviour.ts';
import { matches } from '../support/matches.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

/** Its own webhooks are those that a pusher is told of. */
const OWN = ['--repo', 'acme/app'];

t.test('a push is over while its receiver has not answered', async t => {
  const stage = await tower(t);
  const { receiver, repository } = stage;
  const hold = onHold();
  receiver.script('/hook', hold.behaviour);
  await stage.webhook('/hook');
  await repository.commit();
  // The receiver answers only after this push has ended: a push that waits would never end.
  const pushed = await repository.push(['main']);
  t.equal(pushed.status, 0, pushed.stderr);
  t.notMatch(pushed.stderr, /remote: belfry/);
  await receiver.received(1);
  t.equal(hold.waiting(), 1, 'the request is still open');
  await until('it to be shown as under way', async () => {
    const [line] = await stage.belfry.json<{ state: string }[]>(['deliveries']);
    return line!.state === 'sending';
  });
  hold.release();
  matches(t, await stage.settled(1), [{ state: 'delivered', last_status: 200 }]);
});

t.test('-o belfry.wait shows the outcome to the pusher', async t => {
  const stage = await tower(t);
  const { receiver, repository, belfry } = stage;
  await stage.webhook('/good?token=not-for-the-pusher', OWN);
  await stage.webhook('/bad', OWN);
  receiver.script('/bad', answer(500));
  await repository.commit();
  const pushed = await repository.push(['main'], { options: ['belfry.wait'] });
  t.equal(pushed.status, 0);
  const host = `127\\.0\\.0\\.1:${receiver.port}`;
  t.match(pushed.stderr, new RegExp(`^remote: belfry: ${host}\\S*: HTTP 200 \\(\\d+ ms\\) *$`, 'm'));
  t.match(pushed.stderr, new RegExp(`^remote: belfry: ${host}: HTTP 500\\b`, 'm'));
  t.notMatch(pushed.stderr, /not-for-the-pusher/);
  t.equal(receiver.requests.length, 2, 'and the requests were made by then');

  await repository.commit();
  const plain = await repository.push(['main']);
  t.notMatch(plain.stderr, /remote: belfry/, 'without the option nothing is said');

  await belfry.json(['config', 'set', 'push.wait', '10']);
  await repository.commit();
  const everybody = await repository.push(['main']);
  t.match(
    everybody.stderr,
    new RegExp(`^remote: belfry: ${host}\\S*: HTTP 200 \\(\\d+ ms\\) *$`, 'm'),
    'the setting',
  );
  await belfry.json(['config', 'set', 'push.wait', '0']);
  await repository.commit();
  t.notMatch((await repository.push(['main'])).stderr, /remote: belfry/, 'and back');
  await stage.settled(8);
});

t.test(
  'hosts of webhooks that are not the repository’s own are shown only where wait.show says so',
  async t => {
    const stage = await tower(t);
    const { receiver, repository, belfry } = stage;
    receiver.script('/server', answer(500));
    await stage.webhook('/company', ['--company', 'acme']);
    await stage.webhook('/server', ['--all']);
    const pushed = async () => {
      await repository.commit();
      const { stderr } = await repository.push(['main'], { options: ['belfry.wait=60'] });
      const lines = stderr.split('\n').filter(line => line.startsWith('remote: belfry: '));
      return lines.map(line =>
        line
          .slice('remote: belfry: '.length)
          .trim()
          .replace(/\d+ ms/, 'N ms'),
      );
    };
    t.strictSame(await pushed(), ['2 webhooks: 1 delivered, 1 not delivered yet']);
    await belfry.json(['config', 'set', 'wait.show', 'company']);
    const host = `127.0.0.1:${receiver.port}`;
    t.strictSame(await pushed(), [`${host}: HTTP 200 (N ms)`, '1 more webhook: not delivered yet']);
    await belfry.json(['config', 'set', 'wait.show', 'all']);
    const all = [`${host}: HTTP 200 (N ms)`, `${host}: HTTP 500 (N ms)`];
    t.strictSame((await pushed()).sort(), all);
  },
);

t.test('waiting ends when its seconds are over, and never changes the outcome of the push', async t => {
  const stage = await tower(t);
  stage.receiver.script('/hook', silent);
  await stage.webhook('/hook', OWN);
  await stage.repository.commit();
  await stage.repository.push(['main:refs/heads/first']);
  // The worker is at work by then: what comes now does not wait for its start.
  await stage.receiver.received(1);
  const pushed = await stage.repository.push(['main'], { options: ['belfry.wait=4'] });
  t.equal(pushed.status, 0, pushed.stderr);
  t.match(pushed.stderr, /^remote: belfry: .*127\.0\.0\.1/m, 'it says what has not answered');
  t.equal(
    await stage.repository.server('rev-parse', 'main'),
    await stage.repository.git('rev-parse', 'main'),
  );
});

t.test('nobody to wait for', async t => {
  const stage = await tower(t);
  await stage.repository.commit();
  const pushed = await stage.repository.push(['main'], { options: ['belfry.wait=30', 'other=x'] });
  t.equal(pushed.status, 0, pushed.stderr);
});
