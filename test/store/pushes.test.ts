import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { sampleIssue, sampleMergeRequest, samplePush, sampleTag } from '../support/sample-events.ts';
import { branches, NOW, openTestStore, RULES, recordPush, sampleWebhook } from './stage.ts';

t.test('who hears of a push: scope', async t => {
  const { store } = openTestStore(t);
  await store.roots.add('/srv/git');
  const register = (directory: string) => store.repositories.register(directory, NOW);
  const app = await register('/srv/git/acme/app.git');
  const lib = await register('/srv/git/acme/lib.git');
  const solo = await register('/srv/git/solo.git');
  const other = await register('/srv/git/acm/app.git');
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
  const { store } = openTestStore(t);
  const add = async (changes: Parameters<typeof sampleWebhook>[0]) =>
    (await store.webhooks.add(sampleWebhook(changes), '', NOW)).id;
  const push = await add({ events: ['push'] });
  const tags = await add({ events: ['tag_push'] });
  const main = await add({ branches: ['main', 'release/*'] });
  const notWip = await add({ branches: ['!wip/**'] });
  const inactive = await add({ active: false });
  const disabled = await add({});
  await store.webhooks.disable(disabled, NOW);
  const off = await add({ events: ['push'] });
  await giveUp(off);

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
    [off, 'push', 'refs/heads/main', 'held'],
    [off, 'push', 'refs/heads/wip/a/b', 'held'],
    [off, 'push', 'refs/heads/release/1', 'held'],
  ]);
  t.notOk(
    (await deliveries()).some(([id]) => id === inactive || id === disabled),
    'a switched-off one gets nothing',
  );

  /** By one answer that says so. */
  async function giveUp(id: number) {
    const { jobs } = await store.queue.turn({ settlements: [], claims: [], released: [] }, RULES, NOW);
    t.same(jobs, []);
    const db = new Database(join(home(), 'belfry.db'));
    db.prepare('update webhook set disabled_at = ? where id = ?').run(NOW, id);
    db.close();
  }
  function home() {
    return t.testdirName;
  }
});

t.test('a webhook that wants none of it is owed nothing, and the push is recorded all the same', async t => {
  const { store } = openTestStore(t);
  await store.webhooks.add(sampleWebhook({ branches: ['main'] }), '', NOW);
  const recorded = await recordPush(store, branches('dev'), { spoolName: 'one' });
  t.match(recorded, { fresh: true, deliveries: 0, webhookIds: [] });
  t.equal(await store.pushes.known('one'), true);
  t.equal(await store.pushes.known('two'), false);
  const empty = await recordPush(store, [], { spoolName: 'two' });
  t.match(empty, { fresh: true, deliveries: 0 }, 'a push of refs that are neither branch nor tag');
});

t.test('the same spool file twice is one push', async t => {
  const { store } = openTestStore(t);
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

t.test('one delivery per ref, in the order of the push; a robot has one for all that a push did', async t => {
  const { store } = openTestStore(t);
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
  t.match(recorded, { deliveries: 4, webhookIds: [gitee, robot.id] });
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
    RULES,
    NOW,
  );
  t.same(
    jobs.map(job => job.events.map(event => event.name)),
    [['push', 'push', 'tag_push']],
  );
});

t.test(
  'events without a ref have one lane; what is stored is the compact body, with its keys in order',
  async t => {
    const { store } = openTestStore(t);
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
  const { store } = openTestStore(t);
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const broken = { ...samplePush(), name: null } as never;
  await t.rejects(recordPush(store, [samplePush(), broken], { spoolName: 'half' }));
  t.equal(await store.pushes.known('half'), false);
  t.same(await store.deliveries.list({ limit: 10 }), []);
});

t.test('10,000 refs in one push', async t => {
  const { store } = openTestStore(t);
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
