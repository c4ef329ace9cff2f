/**
 * A disk that is full, at each of the writes between a push and its recorded answer. Pushes succeed, and what could not
 * be written down is announced as soon as there is room again.
 */
import t, { type Test } from 'tap';
import { onHold } from '../support/behaviour.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { PAGE, smallDisk } from '../support/small-disk.ts';
import { type Tower, tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const PATIENT = { limitMs: 60_000 };
const NOT_ANNOUNCED =
  "belfry: the push succeeded, but webhooks are not told of it (No space left on device); please tell the server's admin";

/** Refs' updates as the receiver was told: `old new`, each once. Fails when two ids tell the same. */
function told(t: Test, { receiver }: Tower): string[] {
  const ids = new Map<string, string | undefined>();
  for (const request of receiver.at('/hook')) {
    const { before, after } = JSON.parse(request.body.toString('utf8'));
    const id = headerOf(request, 'X-Belfry-Delivery');
    const update = `${before} ${after}`;
    t.equal(ids.get(update) ?? id, id, 'what comes twice has the same id');
    ids.set(update, id);
  }
  return [...ids.keys()];
}

/** From the first commit on without a gap to the last. */
function coversAll(t: Test, stage: Tower, tips: string[]): void {
  const updates = told(t, stage).map(update => update.split(' ') as [string, string]);
  const after = new Map(updates);
  let at = '0'.repeat(40);
  const seen: string[] = [];
  for (let next = after.get(at); next !== undefined; next = after.get(at)) {
    after.delete(at);
    seen.push(next);
    at = next;
  }
  t.equal(after.size, 0, 'one chain of updates');
  t.equal(at, tips.at(-1), 'up to the last push');
  t.same(
    seen.filter(tip => !tips.includes(tip)),
    [],
    'and nothing that never happened',
  );
}

t.test('no room in the spool', async t => {
  const disk = await smallDisk(t, 'home/spool', 64);
  if (disk === null) return;
  const stage = await tower(t, disk);
  const { repository, receiver } = stage;
  await stage.webhook('/hook');
  const tips: string[] = [];
  const push = async () => {
    tips.push(await repository.commit());
    return repository.push(['main']);
  };
  t.equal((await push()).status, 0);
  await receiver.received(1, PATIENT);
  for (const left of [0, PAGE]) {
    await disk.fill(left);
    const pushed = await push();
    t.equal(pushed.status, 0, 'the push succeeds');
    if (left === 0) t.match(pushed.stderr, NOT_ANNOUNCED, 'and says that nobody is told');
    await disk.empty();
  }
  t.equal((await push()).status, 0);
  await until(
    'the last push to be announced',
    () => told(t, stage).some(one => one.endsWith(tips.at(-1)!)),
    PATIENT,
  );
  coversAll(t, stage, tips);
});

t.test('no room in the home, from the first page to what a whole push takes', async t => {
  const disk = await smallDisk(t, 'home', 8_192);
  if (disk === null) return;
  const stage = await tower(t, disk);
  const { belfry, repository } = stage;
  await stage.webhook('/hook');
  const tips: string[] = [];
  for (const pages of [0, 1, 2, 4, 9, 20]) {
    await belfry.stopWorker();
    await disk.fill(pages * PAGE);
    tips.push(await repository.commit());
    const pushed = await repository.push(['main']);
    t.equal(pushed.status, 0, `${pages} pages: the push succeeds`);
    t.notMatch(pushed.stderr.replace(NOT_ANNOUNCED, ''), 'belfry:', 'and says that, or nothing');
    const command = ['scan', 'status', 'deliveries'][pages % 3]!;
    const ran = await belfry.run([command]);
    t.notMatch(ran.stderr, / at .*:\d|nobody expected/, `belfry ${command} shows no stack`);
    if (ran.status === 1 && ran.stderr !== '')
      t.match(ran.stderr, /full|no space/i, `belfry ${command} says what is the matter`);
    await disk.empty();
    await belfry.json(['scan']);
    await until(
      `${pages} pages: the push to be announced`,
      () => told(t, stage).some(one => one.endsWith(tips.at(-1)!)),
      PATIENT,
    );
  }
  coversAll(t, stage, tips);
  const lines = await stage.settled(told(t, stage).length);
  t.same(
    lines.filter(line => line.state !== 'delivered'),
    [],
    'and all of it is recorded',
  );
});

t.test('no room for the answers: they are recorded later, and nothing is sent twice', async t => {
  const disk = await smallDisk(t, 'home', 8_192);
  if (disk === null) return;
  const stage = await tower(t, disk);
  const { belfry, repository, receiver } = stage;
  const hold = onHold();
  receiver.script('/hook', hold.behaviour);
  await stage.webhook('/hook');
  await repository.commit();
  t.equal((await repository.push(['main', 'main:refs/heads/b'])).status, 0);
  await receiver.received(2, PATIENT);
  const worker = belfry.worker();
  await disk.fill(0);
  hold.release();
  const later = await repository.push(['main:refs/heads/c']);
  t.equal(later.status, 0);
  t.match(later.stderr, NOT_ANNOUNCED);
  const status = await belfry.run(['deliveries', '--state', 'sending']);
  t.equal(status.status, 0, status.stderr);
  await disk.empty();
  t.equal(belfry.worker(), worker, 'the worker has lived through it');
  matches(t, await stage.settled(2), [{ state: 'delivered' }, { state: 'delivered' }]);
  t.equal(receiver.requests.length, 2);
  await belfry.json(['scan']);
  await receiver.received(3, PATIENT);
});
