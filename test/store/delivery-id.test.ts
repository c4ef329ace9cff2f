import t from 'tap';
import { deliveryIds } from '../../src/store/delivery-id.ts';

t.test('16 characters that people can read out, sorted by time, counted up within a batch', async t => {
  const next = deliveryIds(Date.UTC(2026, 10, 23, 9, 0, 0));
  const batch = Array.from({ length: 1_000 }, next);
  for (const id of batch) t.match(id, /^[0-9a-hjkmnp-tv-z]{16}$/, { name: id });
  t.same([...batch].sort(), batch);
  t.equal(new Set(batch).size, 1_000);
  t.equal(new Set(batch.map(id => id.slice(0, 7))).size, 1, 'one second, one beginning');
  t.equal(batch[0]!.slice(0, 7), '1ng804g');
  t.ok(deliveryIds(Date.UTC(2026, 10, 23, 9, 0, 1))() > batch[999]!, 'a second later sorts later');
  t.equal(deliveryIds(0)().slice(0, 7), '0000000');
  t.equal(deliveryIds(Date.UTC(3058, 0, 1))().length, 16);
});

t.test('two batches of the same moment have nothing in common', async t => {
  const ids = new Set<string>();
  for (let batch = 0; batch < 200; batch++) {
    const next = deliveryIds(1_000);
    for (let n = 0; n < 50; n++) ids.add(next());
  }
  t.equal(ids.size, 10_000);
});
