/** A home that nothing can be written to: pushes succeed and say so, every command says so, and it goes on afterwards. */
import t from 'tap';
import { matches } from '../support/matches.ts';
import { smallDisk } from '../support/small-disk.ts';
import { tower } from '../support/tower.ts';

const PATIENT = { limitMs: 60_000 };

t.test('a home on a file system that has become read-only', async t => {
  const disk = await smallDisk(t, 'home', 16_384);
  if (disk === null) return;
  const stage = await tower(t, disk);
  const { belfry, repository, receiver } = stage;
  await stage.webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await stage.settled(1);
  await belfry.stopWorker();

  await disk.readOnly();
  await repository.commit();
  const pushed = await repository.push(['main']);
  t.equal(pushed.status, 0, 'the push succeeds');
  t.match(
    pushed.stderr,
    "belfry: the push succeeded, but webhooks are not told of it (Read-only file system); please tell the server's admin",
  );
  for (const args of [
    ['status'],
    ['deliveries'],
    ['scan'],
    ['webhook', 'list'],
    ['config', 'set', 'push.wait', '0'],
    ['worker', '--once'],
    ['doctor'],
  ]) {
    const ran = await belfry.run(args);
    t.equal(ran.status, 1, `belfry ${args.join(' ')}`);
    t.match(ran.stdout + ran.stderr, /read-?only|EROFS|writable/i, 'says what is the matter');
    t.notMatch(ran.stderr, / at .*:\d|nobody expected/, 'not a stack');
  }

  await disk.writable();
  await belfry.json(['scan']);
  const [, second] = await receiver.received(2, PATIENT);
  t.equal(JSON.parse(second!.body.toString('utf8')).after, await repository.git('rev-parse', 'main'));
  matches(t, await stage.settled(2), [{ state: 'delivered' }, { state: 'delivered' }]);
});
