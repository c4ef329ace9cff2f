/** Two secrets at once: how long, what ends it early, and that the old one is forgotten. */
import t from 'tap';
import { openTestStore, sampleWebhook } from './stage.ts';

const NOW = 1_000_000;
const TIMES = { until: NOW + 1_000, tokenFrom: NOW + 1_000 };

t.test('the old one is kept until its time is over', async t => {
  const { store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const shown = await store.webhooks.rotate(id, 'new secret', TIMES, NOW);
  t.match(shown, { old_secret_until: TIMES.until, token_from: TIMES.tokenFrom });
  t.match(await store.webhooks.target(id), {
    secret: 'new secret',
    old: { secret: 'a secret of the test', until: TIMES.until, tokenFrom: TIMES.tokenFrom },
  });
  t.equal(await store.webhooks.forgetOld(TIMES.until - 1), 0);
  t.equal(await store.webhooks.forgetOld(TIMES.until), 1);
  t.match(await store.webhooks.target(id), { secret: 'new secret', old: null });
});

t.test('one at a time', async t => {
  const { store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  await store.webhooks.rotate(id, 'second', TIMES, NOW);
  await t.rejects(store.webhooks.rotate(id, 'third', TIMES, NOW + 1), { code: 'conflict' });
  t.equal((await store.webhooks.target(id)).secret, 'second', 'nothing has changed');
  const later = { until: NOW + 5_000, tokenFrom: NOW + 5_000 };
  await store.webhooks.rotate(id, 'third', later, TIMES.until);
  t.equal(
    (await store.webhooks.target(id)).old?.secret,
    'second',
    'when the first is over, the next may begin',
  );
});

t.test('without a secret there is nothing to replace', async t => {
  const { store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook({ auth: 'none', secret: null }), 'x', NOW);
  await t.rejects(store.webhooks.rotate(id, 'new', TIMES, NOW), { code: 'invalid' });
  await t.rejects(store.webhooks.rotate(99, 'new', TIMES, NOW), { code: 'not-found' });
});

t.test('editing something else goes on with it, a new secret ends it', async t => {
  const { store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  await store.webhooks.rotate(id, 'second', TIMES, NOW);
  await store.webhooks.replace(id, sampleWebhook({ secret: 'second', name: 'x' }), 'x', NOW);
  t.equal((await store.webhooks.target(id)).old?.secret, 'a secret of the test');
  await store.webhooks.replace(id, sampleWebhook({ secret: 'third' }), 'x', NOW);
  t.match(await store.webhooks.target(id), { secret: 'third', old: null });
});
