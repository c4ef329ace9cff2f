/** Answers gather for a moment, and in a long queue for a longer one. */
import t from 'tap';
import { createSettlementBuffer } from '../../src/delivery/settlement-buffer.ts';
import type { Settlement } from '../../src/model/job.ts';

function settlement(responseBody = 'ok'): Settlement {
  return { attempt: { responseBody } } as Settlement;
}

/** How many it takes until they are to be written at once. */
function fill(buffer: ReturnType<typeof createSettlementBuffer>, body?: string): number {
  for (let count = 1; ; count++) {
    buffer.add(settlement(body));
    if (buffer.full()) return count;
  }
}

t.test('more of them gather as long as many come at a time', async t => {
  const buffer = createSettlementBuffer(() => {});
  t.equal(fill(buffer), 500);
  t.equal(buffer.take().length, 500);
  t.equal(buffer.some(), false);
  t.equal(fill(buffer), 1_500, 'a long queue');
  t.equal(buffer.take().length, 1_500);
  buffer.add(settlement());
  t.equal(buffer.take().length, 1, 'and its end');
  t.equal(fill(buffer), 500);
  buffer.take();
});

t.test('fewer gather when receivers answer with much text', async t => {
  const buffer = createSettlementBuffer(() => {});
  t.equal(fill(buffer, 'x'.repeat(64_000)), 125);
  buffer.take();
  t.equal(fill(buffer), 500, 'only of these');
  buffer.take();
});

t.test('the first of them tells when they have waited long enough', async t => {
  let buffer: ReturnType<typeof createSettlementBuffer> | undefined;
  const told = new Promise<void>(resolve => {
    buffer = createSettlementBuffer(resolve);
  });
  const [first, second] = [settlement(), settlement()];
  buffer!.add(first);
  buffer!.add(second);
  t.equal(buffer!.full(), false);
  await told;
  t.same(buffer!.take(), [first, second]);
});

t.test('what could not be written stays, before what came meanwhile', async t => {
  const buffer = createSettlementBuffer(() => {});
  const [first, second] = [settlement('first'), settlement('second')];
  buffer.add(first);
  const taken = buffer.take();
  buffer.add(second);
  buffer.putBack(taken);
  t.same(buffer.take(), [first, second]);
});
