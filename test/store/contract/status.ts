/** The numbers that an admin is shown. */
import type { Test } from 'tap';
import { branches, claim, failure, NOW, outcome, recordPush, sampleWebhook, settle } from '../samples.ts';
import type { Open } from './open.ts';

export function statusContract(t: Test, open: Open): void {
  t.test('the numbers of an empty queue', async t => {
    const { store } = await open(t);
    t.same(await store.status.queue(0), {
      pending: 0,
      sending: 0,
      held: 0,
      failed: 0,
      oldest_pending_at: null,
      next_attempt_at: null,
      last_delivered_at: null,
    });
    t.same(await store.status.lastErrors(0, 5), []);
  });

  t.test('the numbers of a queue with everything in it, and the last errors', async t => {
    const { store } = await open(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    const { id: off } = await store.webhooks.add(sampleWebhook({ branches: ['held'] }), '', NOW);
    await recordPush(store, branches('held'));
    await recordPush(store, branches('b', 'c', 'd', 'e', 'f'), { at: NOW + 100 });
    await store.webhooks.disable(off, NOW);
    const [ok, retry, bad, worse] = await claim(store, id, { firsts: 5 });
    const failed = (hint: string) => ({ state: 'failed', health: null, record: { hint } }) as const;
    await settle(store, [outcome(ok!), failure(retry!, NOW + 5_000)], NOW + 200);
    await settle(store, [outcome(bad!, failed('long ago'))], NOW + 300);
    await settle(
      store,
      [outcome(worse!, { ...failed('now'), record: { hint: 'now', startedAt: NOW + 350 } })],
      NOW + 400,
    );
    t.same(await store.status.queue(0), {
      pending: 2,
      sending: 1,
      held: 1,
      failed: 2,
      oldest_pending_at: NOW + 100,
      next_attempt_at: NOW + 5_000,
      last_delivered_at: NOW + 350 + 84,
    });
    t.match(await store.status.queue(NOW + 400), { failed: 1 });
    t.same(await store.status.lastErrors(0, 5), [
      { id: worse!.id, webhook_id: id, error: 'now', at: NOW + 400 },
      { id: bad!.id, webhook_id: id, error: 'long ago', at: NOW + 300 },
    ]);
    t.equal((await store.status.lastErrors(0, 1)).length, 1);
    t.equal((await store.status.lastErrors(NOW + 301, 5)).length, 1);
  });
}
