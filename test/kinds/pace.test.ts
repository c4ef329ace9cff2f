import t from 'tap';
import {
  afterSend,
  afterVerdict,
  FRESH,
  minuteAllowance,
  nextSendAt,
  type Pace,
} from '../../src/kinds/pace.ts';
import type { KindName } from '../../src/model/names.ts';
import type { Verdict } from '../../src/model/verdict.ts';

const START = 1_790_000_000_000;
const rate = (retryAfterMs: number, scope: 'robot' | 'host' = 'robot'): Verdict => ({
  kind: 'rate',
  scope,
  retryAfterMs,
  code: 'x',
  hint: 'x.',
});

/** Sends as fast as the pace allows, as a worker would that restarts after every message. */
function sendTimes(kind: KindName, count: number): number[] {
  const times: number[] = [];
  let pace: Pace = FRESH;
  let now = START;
  for (let i = 0; i < count; i++) {
    now = nextSendAt(kind, pace, now);
    pace = JSON.parse(JSON.stringify(afterSend(kind, pace, now)));
    times.push(now - START);
  }
  return times;
}

/** The most messages that any window of this length holds. */
function busiest(times: number[], ms: number): number {
  return Math.max(...times.map((start, i) => times.slice(i).filter(time => time - start < ms).length));
}

t.test('nobody is ever asked more than its chat allows', async t => {
  const limits: [kind: KindName, ms: number, most: number][] = [
    ['dingtalk', 60_000, 18],
    ['wecom', 60_000, 18],
    ['feishu', 1_000, 4],
    ['feishu', 60_000, 90],
    ['slack', 1_000, 5],
    ['slack', 60_000, 60],
  ];
  for (const [kind, ms, most] of limits) {
    const times = sendTimes(kind, 300);
    t.ok(busiest(times, ms) <= most, `${kind}: ${busiest(times, ms)} in ${ms} ms`);
  }
  t.same(sendTimes('dingtalk', 20), [...Array(18).fill(0), 60_000, 60_000]);
  t.same(sendTimes('feishu', 9), [0, 0, 0, 0, 1_000, 1_000, 1_000, 1_000, 2_000]);
  t.same(sendTimes('gitee', 100), Array(100).fill(0), 'other webhooks have no pace');
});

t.test('what is kept has an end', async t => {
  let pace = FRESH;
  for (let i = 0; i < 1_000; i++) pace = afterSend('feishu', pace, START + i);
  t.equal(pace.sent.length, 90);
  t.equal(pace.sent.at(-1), START + 999);
  t.same(afterSend('gitee', FRESH, START).sent, []);
  t.same(FRESH.sent, [], 'a pace is never changed in place');
});

t.test('a block of ten minutes holds, then the rest goes out as a digest', async t => {
  const blocked = afterVerdict(FRESH, rate(600_000), 'robot', START, 0.5);
  t.equal(nextSendAt('dingtalk', blocked, START + 1), START + 600_000);
  t.equal(nextSendAt('dingtalk', blocked, START + 700_000), START + 700_000);
  t.equal(blocked.digestNext, true);
  const done = afterVerdict(blocked, { kind: 'ok' }, 'robot', START + 600_500, 0.5);
  t.same(done, { ...FRESH });
});

t.test('short pauses double with each refusal, with jitter, up to a minute', async t => {
  let pace = FRESH;
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    const now = START + i * 100_000;
    pace = afterVerdict(pace, rate(2_000), 'robot', now, 0);
    waits.push(nextSendAt('feishu', pace, now) - now);
  }
  t.same(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  t.equal(pace.digestNext, false);
  t.equal(nextSendAt('feishu', afterVerdict(FRESH, rate(2_000), 'robot', START, 1), START), START + 3_000);
});

t.test('a verdict counts for the robot or for its host, never for both', async t => {
  t.equal(afterVerdict(FRESH, rate(300_000, 'host'), 'robot', START, 0), FRESH);
  t.equal(afterVerdict(FRESH, rate(300_000, 'host'), 'host', START, 0).pausedUntil, START + 300_000);
  t.equal(afterVerdict(FRESH, rate(1_000), 'host', START, 0), FRESH);
  const transient: Verdict = { kind: 'transient', retryAfterMs: null, code: 'x', hint: 'x.' };
  t.equal(afterVerdict(FRESH, transient, 'robot', START, 0), FRESH);
});

t.test('a clock that was set back holds nothing for long', async t => {
  const pace = { ...FRESH, sent: Array(18).fill(START + 86_400_000), pausedUntil: START + 86_400_000 };
  t.equal(nextSendAt('dingtalk', { ...pace, pausedUntil: 0 }, START), START + 60_000);
  t.equal(nextSendAt('dingtalk', pace, START), START + 3_600_000);
});

t.test('a later refusal never shortens a pause', async t => {
  const long = afterVerdict(FRESH, rate(600_000), 'robot', START, 0);
  t.equal(afterVerdict(long, rate(1_000), 'robot', START + 1, 0).pausedUntil, START + 600_000);
});

t.test('what a minute takes', async t => {
  t.same((['dingtalk', 'wecom', 'feishu', 'slack', 'gitee'] as const).map(minuteAllowance), [
    18,
    18,
    90,
    60,
    Infinity,
  ]);
});
