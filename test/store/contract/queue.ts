/** One turn: settle what was answered, claim what there is room for; the states of a delivery, row by row. */

import type { Test } from 'tap';
import { QUEUE_RULES } from '../../../src/delivery/decide.ts';
import type { EventWord } from '../../../src/model/names.ts';
import { matches } from '../../support/matches.ts';
import { sampleNewBranch, samplePush, sampleTag } from '../../support/sample-events.ts';
import {
  branches,
  claim,
  EMPTY_ATTEMPT,
  failure,
  NOW,
  outcome,
  recordPush,
  sampleWebhook,
  settle,
} from '../samples.ts';
import type { Open } from './open.ts';

const DAY = 86_400_000;

export function queueContract(t: Test, open: Open): void {
  t.test('pending → sending → delivered', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('main'));
    const row = async () => (await store.deliveries.list({ limit: 1 }))[0]!;
    t.match(await row(), {
      state: 'pending',
      attempts: 0,
      next_attempt_at: NOW,
      last_status: null,
      last_error: null,
    });

    const [job] = await claim(store, id, { at: NOW + 1 });
    t.match(job, {
      webhookId: id,
      orderKey: 'refs/heads/main',
      retry: false,
      attempts: 0,
      tries: 0,
      fallback: 0,
      digest: false,
    });
    matches(t, job!.events, [{ name: 'push', repository: 'app' }]);
    t.equal(job!.events[0]!.data, (await store.deliveries.show(job!.id)).data, 'the bytes that will be sent');
    t.match(await row(), { state: 'sending' });
    t.same(await claim(store, id), [], 'nobody else gets it');

    const { disabled } = await settle(store, [outcome(job!)], NOW + 90);
    t.same(disabled, []);
    t.match(await row(), {
      state: 'delivered',
      attempts: 1,
      next_attempt_at: null,
      last_status: 200,
      last_error: null,
    });
    const { history } = await store.deliveries.show(job!.id);
    t.same(history, [{ ...EMPTY_ATTEMPT, durationMs: 84, number: 1 }]);
    t.equal(await store.queue.hasPending(), false);
  });

  t.test('a delivery for a word of a push is claimed, listed and found by that word', async t => {
    const { store } = await open(t);
    const events: EventWord[] = ['push', 'create'];
    const { id } = await store.webhooks.add(sampleWebhook({ kind: 'github', events }), '', NOW);
    await recordPush(store, [sampleNewBranch('x')]);
    const jobs = await claim(store, id);
    t.strictSame(
      jobs.map(({ word, orderKey, events: [event] }) => [word, orderKey, event?.name]),
      [
        ['create', 'refs/heads/x', 'push'],
        [null, 'refs/heads/x', 'push'],
      ],
    );
    const found = await store.deliveries.list({ event: 'create', limit: 9 });
    t.strictSame(
      found.map(one => [one.id, one.event]),
      [[jobs[0]!.id, 'create']],
    );
    t.equal((await store.deliveries.list({ event: 'push', limit: 9 })).length, 1);
  });

  t.test('sending → pending, with the time of the next attempt, and again', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('main'));
    const [job] = await claim(store, id);
    await settle(store, [failure(job!, NOW + 10_000)]);
    const row = async () => (await store.deliveries.list({ limit: 1 }))[0]!;
    t.match(await row(), {
      state: 'pending',
      attempts: 1,
      next_attempt_at: NOW + 10_000,
      last_status: 500,
      last_error: 'The receiver answered 500.',
    });
    t.equal(await store.queue.nextRetryAt(), NOW + 10_000);
    t.same(await claim(store, id, { at: NOW + 9_999 }), [], 'not due');
    const [again] = await claim(store, id, { at: NOW + 10_000 });
    t.match(again, { id: job!.id, retry: true, attempts: 1, tries: 1 });
    await settle(store, [outcome(again!)], NOW + 10_050);
    t.match(await row(), { state: 'delivered', attempts: 2, last_status: 200, last_error: null });
    const { history } = await store.deliveries.show(job!.id);
    t.same(
      history.map(one => [one.number, one.status]),
      [
        [1, 500],
        [2, 200],
      ],
    );
  });

  t.test('sending → failed, and an attempt without any answer', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('main'));
    const [job] = await claim(store, id);
    await settle(store, [
      outcome(job!, {
        state: 'failed',
        health: { kind: 'transient', hint: 'connection refused' },
        record: {
          status: null,
          error: 'connection refused',
          verdict: 'transient',
          hint: null,
          address: null,
        },
      }),
    ]);
    t.match((await store.deliveries.list({ limit: 1 }))[0], {
      state: 'failed',
      attempts: 1,
      next_attempt_at: null,
      last_status: null,
      last_error: 'connection refused',
    });
    t.equal(await store.queue.hasPending(), false);
  });

  t.test(
    'a claim takes first attempts in order, and retries by their time, and no more than there is room for',
    async t => {
      const { store } = await open(t);
      const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
      const { id: other } = await store.webhooks.add(sampleWebhook(), '', NOW);
      await recordPush(store, [...branches('a', 'b', 'c', 'd'), sampleTag('v1')]);
      const keys = (jobs: { orderKey: string }[]) => jobs.map(job => job.orderKey.split('/').at(-1));
      const first = await claim(store, id, { firsts: 3 });
      t.same(keys(first), ['a', 'b', 'c']);
      const [a, b, c] = first;
      await settle(store, [failure(a!, NOW + 30), failure(b!, NOW + 10), failure(c!, NOW + 20)]);
      t.same(
        keys(await claim(store, id, { firsts: 0, retries: 2, at: NOW + 30 })),
        ['b', 'c'],
        'the oldest time first',
      );
      const both = await claim(store, id, { firsts: 1, retries: 5, at: NOW + 30 });
      t.same(
        both.map(job => [job.orderKey.split('/').at(-1), job.retry]),
        [
          ['a', true],
          ['d', false],
        ],
      );
      t.equal((await claim(store, other)).length, 5, 'another webhook has its own');
      t.same(await claim(store, 999), []);
    },
  );

  t.test('first attempts are claimed behind a place, past those that are in hand', async t => {
    const { store } = await open(t);
    const { id: webhookId } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', NOW);
    await recordPush(store, branches('a', 'b', 'c', 'd'));
    const take = async (firsts: number, claimed: number[], after = 0) => {
      const wanted = { webhookId, firsts, retries: 1, claimed: new Set(claimed), after };
      const { jobs } = await store.queue.turn(
        { settlements: [], claims: [wanted], released: [] },
        QUEUE_RULES,
        NOW,
      );
      return jobs.map(job => job.seq);
    };
    const [a, b, c, d] = (await take(9, [])) as [number, number, number, number];
    t.same(await take(2, [a]), [b, c]);
    t.same(await take(9, [a], b), [c, d]);
    t.same(await take(9, [a, c]), [b, d], 'nothing was marked, so all of it is still there');
  });

  t.test('texts of 16 million characters are enough for one turn: it says whose claim it cut', async t => {
    const { store } = await open(t);
    const add = async (path: string) =>
      (await store.webhooks.add(sampleWebhook(), `https://ci.example.com${path}`, NOW)).id;
    const [one, two, three] = [await add('/1'), await add('/2'), await add('/3')];
    const big = 'x'.repeat(6_000_000);
    await recordPush(
      store,
      ['a', 'b', 'c', 'd'].map(name => samplePush({ ref: `refs/heads/${name}`, compare: big })),
    );
    const take = (...wanted: [webhookId: number, firsts: number][]) =>
      store.queue.turn(
        {
          settlements: [],
          claims: wanted.map(([webhookId, firsts]) => ({ webhookId, firsts, retries: 1 })),
          released: [],
        },
        QUEUE_RULES,
        NOW,
      );
    const first = await take([one, 2], [two, 9], [three, 1]);
    t.same(
      first.jobs.map(job => job.webhookId),
      [one, one, two, two, two, three],
      'what was read for one webhook is there for the others',
    );
    t.same(first.cut, new Set([two]));
    const second = await take([two, 9], [three, 9]);
    t.same(
      second.jobs.map(job => job.webhookId),
      [two, three, three, three],
    );
    t.same(second.cut, new Set());
  });

  t.test('what the queue is asked between turns', async t => {
    const { store } = await open(t);
    t.same(await store.queue.ready(NOW), []);
    t.equal(await store.queue.nextRetryAt(), null);
    t.equal(await store.queue.hasPending(), false);
    const ids: number[] = [];
    for (let n = 0; n < 4; n++) ids.push((await store.webhooks.add(sampleWebhook(), '', NOW)).id);
    await recordPush(store, branches('a', 'b'));
    t.same(await store.queue.ready(NOW), ids);
    const [one, two, three] = ids;
    for (const job of await claim(store, one!)) await settle(store, [failure(job, NOW + 10_000)]);
    for (const job of await claim(store, two!)) await settle(store, [outcome(job)]);
    await claim(store, three!);
    t.same(await store.queue.ready(NOW), [ids[3]], 'neither what waits for its retry nor what is being sent');
    t.same((await store.queue.ready(NOW + 10_000)).sort(), [one, ids[3]]);
    t.equal(await store.queue.hasPending(), true);
    t.equal(await store.queue.nextRetryAt(), NOW + 10_000);
    await store.webhooks.disable(two!, NOW);
    t.same(await store.queue.off([...ids, 77]), [two, 77], 'switched off, and unknown');
  });

  t.test('what a clock ahead of its time has put off is due when it is right again', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b', 'c'));
    const [a, b, c] = await claim(store, id);
    const [day, hour] = [24 * 3_600_000, 3_600_000];
    await store.queue.turn(
      { settlements: [failure(a!, NOW + 10 * hour)], claims: [], released: [] },
      QUEUE_RULES,
      NOW,
    );
    await store.queue.turn(
      { settlements: [failure(b!, NOW + day + 10_000)], claims: [], released: [] },
      QUEUE_RULES,
      NOW + day,
    );
    await store.queue.turn(
      { settlements: [failure(c!, NOW + 30_000)], claims: [], released: [] },
      QUEUE_RULES,
      NOW + 30_000,
    );
    t.equal(await store.queue.pullIn(NOW), 1, 'a day ahead; neither ten hours to wait nor seconds ahead');
    t.same(await store.queue.ready(NOW), [id]);
    t.equal(await store.queue.pullIn(NOW - 365 * day), 3, 'a year ahead');
    t.equal(await store.queue.pullIn(NOW - 365 * day), 0);
  });

  t.test('what was claimed and not sent goes back where it was', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b'));
    const jobs = await claim(store, id);
    await store.queue.turn(
      { settlements: [], claims: [], released: jobs.map(job => job.seq) },
      QUEUE_RULES,
      NOW,
    );
    const again = await claim(store, id);
    t.same(
      again.map(job => [job.id, job.retry]),
      jobs.map(job => [job.id, false]),
    );
    await settle(store, [outcome(again[0]!)]);
    await store.queue.turn(
      { settlements: [], claims: [], released: again.map(job => job.seq) },
      QUEUE_RULES,
      NOW,
    );
    matches(t, (await store.deliveries.list({ limit: 2 })).reverse(), [
      { state: 'delivered' },
      { state: 'pending' },
    ]);
  });

  t.test('410 disables: what waits is held, new pushes are held, enabling sends them', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b', 'c'));
    const [job] = await claim(store, id, { firsts: 1 });
    const gone = { kind: 'gone', hint: 'The receiver says that it is gone for good (410).' };
    const { disabled } = await settle(store, [outcome(job!, { state: 'failed', health: gone })], NOW + 5);
    t.same(disabled, [{ webhookId: id, reason: gone.hint, held: 2 }]);
    t.match(await store.webhooks.get(id), {
      active: true,
      disabled_at: NOW + 5,
      disabled_reason: gone.hint,
      failures: 1,
      failing_since: NOW + 5,
    });
    await recordPush(store, branches('d'));
    const states = async () => (await store.deliveries.list({ limit: 9 })).reverse().map(one => one.state);
    t.same(await states(), ['failed', 'held', 'held', 'held']);
    t.same(await claim(store, id), []);
    t.equal(await store.webhooks.enable(id, NOW + 9), 3);
    t.same(await states(), ['failed', 'pending', 'pending', 'pending']);
    t.match(await store.webhooks.get(id), {
      disabled_at: null,
      disabled_reason: null,
      failures: 0,
      failing_since: null,
    });
    t.equal((await claim(store, id)).length, 3);
  });

  t.test('a disabled webhook: what comes back from the wire as a failure is held too', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b'));
    const [a, b] = await claim(store, id);
    const gone = outcome(a!, { state: 'failed', health: { kind: 'gone', hint: 'gone' } });
    await settle(store, [gone, failure(b!, NOW + 10)]);
    matches(t, (await store.deliveries.list({ limit: 2 })).reverse(), [
      { state: 'failed' },
      { state: 'held' },
    ]);
  });

  t.test('five days and ten failures, not earlier; one success and it starts anew', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    const fail = async (at: number) => {
      await recordPush(store, branches('a'), { at });
      const [job] = await claim(store, id, { at });
      return (await settle(store, [failure(job!, at + 10 * DAY)], at)).disabled;
    };
    for (let n = 0; n < 9; n++) t.same(await fail(NOW + n), []);
    t.same(await fail(NOW + 5 * DAY - 1), [], 'the tenth, a moment before five days are over');
    await recordPush(store, branches('ok'), { at: NOW });
    const [good] = await claim(store, id, { retries: 0 });
    await settle(store, [outcome(good!)]);
    t.match(await store.webhooks.get(id), { failures: 0, failing_since: null });
    const begin = NOW + 6 * DAY;
    t.same(await fail(begin), []);
    for (let n = 1; n < 9; n++)
      t.same(await fail(begin + 6 * DAY + n), [], 'after five days, but not ten times');
    const [last] = await fail(begin + 7 * DAY);
    t.match(last, {
      webhookId: id,
      reason: 'Every attempt failed for 7 days (10 attempts): The receiver answered 500.',
    });
    t.ok(last!.held > 10, 'everything that waited is held');
  });

  t.test('what only a person can mend disables after three times', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b', 'c'));
    const health = { kind: 'config', hint: 'The token is wrong.' };
    const counts: number[] = [];
    for (const job of await claim(store, id)) {
      counts.push((await settle(store, [outcome(job, { state: 'failed', health })])).disabled.length);
    }
    t.same(counts, [0, 0, 1]);
  });

  t.test('what says nothing about the webhook leaves its health alone', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b'));
    const [a, b] = await claim(store, id);
    await settle(store, [failure(a!, NOW + 10)]);
    await settle(store, [
      outcome(b!, { state: 'pending', nextAttemptAt: NOW + 1, health: null, fallback: 1, tries: 0 }),
    ]);
    t.match(await store.webhooks.get(id), { failures: 1, failing_since: NOW });
    const retried = await claim(store, id, { at: NOW + 1, firsts: 0 });
    matches(t, retried, [{ id: b!.id, fallback: 1, tries: 0, attempts: 1 }]);
  });

  t.test('a worker that died: the next one frees what it had claimed, once', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b', 'c'));
    await claim(store, id, { firsts: 2 });
    t.equal(await store.queue.hasPending(), true);
    t.equal(await store.queue.recover(NOW + 7), 2);
    t.equal(await store.queue.recover(NOW + 8), 0);
    t.same(
      (await claim(store, id)).map(job => [job.orderKey, job.retry]),
      [
        ['refs/heads/a', false],
        ['refs/heads/b', false],
        ['refs/heads/c', false],
      ],
      'in the same order as before',
    );
  });

  t.test('only what a dead worker had in hand counts as owed as well', async t => {
    const { store, again } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a'));
    await claim(store, id);
    const other = await again();
    t.equal(await other.queue.hasPending(), true, 'or no command would start the next worker');
  });

  t.test('another process is noticed, and only another one', async t => {
    const { store, again } = await open(t);
    const before = await store.queue.version();
    await store.settings.set('keep.days', '3');
    t.equal(await store.queue.version(), before, 'not by what it wrote itself');
    const other = await again();
    t.equal(await store.queue.version(), before, 'nor by somebody who only looks');
    await other.settings.set('keep.days', '4');
    t.not(await store.queue.version(), before);
  });
}
