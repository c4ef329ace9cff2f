/** From verdict to next state, row by row of the table of states in docs/reliability.md. */
import t from 'tap';
import { decide } from '../../src/delivery/decide.ts';
import type { Verdict } from '../../src/model/verdict.ts';

const NOW = 1_000_000;
const from = (verdict: Verdict, job = {}, random = 0.5) =>
  decide({ tries: 0, fallback: 0, ...job }, verdict, NOW, random);

t.test('accepted', async t => {
  t.same(from({ kind: 'ok' }), {
    state: 'delivered',
    nextAttemptAt: null,
    tries: 1,
    fallback: 0,
    health: 'ok',
  });
});

const transient = (retryAfterMs: number | null = null): Verdict => ({
  kind: 'transient',
  retryAfterMs,
  code: '500',
  hint: 'The receiver answered 500.',
});

t.test('a failure goes on the schedule, with jitter, and ends it after eight retries', async t => {
  const delays = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000];
  for (const [tries, delay] of delays.entries()) {
    t.match(from(transient(), { tries }), { state: 'pending', nextAttemptAt: NOW + delay, tries: tries + 1 });
    t.equal(from(transient(), { tries }, 0).nextAttemptAt, NOW + delay * 0.8);
    t.equal(from(transient(), { tries }, 1).nextAttemptAt, NOW + delay * 1.2);
  }
  t.match(from(transient(), { tries: 8 }), { state: 'failed', nextAttemptAt: null, tries: 9 });
  t.match(from(transient()).health, { kind: 'transient', hint: 'The receiver answered 500.' });
});

t.test('Retry-After wins, and uses up a try; behind the last try there is no more', async t => {
  t.match(from(transient(120_000)), { state: 'pending', nextAttemptAt: NOW + 120_000, tries: 1 });
  t.match(from(transient(120_000), { tries: 7 }), { state: 'pending', nextAttemptAt: NOW + 120_000 });
  t.match(from(transient(120_000), { tries: 8 }), { state: 'failed', nextAttemptAt: null });
});

t.test('where no retry can help there is none', async t => {
  const gone = { kind: 'gone', code: '410', hint: 'gone' } as const;
  t.same(from(gone), { state: 'failed', nextAttemptAt: null, tries: 1, fallback: 0, health: gone });
  const config = { kind: 'config', reason: 'token', code: '1', hint: 'wrong' } as const;
  t.same(from(config), { state: 'failed', nextAttemptAt: null, tries: 1, fallback: 0, health: config });
});

t.test(
  'too fast is nobody’s fault: later, without using up the schedule, and the webhook is well',
  async t => {
    const rate = { kind: 'rate', scope: 'robot', retryAfterMs: 600_000, code: '1', hint: 'slow' } as const;
    t.same(from(rate, { tries: 7, fallback: 1 }), {
      state: 'pending',
      nextAttemptAt: NOW + 600_000,
      tries: 7,
      fallback: 1,
      health: null,
    });
  },
);

t.test(
  'a message that is refused goes out shorter, then as plain text, at once, and then it has failed',
  async t => {
    const tooLong = { kind: 'payload', reason: 'too_long', code: '1', hint: 'long' } as const;
    t.same(from(tooLong), { state: 'pending', nextAttemptAt: NOW, tries: 0, fallback: 1, health: null });
    t.match(from(tooLong, { fallback: 1 }), { state: 'pending', fallback: 2 });
    t.match(from(tooLong, { fallback: 2 }), {
      state: 'failed',
      nextAttemptAt: null,
      fallback: 2,
      health: tooLong,
    });
    const rejected = { kind: 'payload', reason: 'rejected', code: '1', hint: 'no' } as const;
    t.match(
      from(rejected),
      { state: 'pending', fallback: 2 },
      'what is refused for what it is, is not too long',
    );
  },
);
