/** The log of deliveries, and sending again. */
import type { Test } from 'tap';
import { matches } from '../../support/matches.ts';
import { sampleTag } from '../../support/sample-events.ts';
import { branches, claim, failure, NOW, outcome, recordPush, sampleWebhook, settle } from '../samples.ts';
import type { Open } from './open.ts';

const HOUR = 3_600_000;

export function deliveriesContract(t: Test, open: Open): void {
  t.test('what was said of deliveries is found, and what is behind a mark', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a', 'b', 'c'));
    const [a, b] = await claim(store, id, { firsts: 2 });
    const before = await store.deliveries.mark();
    await settle(store, [
      failure(a!, NOW + HOUR),
      outcome(b!, { record: { responseBody: '100% of C:\\x_y' } }),
    ]);
    const refs = async (filter: object) =>
      (await store.deliveries.list({ limit: 9, ...filter })).map(one => one.ref?.slice(11));
    t.same(await refs({ text: 'ANSWERED 500' }), ['a'], 'in an error, whatever the case');
    t.same(await refs({ text: '100% of' }), ['b'], 'in an answer');
    t.same(await refs({ text: '1%f' }), [], 'no text is a pattern');
    t.same(await refs({ text: 'x_y' }), ['b']);
    t.same(await refs({ text: 'C:\\x' }), ['b']);
    t.same(await refs({ after: before }), ['b', 'a'], 'they had an attempt');
    const then = await store.deliveries.mark();
    t.same(await refs({ after: then }), []);
    await recordPush(store, branches('d'));
    t.same(await refs({ after: then }), ['d'], 'it is new');
  });

  t.test(
    'the log: newest first, by repository, webhook, state, event and time, and not more than asked',
    async t => {
      const { store } = await open(t);
      await store.roots.add('/srv/git');
      const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
      const { id: second } = await store.webhooks.add(sampleWebhook({ events: ['tag_push'] }), '', NOW);
      await recordPush(store, branches('a', 'b'), { directory: '/srv/git/acme/app.git', at: NOW });
      await recordPush(store, [sampleTag('v1')], { directory: '/srv/git/acme/lib.git', at: NOW + HOUR });
      const [a] = await claim(store, id, { firsts: 1 });
      await settle(store, [outcome(a!)]);
      const list = async (filter: object) =>
        (await store.deliveries.list({ limit: 100, ...filter })).map(one => [one.ref, one.webhook_id]);
      const [refA, refB, tag] = ['refs/heads/a', 'refs/heads/b', 'refs/tags/v1'];
      t.same(await list({}), [
        [tag, second],
        [tag, id],
        [refB, id],
        [refA, id],
      ]);
      t.same(await list({ limit: 1 }), [[tag, second]]);
      t.same(await list({ repository: 'acme/app' }), [
        [refB, id],
        [refA, id],
      ]);
      t.same(await list({ webhookId: second }), [[tag, second]]);
      t.same(await list({ state: 'delivered' }), [[refA, id]]);
      t.same(await list({ event: 'push', state: 'pending' }), [[refB, id]]);
      t.same(await list({ since: NOW + 1 }), [
        [tag, second],
        [tag, id],
      ]);
      t.same(await list({ until: NOW + 1, event: 'push' }), [
        [refB, id],
        [refA, id],
      ]);
      t.same(await list({ ref: 'a' }), [[refA, id]]);
      t.same(await list({ ref: 'refs/heads/a' }), [[refA, id]]);
      t.same(await list({ ref: 'v1', webhookId: id }), [[tag, id]]);
      t.same(await list({ ref: 'refs/heads/v1' }), []);
      t.same(await list({ repository: 'acme/none' }), []);
      const [row] = await store.deliveries.list({ limit: 1 });
      t.same(row, {
        id: row!.id,
        event: 'tag_push',
        repository: 'acme/lib',
        ref: tag,
        recovered: false,
        webhook_id: second,
        kind: 'gitee',
        state: 'pending',
        attempts: 0,
        created_at: NOW + HOUR,
        next_attempt_at: NOW + HOUR,
        last_status: null,
        last_error: null,
        merged_into: null,
        replayed: false,
      });
    },
  );

  t.test('one delivery, by its id or by a beginning that fits only one', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a'), { at: NOW });
    await recordPush(store, branches('b'), { at: NOW + 1_000 });
    const [b, a] = await store.deliveries.list({ limit: 2 });
    t.equal((await store.deliveries.show(a!.id)).id, a!.id);
    t.equal((await store.deliveries.show(b!.id.slice(0, 8))).id, b!.id);
    const detail = await store.deliveries.show(a!.id);
    matches(t, detail, { webhook_id: id, history: [] });
    t.equal(JSON.parse(detail.data).ref, 'refs/heads/a');
    const missing = { code: 'not-found', hint: '`belfry deliveries` shows their ids.' };
    await t.rejects(store.deliveries.show('zzzz'), { ...missing, message: 'Unknown delivery zzzz' });
    await t.rejects(store.deliveries.show(a!.id.slice(0, 4)), {
      ...missing,
      message: `${a!.id.slice(0, 4)} matches several deliveries`,
    });
    await t.rejects(store.deliveries.show(''), missing);
    await t.rejects(store.deliveries.show('%'), missing);
  });

  t.test('redelivered: the same id, due now, with a fresh schedule, in whatever state it was', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('delivered', 'failed', 'waiting', 'sending'));
    const never = async () => (await store.deliveries.list({ limit: 1 }))[0]!;
    const [delivered, failed, waiting] = await claim(store, id, { firsts: 3 });
    await settle(store, [
      outcome(delivered!),
      outcome(failed!, { state: 'failed', tries: 9, health: null, record: { status: 500, hint: 'no' } }),
      failure(waiting!, NOW + HOUR),
    ]);
    const [sending] = await claim(store, id);
    await recordPush(store, branches('never sent'));
    const { id: neverSent } = await never();
    t.same(await store.deliveries.redeliver([neverSent], NOW + 5), [{ id: neverSent, state: 'pending' }]);
    const [first] = await claim(store, id, { retries: 0 });
    t.match(first, { id: neverSent, retry: false, redeliveries: 0 }, 'its first attempt is owed as before');
    const ids = [delivered, failed, waiting, sending].map(job => job!.id);
    const done = await store.deliveries.redeliver(ids, NOW + 5);
    t.same(done, [
      { id: ids[0], state: 'pending' },
      { id: ids[1], state: 'pending' },
      { id: ids[2], state: 'pending' },
      { id: ids[3], state: 'sending' },
    ]);
    const jobs = await claim(store, id, { at: NOW + 5 });
    t.same(
      jobs.map(job => [job.id, job.retry, job.attempts, job.tries]),
      ids.slice(0, 3).map(one => [one, true, 1, 0]),
    );
    await settle(store, [outcome(jobs[0]!)], NOW + 6);
    const { history, attempts } = await store.deliveries.show(ids[0]!);
    t.equal(attempts, 2);
    t.same(
      history.map(one => one.number),
      [1, 2],
    );
  });

  t.test('redelivering finds a beginning, refuses an unknown one, and then does nothing at all', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a'));
    const [job] = await claim(store, id);
    await settle(store, [outcome(job!)]);
    await t.rejects(store.deliveries.redeliver([job!.id, 'nope'], NOW), { code: 'not-found' });
    matches(t, await store.deliveries.list({ limit: 1 }), [{ state: 'delivered' }]);
    t.same(await store.deliveries.redeliver([job!.id.slice(0, 10)], NOW), [
      { id: job!.id, state: 'pending' },
    ]);
  });

  t.test('redelivered to a webhook that is off: held, and it says so; to a removed one: refused', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('a'));
    const [job] = await claim(store, id);
    await settle(store, [outcome(job!)]);
    await store.webhooks.disable(id, NOW);
    t.same(await store.deliveries.redeliver([job!.id], NOW), [{ id: job!.id, state: 'held' }]);
    t.equal(await store.webhooks.enable(id, NOW), 1);
    await store.webhooks.remove(id, NOW);
    await t.rejects(store.deliveries.redeliver([job!.id], NOW), {
      code: 'conflict',
      message: `The webhook of delivery ${job!.id} was removed`,
    });
    t.match(await store.deliveries.show(job!.id), {
      kind: '',
      state: 'failed',
      last_error: 'the webhook was removed',
    });
  });

  t.test('redelivering all that failed, since a time, for a webhook', async t => {
    const { store } = await open(t);
    const { id: one } = await store.webhooks.add(sampleWebhook(), '', NOW);
    const { id: two } = await store.webhooks.add(sampleWebhook(), '', NOW);
    const { id: gone } = await store.webhooks.add(sampleWebhook(), '', NOW);
    for (const at of [NOW, NOW + HOUR]) {
      await recordPush(store, branches('a'), { at });
      for (const id of [one, two, gone]) {
        const [job] = await claim(store, id, { at });
        await settle(store, [outcome(job!, { state: 'failed', health: null })], at);
      }
    }
    await store.webhooks.remove(gone, NOW);
    const again = async (filter: { since?: number; webhookId?: number }) =>
      (await store.deliveries.redeliverFailed(filter, NOW + 2 * HOUR)).length;
    t.equal(await again({ since: NOW + HOUR, webhookId: two }), 1);
    t.equal(await again({ since: NOW + HOUR }), 1);
    t.equal(await again({ webhookId: 99 }), 0);
    t.equal(await again({}), 2, 'not those of the removed webhook');
    t.equal(await again({}), 0);
  });

  t.test('who is told of a push, for the pusher who waits', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', NOW);
    await recordPush(store, branches('a', 'b'), { spoolName: 'mine' });
    await recordPush(store, branches('c'), { spoolName: 'other' });
    const [job] = await claim(store, id, { firsts: 1 });
    await settle(store, [failure(job!, NOW + HOUR)]);
    matches(t, await store.deliveries.ofPush('mine'), [
      {
        id: job!.id,
        state: 'pending',
        webhook: 'https://ci.example.com/hook',
        attempt: { status: 500, durationMs: 84 },
      },
      { state: 'pending', attempt: null },
    ]);
    t.same(await store.deliveries.ofPush('nobody'), []);
  });
}
