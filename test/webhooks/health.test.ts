import t from 'tap';
import { reasonToDisable } from '../../src/webhooks/health.ts';

const DAY = 86_400_000;
const failure = (kind: string) => ({ kind, hint: 'The receiver answered 500.' });

t.test('five days and ten failures, both', async t => {
  const reason = (failures: number, for_: number) =>
    reasonToDisable({ failures, failingSince: 1_000 }, failure('transient'), 1_000 + for_);
  t.equal(reason(10, 5 * DAY), 'Every attempt failed for 5 days (10 attempts): The receiver answered 500.');
  t.equal(reason(10, 5 * DAY - 1), null);
  t.equal(reason(9, 50 * DAY), null);
  t.equal(reason(1_000, DAY), null);
  t.equal(
    reason(11, 12.9 * DAY),
    'Every attempt failed for 12 days (11 attempts): The receiver answered 500.',
  );
});

t.test('gone at once; what only a person can mend after three times', async t => {
  const reason = (kind: string, failures: number) =>
    reasonToDisable({ failures, failingSince: 0 }, failure(kind), 0);
  t.equal(reason('gone', 1), 'The receiver answered 500.');
  t.equal(reason('config', 2), null);
  t.equal(reason('config', 3), 'The receiver answered 500.');
  t.equal(reason('payload', 3), null);
});
