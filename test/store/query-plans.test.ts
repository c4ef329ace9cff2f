/** The queries that run for every push and every delivery: which index they use, and how many statements they take. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { QUEUE_RULES } from '../../src/delivery/decide.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import { samplePush } from '../support/sample-events.ts';
import { claim, failure, NOW, outcome, recordPush, register, sampleWebhook } from './samples.ts';
import { spySql } from './spy-sql.ts';
import { openTestStore } from './stage.ts';

const spy = spySql();
t.teardown(() => spy.stop());

function pushes(count: number): EventContent[] {
  const event = samplePush();
  return Array.from({ length: count }, (_, n) => ({
    ...event,
    data: { ...event.data, ref: `refs/heads/b${n}` },
  })) as EventContent[];
}

t.test('every hot query answers from its index', async t => {
  spy.reset();
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  await recordPush(store, pushes(3));
  for (const job of await claim(store, id, { firsts: 2 })) {
    await store.queue.turn({ settlements: [failure(job, NOW)], claims: [], released: [] }, QUEUE_RULES, NOW);
  }
  await claim(store, id, { firsts: 0, retries: 1 });
  await store.queue.recover(NOW);
  await store.queue.ready(NOW);
  await store.queue.hasPending();
  await store.queue.nextRetryAt();
  await store.deliveries.list({ limit: 30 });
  await store.deliveries.list({ limit: 30, webhookId: id });
  await store.status.queue(NOW);
  await store.status.lastErrors(NOW, 5);
  await store.robots.merge(id, () => [], NOW);
  await store.webhooks.disable(id, NOW);
  await store.webhooks.enable(id, NOW);
  await store.webhooks.remove(id, NOW);
  await store.prune.step({ deliveries: 0, events: 0 }, NOW, 10);

  const db = new Database(join(home, 'belfry.db'), { readonly: true });
  const queries = [...new Set(spy.prepared)].filter(sql => /^(select|update|delete|with|insert)/i.test(sql));
  const plan = (sql: string) =>
    (db.prepare(`explain query plan ${sql}`).all(...holes(sql)) as { detail: string }[]).map(
      row => row.detail,
    );
  const plans = queries.map(sql => ({ sql, plan: plan(sql) }));
  db.close();

  // Only these tables grow with the pushes. A scan is allowed along an index that holds nothing but what is looked for.
  const grown = /^SCAN (delivery|event|attempt|push|ref_tip)\b/;
  const along = /^SCAN \w+ USING (COVERING )?INDEX delivery_(first|retry|due|sending|held|failed|digest)\b/;
  const scans = plans.flatMap(({ sql, plan }) =>
    plan.filter(line => grown.test(line) && !along.test(line)).map(line => ({ sql, line })),
  );
  t.same(
    scans.filter(
      ({ sql }) => !/order by (delivery\.seq|id) desc limit \?|order by id desc limit 1$/.test(sql),
    ),
    [],
    'newest first without a filter walks the rows backwards, as far as the limit; nothing else scans',
  );

  const planOf = (part: RegExp) => {
    const found = plans.filter(one => part.test(one.sql));
    t.ok(found.length > 0, `there is a query like ${part}`);
    return found.flatMap(one => one.plan).join('; ');
  };
  const uses = (part: RegExp, ...indexes: RegExp[]) => {
    const lines = planOf(part);
    for (const index of indexes) t.match(lines, index);
  };
  uses(
    /where webhook_id = \+\? and state = 'pending' and retry = 0 and seq > \+\? order by seq$/,
    /delivery_first \(webhook_id=\? AND seq>\?\)/,
  );
  uses(
    /retry = 1 and next_attempt_at <= \+\? order by next_attempt_at/,
    /delivery_retry \(webhook_id=\? AND next_attempt_at<\?\)/,
  );
  uses(/^select min\(next_attempt_at\)/, /delivery_due/);
  uses(/^with recursive waiting/, /delivery_first/);
  uses(/^select exists/, /delivery_first/, /delivery_(due|retry)/, /delivery_sending/);
  uses(/from webhook where active = 1 and scope in/, /webhook_scope \(scope=\?\)/);
  t.match(planOf(/select distinct webhook_id from delivery/), /delivery_due \(next_attempt_at<\?\)/);
  t.match(planOf(/where state = 'sending' returning/), /delivery_sending/);
  t.match(planOf(/set state = 'held'/), /delivery_first.*delivery_retry/);
  t.match(planOf(/as key, .* from delivery/), /delivery_first.*delivery_retry/);
  t.match(
    planOf(/set state = 'pending', next_attempt_at = \?, updated_at = \? where webhook_id = \?/),
    /delivery_held/,
  );
  const list = planOf(/left join webhook on webhook.id = delivery.webhook_id order by/);
  t.match(list, /^SCAN delivery; SEARCH event USING INTEGER PRIMARY KEY/);
  t.notMatch(list, /TEMP B-TREE/, 'newest first without sorting');
  t.match(planOf(/where delivery.webhook_id = \? order by/), /delivery_webhook \(webhook_id=\?\)/);
});

t.test(
  'what one turn costs: no statement is prepared, one commit, a fixed number for each delivery',
  async t => {
    const { store } = openTestStore(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, pushes(60));
    const cost = async (work: () => Promise<unknown>) => {
      spy.reset();
      await work();
      t.same(spy.prepared, [], 'nothing is prepared');
      t.equal(spy.ran.filter(sql => /^commit/i.test(sql)).length, 1, 'one commit');
      return spy.ran.length;
    };
    const taken: Awaited<ReturnType<typeof claim>> = [];
    const take = (firsts: number) =>
      cost(async () => void taken.push(...(await claim(store, id, { firsts }))));
    const give = (count: number, at: number | null) => {
      const settlements = taken.splice(0, count).map(job => (at === null ? outcome(job) : failure(job, at)));
      return cost(() => store.queue.turn({ settlements, claims: [], released: [] }, QUEUE_RULES, NOW));
    };
    const [ten, twenty] = [await take(10), await take(20)];
    t.ok((twenty - ten) / 10 <= 2, `claiming: ${(twenty - ten) / 10} statements for each`);
    const [fiveOk, tenOk] = [await give(5, null), await give(10, null)];
    t.ok((tenOk - fiveOk) / 5 <= 3, `settling a success: ${(tenOk - fiveOk) / 5}`);
    const [fiveBad, tenBad] = [await give(5, NOW), await give(10, NOW)];
    t.ok((tenBad - fiveBad) / 5 <= 4, `settling a failure: ${(tenBad - fiveBad) / 5}`);

    spy.reset();
    for (let n = 0; n < 5; n++) {
      await store.queue.ready(NOW);
      await store.queue.nextRetryAt();
      await store.queue.hasPending();
      await store.queue.version();
    }
    t.same(spy.prepared, [], 'nor for the looks between turns');
  },
);

t.test('what runs for every delivery is compiled once, and makes no table of its own', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  await store.users.ensure('zhang-san', {}, NOW);
  await recordPush(store, pushes(6));
  spy.reset();
  await recordPush(store, pushes(2));
  const [ok, bad] = await claim(store, id, { firsts: 2 });
  await store.queue.turn(
    { settlements: [outcome(ok!), failure(bad!, NOW)], claims: [], released: [] },
    QUEUE_RULES,
    NOW,
  );
  await store.queue.turn(
    { settlements: [], sending: [1], claims: [], released: [bad!.seq] },
    QUEUE_RULES,
    NOW,
  );
  await claim(store, id, { firsts: 0, retries: 1 });
  const db = new Database(join(home, 'belfry.db'), { readonly: true });
  const ran = [...new Set(spy.ran)].filter(sql => /^(select|update|delete|with|insert)/i.test(sql));
  t.ok(ran.length > 10);
  for (const sql of ran) {
    const steps = db.prepare(`explain ${sql}`).all(...holes(sql)) as { opcode: string }[];
    // One look for the webhooks of a push takes its scopes as JSON; what returns rows is for failures.
    if (!/json_each|returning/.test(sql))
      t.notOk(
        steps.some(step => step.opcode === 'OpenEphemeral'),
        sql,
      );
    t.notMatch(sql, /limit [?@]\w*$/);
    if (/ join | where .*(= '|= \d|is null|> 0)/.test(sql))
      t.notMatch(sql.replace(/.* where /, ''), /= [?@]/);
  }
  db.close();
});

t.test('what a push costs: one commit, one statement for each event and each delivery', async t => {
  const { store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const cost = async (refs: number) => {
    await register(store, '/srv/git/acme/app.git', NOW);
    spy.reset();
    await recordPush(store, pushes(refs));
    t.equal(spy.ran.filter(sql => /^insert into delivery/.test(sql)).length, refs * 2);
    t.equal(spy.ran.filter(sql => /^insert or ignore into push/.test(sql)).length, 1);
    t.ok(spy.prepared.length < 8, `${spy.prepared.length} prepared`);
    return spy.ran.length;
  };
  // What is new of a repository's events makes patterns.
  await cost(1);
  await cost(2);
  const [ten, hundred] = [await cost(10), await cost(100)];
  t.equal((hundred - ten) / 90, 3, 'an event and two deliveries');
  t.equal((await store.deliveries.list({ limit: 1_000, webhookId: id })).length, 113);
});

/** Something for each parameter: what it is does not change the plan. */
function holes(sql: string): unknown[] {
  const named = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]);
  if (named.length > 0) return [Object.fromEntries(named)];
  return Array.from(sql.matchAll(/\?/g), () => 1);
}
