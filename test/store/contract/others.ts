/** Settings, put-off pushes, robots, findings, the pause, and what goes when it is old. */
import type { Test } from 'tap';
import { digestsOf } from '../../../src/kinds/merge-waiting.ts';
import { FRESH } from '../../../src/kinds/pace.ts';
import { matches } from '../../support/matches.ts';
import { branches, claim, NOW, outcome, recordPush, register, sampleWebhook, settle } from '../samples.ts';
import type { Open } from './open.ts';

const DAY = 86_400_000;

export function othersContract(t: Test, open: Open): void {
  t.test('settings are texts, and a password in one of them comes back', async t => {
    const { store, again } = await open(t);
    t.strictSame([...(await store.settings.all())], []);
    await store.settings.set('keep.days', '3');
    await store.settings.set('keep.days', '4');
    await store.settings.set('net.proxy', 'http://user:secret@proxy.example:3128');
    const other = await again();
    t.strictSame(Object.fromEntries(await other.settings.all()), {
      'keep.days': '4',
      'net.proxy': 'http://user:secret@proxy.example:3128',
    });
    t.strictSame(await other.settings.lost(), []);
    await other.settings.unset('net.proxy');
    t.strictSame([...(await store.settings.all())], [['keep.days', '4']]);
  });

  t.test('a push that waits for another try keeps the time of its first failure', async t => {
    const { store } = await open(t);
    const one = { name: 'a', tries: 1, next_at: NOW + 5, reason: 'away', since: NOW };
    await store.putOff.put(one);
    await store.putOff.put({ ...one, tries: 2, next_at: NOW + 9, since: NOW + 5 });
    t.strictSame(await store.putOff.all(), [{ ...one, tries: 2, next_at: NOW + 9 }]);
    t.equal(await store.putOff.hurry('a'), true);
    t.equal(await store.putOff.hurry('b'), false);
    matches(t, await store.putOff.all(), [{ tries: 0, next_at: 0 }]);
    await store.putOff.forget('a');
    t.strictSame(await store.putOff.all(), []);
    await register(store, '/srv/git/app.git', NOW);
    t.equal(await store.putOff.isKnown('/srv/git/app.git'), true);
    t.equal(await store.putOff.isKnown('/srv/git/other.git'), false);
  });

  t.test('the pace of a robot outlives whoever has it open', async t => {
    const { store, again } = await open(t);
    t.equal(await store.robots.pace('x'), null);
    const pace = { ...FRESH, sent: [NOW], pausedUntil: NOW + 5 };
    await store.robots.setPace('x', pace);
    t.strictSame(await (await again()).robots.pace('x'), pace);
  });

  t.test('waiting messages become one: the first carries the others, which say so', async t => {
    const { store } = await open(t);
    const url = 'https://hooks.slack.com/services/T/B/x';
    const { id } = await store.webhooks.add(sampleWebhook({ kind: 'slack', url }), '', NOW);
    for (const name of ['a', 'b', 'a', 'c']) await recordPush(store, branches(name));
    t.equal(await store.robots.backlog(id, NOW), 4);
    const ids = (await store.deliveries.list({ limit: 9 })).map(one => one.id).reverse();
    const seen: string[][] = [];
    await store.robots.merge(
      id,
      waiting => {
        seen.push(waiting.map(one => one.id));
        const [first, second, third, fourth] = ids.map(id => waiting.find(one => one.id === id)!);
        return digestsOf([[first!, third!], [second!], [fourth!]]);
      },
      NOW + 1,
    );
    t.strictSame(seen, [ids], 'oldest first');
    t.strictSame(
      (await store.deliveries.list({ limit: 9 })).reverse().map(one => [one.state, one.merged_into]),
      [
        ['pending', null],
        ['pending', null],
        ['merged', ids[0]],
        ['pending', null],
      ],
    );
    t.equal(await store.robots.backlog(id, NOW), 3);
    const jobs = await claim(store, id);
    t.strictSame(
      jobs.map(job => [job.id, job.digest, job.events.map(event => JSON.parse(event.data).ref)]),
      [
        [ids[0], true, ['refs/heads/a', 'refs/heads/a']],
        [ids[1], false, ['refs/heads/b']],
        [ids[3], false, ['refs/heads/c']],
      ],
    );
  });

  t.test('what the last walk over the roots found replaces what the one before had found', async t => {
    const { store } = await open(t);
    const finding = { path: '/srv/git/b.git', kind: 'no-hook', repository_id: null, detail: 'x' } as const;
    await store.roots.setFindings([finding, { ...finding, path: '/srv/git/a.git' }]);
    matches(t, await store.roots.findings(), [{ path: '/srv/git/a.git' }, { path: '/srv/git/b.git' }]);
    await store.roots.setFindings([finding]);
    t.strictSame(await store.roots.findings(), [finding]);
  });

  t.test('sending that is not held cannot be resumed', async t => {
    const { store } = await open(t);
    t.equal(await store.pause.get(), null);
    t.equal(await store.pause.end(true, NOW), null);
  });

  t.test('sending is held once, and goes on with what has gathered', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    t.equal(await store.pause.begin('the rack moves', NOW), true);
    t.equal(await store.pause.begin('another reason', NOW + 1), false);
    t.match(await store.pause.get(), {
      since: NOW,
      why: 'the rack moves',
      restored_seq: null,
      restored_pending: 0,
    });
    await recordPush(store, branches('a'));
    t.same(await claim(store, id), []);
    t.equal(await store.queue.hasPending(), false, 'there is nothing for a worker to do');
    t.equal(await store.pause.end(false, NOW), 0);
    t.equal((await claim(store, id)).length, 1);
  });

  t.test('past events in the scope of a webhook, and which of them it was told', async t => {
    const { store } = await open(t);
    const add = async (changes: Parameters<typeof sampleWebhook>[0]) =>
      (await store.webhooks.add(sampleWebhook(changes), '', NOW)).id;
    const old = await add({ branches: ['a'] });
    const robot = await add({ kind: 'slack', branches: ['!a'], auth: 'none', secret: null });
    await recordPush(store, branches('a', 'b', 'c'), { at: NOW });
    await recordPush(store, branches('a'), { at: NOW + DAY, directory: '/srv/git/acme/lib.git' });
    const company = await add({ scope: 'company:acme' });
    const other = await add({ scope: 'company:other' });
    const lib = (await store.repositories.byName('acme/lib'))!;
    const own = await add({ scope: `repository:${lib.id}` });
    const past = async (webhookId: number, more: object = {}) =>
      (await store.replay.past(webhookId, { after: 0, limit: 9, ...more })).map(
        ({ id, isTold }) => `${id}${isTold ? ' told' : ''}`,
      );
    t.same(await past(old), ['1 told', '2', '3', '4 told']);
    t.same(await past(robot), ['1', '2 told', '3 told', '4'], 'in one message with others');
    t.same(await past(company), ['1', '2', '3', '4']);
    t.same(await past(other), []);
    t.same(await past(own), ['4']);
    t.same(await past(company, { since: NOW + 1 }), ['4']);
    t.same(await past(company, { push: 1 }), ['1', '2', '3']);
    t.same(await past(company, { after: 2, limit: 1 }), ['3']);
    t.same(await past(99), []);
    const [first] = await store.replay.past(company, { after: 0, limit: 1 });
    t.match(first, { pushId: 1, pusher: 'zhang-san', content: { name: 'push' } });
    const owed = {
      webhookId: company,
      word: null,
      together: false,
      orderKey: 'x',
      mergeKey: null,
      quietFor: null,
    };
    await store.replay.owe([{ ...owed, eventIds: [2], state: 'pending' }], NOW);
    t.same(await past(company), ['1', '2 told', '3', '4']);
    matches(t, await store.deliveries.list({ webhookId: company, limit: 9 }), [
      { state: 'pending', replayed: true },
    ]);
  });

  t.test('what is finished goes by age, step by step; what is owed and its push stay', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('old'), { spoolName: 'old' });
    await recordPush(store, branches('owed'), { spoolName: 'owed' });
    await recordPush(store, branches('new'), { spoolName: 'new', at: NOW + DAY });
    const [old, , fresh] = await claim(store, id);
    await settle(store, [outcome(old!), outcome(fresh!)]);
    let removed = 0;
    for (let from: { deliveries: number; events: number } | null = { deliveries: 0, events: 0 }; from; ) {
      const step = await store.prune.step(from, NOW + 1, 1_000);
      removed += step.removed;
      from = step.next;
    }
    t.equal(removed, 3, 'a delivery, its event and its push');
    const left = (await store.deliveries.list({ limit: 9 })).map(one => one.ref);
    t.strictSame(left, ['refs/heads/new', 'refs/heads/owed']);
    const known = await Promise.all(['old', 'owed', 'new'].map(name => store.pushes.known(name)));
    t.strictSame(known, [false, true, true]);
    await store.prune.shrink();
  });
}
