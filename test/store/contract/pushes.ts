/** What is recorded of a push, and who is owed what for it. */

import type { Test } from 'tap';
import { QUEUE_RULES } from '../../../src/delivery/decide.ts';
import type { Push } from '../../../src/gitee/push.ts';
import type { Combined } from '../../../src/store/store.ts';
import { deliveriesFor } from '../../../src/webhooks/deliveries-for.ts';
import { matches } from '../../support/matches.ts';
import { sampleIssue, sampleMergeRequest, samplePush, sampleTag } from '../../support/sample-events.ts';
import { branches, claim, NOW, outcome, recordPush, register, sampleWebhook, settle } from '../samples.ts';
import type { Open } from './open.ts';

export function pushesContract(t: Test, open: Open): void {
  t.test('who hears of a push: scope', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const at = (directory: string) => register(store, directory, NOW);
    const app = await at('/srv/git/acme/app.git');
    const lib = await at('/srv/git/acme/lib.git');
    const solo = await at('/srv/git/solo.git');
    const other = await at('/srv/git/acm/app.git');
    const add = async (scope: string) => (await store.webhooks.add(sampleWebhook({ scope }), '', NOW)).id;
    const all = await add('all');
    const acme = await add('company:acme');
    const forApp = await add(`repository:${app.id}`);
    const forSolo = await add(`repository:${solo.id}`);
    const heard = async (directory: string) =>
      (await recordPush(store, branches('main'), { directory })).webhookIds;
    t.same(await heard(app.directory), [all, acme, forApp]);
    t.same(await heard(lib.directory), [all, acme]);
    t.same(await heard(solo.directory), [all, forSolo], 'directly below a root: no company');
    t.same(await heard(other.directory), [all], 'a name that only begins alike is another company');
  });

  t.test('who hears of a push: events, branches, active, disabled', async t => {
    const { store } = await open(t);
    const add = async (changes: Parameters<typeof sampleWebhook>[0]) =>
      (await store.webhooks.add(sampleWebhook(changes), '', NOW)).id;
    const off = await add({ events: ['push'] });
    await recordPush(store, branches('first'));
    const [job] = await claim(store, off);
    const gone = { kind: 'gone', hint: 'It is gone.' };
    matches(t, await settle(store, [outcome(job!, { state: 'failed', health: gone })]), {
      disabled: [{ webhookId: off, reason: 'It is gone.', held: 0 }],
    });
    const push = await add({ events: ['push'] });
    const tags = await add({ events: ['tag_push'] });
    const main = await add({ branches: ['main', 'release/*'] });
    const notWip = await add({ branches: ['!wip/**'] });
    const inactive = await add({ active: false });
    const disabled = await add({});
    await store.webhooks.disable(disabled, NOW);

    const deliveries = async () =>
      (await store.deliveries.list({ limit: 100 }))
        .reverse()
        .map(one => [one.webhook_id, one.event, one.ref, one.state]);
    await recordPush(store, [
      samplePush({ ref: 'refs/heads/main' }),
      samplePush({ ref: 'refs/heads/wip/a/b' }),
      samplePush({ ref: 'refs/heads/release/1' }),
      sampleTag('v1'),
    ]);
    t.same(await deliveries(), [
      [off, 'push', 'refs/heads/first', 'failed'],
      [off, 'push', 'refs/heads/main', 'held'],
      [off, 'push', 'refs/heads/wip/a/b', 'held'],
      [off, 'push', 'refs/heads/release/1', 'held'],
      [push, 'push', 'refs/heads/main', 'pending'],
      [push, 'push', 'refs/heads/wip/a/b', 'pending'],
      [push, 'push', 'refs/heads/release/1', 'pending'],
      [tags, 'tag_push', 'refs/tags/v1', 'pending'],
      [main, 'push', 'refs/heads/main', 'pending'],
      [main, 'push', 'refs/heads/release/1', 'pending'],
      [main, 'tag_push', 'refs/tags/v1', 'pending'],
      [notWip, 'push', 'refs/heads/main', 'pending'],
      [notWip, 'push', 'refs/heads/release/1', 'pending'],
      [notWip, 'tag_push', 'refs/tags/v1', 'pending'],
    ]);
    t.notOk(
      (await deliveries()).some(([id]) => id === inactive || id === disabled),
      'a switched-off one gets nothing',
    );
  });

  t.test(
    'a webhook that wants none of it is owed nothing, and the push is recorded all the same',
    async t => {
      const { store } = await open(t);
      await store.webhooks.add(sampleWebhook({ branches: ['main'] }), '', NOW);
      const recorded = await recordPush(store, branches('dev'), { spoolName: 'one' });
      matches(t, recorded, { fresh: true, deliveries: 0, webhookIds: [] });
      t.equal(await store.pushes.known('one'), true);
      t.equal(await store.pushes.known('two'), false);
      const empty = await recordPush(store, [], { spoolName: 'two' });
      t.match(empty, { fresh: true, deliveries: 0 }, 'a push of refs that are neither branch nor tag');
    },
  );

  t.test('the same spool file twice is one push', async t => {
    const { store } = await open(t);
    await store.webhooks.add(sampleWebhook(), '', NOW);
    const first = await recordPush(store, branches('a', 'b'), { spoolName: 'same' });
    t.match(first, { fresh: true, deliveries: 2 });
    t.same(await recordPush(store, branches('a', 'b'), { spoolName: 'same' }), {
      fresh: false,
      pushId: 0,
      events: 0,
      deliveries: 0,
      webhookIds: [],
    });
    t.equal((await store.deliveries.list({ limit: 10 })).length, 2);
  });

  t.test(
    'one delivery per ref, in the order of the push; a robot has one for all that a push did',
    async t => {
      const { store } = await open(t);
      const gitee = (await store.webhooks.add(sampleWebhook(), '', NOW)).id;
      const robot = await store.webhooks.add(
        sampleWebhook({
          kind: 'slack',
          url: 'https://hooks.slack.com/services/T/B/x',
          events: ['push', 'tag_push'],
        }),
        '',
        NOW,
      );
      const recorded = await recordPush(store, [...branches('a', 'b'), sampleTag('v1')]);
      matches(t, recorded, { deliveries: 4, webhookIds: [gitee, robot.id] });
      const rows = (await store.deliveries.list({ limit: 10 })).reverse();
      t.same(
        rows.map(row => [row.webhook_id, row.ref, row.kind]),
        [
          [gitee, 'refs/heads/a', 'gitee'],
          [gitee, 'refs/heads/b', 'gitee'],
          [gitee, 'refs/tags/v1', 'gitee'],
          [robot.id, 'refs/heads/a', 'slack'],
        ],
      );
      const { jobs } = await store.queue.turn(
        { settlements: [], claims: [{ webhookId: robot.id, firsts: 5, retries: 0 }], released: [] },
        QUEUE_RULES,
        NOW,
      );
      t.same(
        jobs.map(job => job.events.map(event => event.name)),
        [['push', 'push', 'tag_push']],
      );
    },
  );

  t.test(
    'events without a ref have one order key; what is stored is the compact body, with its keys in order',
    async t => {
      const { store } = await open(t);
      await store.webhooks.add(sampleWebhook({ events: ['issue', 'merge_request'] }), '', NOW);
      await recordPush(store, [sampleIssue(), sampleMergeRequest()]);
      const [first, second] = (await store.deliveries.list({ limit: 10 })).reverse();
      t.same([first!.ref, second!.ref], [null, null]);
      const { data, facts } = await store.deliveries.show(first!.id);
      t.match(data, /^\{"action":"open","assignee":null,"description":/);
      t.same(JSON.parse(data), sampleIssue().data);
      t.same(JSON.parse(facts), { recovered: false });
    },
  );

  t.test('a failure in the middle leaves nothing behind', async t => {
    const { store } = await open(t);
    await store.webhooks.add(sampleWebhook(), '', NOW);
    const broken = { ...samplePush(), name: null } as never;
    await t.rejects(recordPush(store, [samplePush(), broken], { spoolName: 'half' }));
    t.equal(await store.pushes.known('half'), false);
    t.same(await store.deliveries.list({ limit: 10 }), []);
  });

  t.test('10,000 refs in one push', async t => {
    const { store } = await open(t);
    await store.webhooks.add(sampleWebhook({ branches: ['b1*', '!b10*'] }), '', NOW);
    const event = samplePush();
    const names = Array.from({ length: 10_000 }, (_, n) => `b${n}`);
    const events = names.map(
      name => ({ ...event, data: { ...event.data, ref: `refs/heads/${name}` } }) as typeof event,
    );
    const { deliveries } = await recordPush(store, events);
    t.equal(deliveries, names.filter(name => /^b1/.test(name) && !/^b10/.test(name)).length);
    const rows = await store.deliveries.list({ limit: 20_000 });
    t.equal(new Set(rows.map(row => row.id)).size, deliveries, 'ids are unique');
    const ids = rows.map(row => row.id).reverse();
    t.same([...ids].sort(), ids, 'and sort like the pushes');
  });

  t.test('a push is found again, newest first, by its number, its name, and where it went', async t => {
    const { store } = await open(t);
    await store.webhooks.add(sampleWebhook({ branches: ['main'] }), '', NOW);
    const one = { directory: '/srv/git/acme/app.git', spoolName: 'one', at: NOW };
    const two = { directory: '/srv/git/lib.git', spoolName: 'one-more', at: NOW + 1 };
    const { pushId } = await recordPush(store, branches('main', 'dev'), one);
    await recordPush(store, [sampleTag('v1')], two);
    const app = (await store.repositories.byName('acme/app'))!;
    const names = (pushes: { id: string }[]) => pushes.map(({ id }) => id);
    t.strictSame(names(await store.pushes.list({ since: 0, limit: 9 })), ['one-more', 'one']);
    t.strictSame(names(await store.pushes.list({ since: 0, limit: 1 })), ['one-more']);
    t.strictSame(names(await store.pushes.list({ since: NOW + 1, limit: 9 })), ['one-more']);
    const ofApp = await store.pushes.list({ repositoryId: app.id, since: 0, limit: 9 });
    const logged = {
      number: pushId,
      id: 'one',
      pushed_at: NOW,
      repository: 'acme/app',
      pusher: 'zhang-san',
      options: [],
      notes: [],
      events: 2,
      deliveries: 1,
    };
    t.strictSame(ofApp, [logged]);
    t.strictSame(await store.pushes.find('one'), [logged], 'a whole name, although another begins so');
    t.strictSame(await store.pushes.find(String(pushId)), [logged]);
    t.strictSame(names(await store.pushes.find('on')), ['one', 'one-more'], 'a beginning may fit several');
    t.strictSame(await store.pushes.find('none'), []);
    const events = await store.pushes.events(pushId, 9);
    t.strictSame(
      events.map(({ event, ref, deliveries }) => [event, ref, deliveries.length]),
      [
        ['push', 'refs/heads/main', 1],
        ['push', 'refs/heads/dev', 0],
      ],
    );
    t.equal((await store.pushes.events(pushId, 1)).length, 1);
    const { repositoryId, userId } = (await store.pushes.newest('company:acme'))!;
    t.equal(repositoryId, app.id);
    t.equal((await store.users.byId(userId)).login, 'zhang-san');
    t.not((await store.pushes.newest('all'))!.repositoryId, app.id);
    t.equal(await store.pushes.newest('repository:99'), null);
  });

  t.test('a comparison that is out of date records nothing', async t => {
    const { store } = await open(t);
    const { id, company, root } = await register(store, '/srv/git/app.git', NOW);
    const { id: userId } = await store.users.ensure('zhang-san', {}, NOW);
    const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
    const record = (spoolName: string, old: string, recovered: boolean) =>
      store.pushes.record(
        {
          ...{ spoolName, repository: { id, company, root }, userId, pushedAt: NOW, options: [], notes: [] },
          ...{ updates: [{ ref: 'refs/heads/main', old, new: b }], recovered },
        },
        branches('main'),
        deliveriesFor,
        NOW,
      );
    await store.ledger.adopt(id, [{ ref: 'refs/heads/main', id: a }]);
    t.match(await record('stale', '0'.repeat(40), true), { fresh: false });
    t.equal(await store.pushes.known('stale'), false);
    t.match(await record('hook', '0'.repeat(40), false), { fresh: true }, 'what a hook says is recorded');
    t.match(await record('late', a, true), { fresh: false });
    t.match(await record('next', b, true), { fresh: true });
  });

  t.test(
    'what waits until its ref is quiet is joined by what comes, unless it has gone out meanwhile',
    async t => {
      const { store } = await open(t);
      const { id } = await store.webhooks.add(sampleWebhook({ latest_only: 60 }), '', NOW);
      await store.webhooks.add(sampleWebhook({ scope: 'company:other', latest_only: 60 }), '', NOW);
      await recordPush(store, branches('a', 'b'));
      const repository = (await store.repositories.byName('acme/app'))!;
      const { id: userId } = await store.users.ensure('zhang-san', {}, NOW);
      t.same(await claim(store, id), [], 'nothing goes out at once');
      t.equal((await claim(store, id, { firsts: 0, retries: 1, at: NOW + 60_000 })).length, 1);
      const waiting = await store.pushes.waiting(repository, ['refs/heads/a', 'refs/heads/b']);
      matches(
        t,
        waiting,
        [{ webhookId: id, ref: 'refs/heads/b', seqs: [2], forced: false }],
        'one is under way',
      );
      const [b] = waiting;
      const { before, after } = samplePush().data as Push;
      t.match(b, { old: before, new: after });
      let at = NOW + 1;
      const record = (spoolName: string, combined: Combined[], ...names: string[]) =>
        store.pushes.record(
          {
            ...{ spoolName, repository, userId, pushedAt: NOW, options: [], notes: [] },
            ...{ updates: [], recovered: false },
          },
          branches(...names),
          deliveriesFor,
          at,
          combined,
        );
      const states = async () =>
        (await store.deliveries.list({ limit: 20 })).reverse().map(one => [one.state, one.merged_into]);
      const event = samplePush({ ref: 'refs/heads/b', total_commits_count: 77 });
      t.match(await record('stale', [{ webhookId: id, ref: 'refs/heads/a', seqs: [1], event }], 'a'), {
        deliveries: 1,
      });
      t.same(await states(), [
        ['sending', null],
        ['pending', null],
        ['pending', null],
      ]);
      await record('next', [{ ...b!, event }], 'b');
      const all = await store.deliveries.list({ limit: 1 });
      t.same((await states()).slice(1), [
        ['merged', all[0]!.id],
        ['pending', null],
        ['pending', null],
      ]);
      t.match(JSON.parse((await store.deliveries.show(all[0]!.id)).data), { total_commits_count: 77 });
      t.equal(
        (await store.pushes.find('next'))[0]!.events,
        1,
        'what is for one webhook alone is no event of the push',
      );
      const dueOf = async () => (await store.deliveries.list({ limit: 1 }))[0]!.next_attempt_at;
      t.equal(await dueOf(), NOW + 1 + 60_000);
      at = NOW + 590_000;
      const [before600] = await store.pushes.waiting(repository, ['refs/heads/b']);
      await record('restless', [{ ...before600!, event }], 'b');
      t.equal(await dueOf(), NOW + 600_000, 'a ref that never rests is told of all the same');

      const [again] = await store.pushes.waiting(repository, ['refs/heads/b']);
      await record('gone', [{ ...again!, event: null }], 'b');
      t.same((await states()).slice(-1), [['merged', null]]);
      t.match((await store.deliveries.list({ limit: 1 }))[0], { last_error: /came to nothing/ });
    },
  );
}
