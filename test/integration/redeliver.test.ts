/** `belfry redeliver`: the same id and the same body, with a new stamp and a new signature. */
import t from 'tap';
import { answer } from '../support/behaviour.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { tower } from '../support/tower.ts';

t.test('redeliver', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  const ci = await stage.webhook('/ci', ['--all', '--secret', 'a secret']);
  const gone = await stage.webhook('/gone');
  receiver.script('/gone', answer(410));
  await repository.commit();
  await repository.push(['main']);
  const lines = await stage.settled(2);
  const good = lines.find(line => line.webhook_id === ci)!;
  const failed = lines.find(line => line.webhook_id === gone)!;
  matches(t, [good.state, failed.state], ['delivered', 'failed']);

  const done = await belfry.json<{ id: string }[]>(['redeliver', good.id]);
  matches(t, done, [{ id: good.id }]);
  const [first, second] = await receiver.received(2, { path: '/ci' });
  t.equal(headerOf(second!, 'X-Belfry-Delivery'), headerOf(first!, 'X-Belfry-Delivery'));
  t.not(headerOf(second!, 'X-Gitee-Timestamp'), headerOf(first!, 'X-Gitee-Timestamp'));
  t.not(headerOf(second!, 'X-Gitee-Token'), headerOf(first!, 'X-Gitee-Token'));
  const [before, after] = [first!, second!].map(({ body }) => JSON.parse(body.toString('utf8')));
  t.same({ ...after, sign: '', timestamp: '' }, { ...before, sign: '', timestamp: '' });

  t.equal((await belfry.run(['status'])).status, 1, 'a disabled webhook needs a person');
  await belfry.json(['webhook', 'enable', String(gone)]);
  receiver.script('/gone', answer(200));
  matches(t, await belfry.json(['redeliver', '--failed']), [{ id: failed.id }]);
  const [one, again] = await receiver.received(2, { path: '/gone' });
  t.equal(headerOf(again!, 'X-Belfry-Delivery'), headerOf(one!, 'X-Belfry-Delivery'));
  matches(t, await stage.settled(2), [{ state: 'delivered' }, { state: 'delivered' }]);
  t.equal((await belfry.run(['status'])).status, 0, 'all is well again');
  t.same(await belfry.json(['redeliver', '--failed']), [], 'nothing is left that failed');

  for (const args of [['redeliver'], ['redeliver', 'x', '--failed'], ['redeliver', good.id, '--sinze', '1h']])
    t.equal((await belfry.run(args)).status, 2, `wrong usage: ${args.join(' ')}`);
  const unknown = await belfry.run(['redeliver', 'nothing-like-it']);
  t.equal(unknown.status, 1);
  t.match(unknown.stderr, /nothing-like-it/);
});
