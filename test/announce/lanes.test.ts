/** Several repositories at once, in order within each; what hangs holds up nobody, whoever owns it. */
import t from 'tap';
import { createLanes, type Stretch } from '../../src/announce/lanes.ts';
import { matches } from '../support/matches.ts';
import { until } from '../support/until.ts';

interface Item {
  lane: string;
  at: number;
  account?: number;
  large?: boolean;
}

/** Items begin when they are to, and end when the test says so. */
function stage(slowMs = 60_000) {
  const begun: Item[] = [];
  const stretches: Stretch<Item>[] = [];
  const ends = new Map<Item, { end: () => void; fail: (error: Error) => void }>();
  const failures: unknown[] = [];
  let idle = 0;
  const lanes = createLanes<Item>({
    slowMs,
    inOrder: (a, b) => a.at - b.at,
    accountOf: ({ account = 0 }) => account,
    isLarge: ({ large = false }) => large,
    onFailure: error => void failures.push(error),
    onIdle: () => void idle++,
    work(item, stretch) {
      begun.push(item);
      stretches.push(stretch);
      return new Promise((end, fail) => ends.set(item, { end, fail }));
    },
  });
  return {
    lanes,
    failures,
    idle: () => idle,
    add: (...items: Item[]) => {
      for (const item of items) lanes.add(item.lane, item);
      lanes.resume();
    },
    upcoming: () =>
      stretches
        .at(-1)!
        .upcoming()
        .map(({ lane, at }) => `${lane}${at}`),
    begun: () => begun.map(({ lane, at }) => `${lane}${at}`),
    async end(lane: string, error?: Error) {
      const [item, how] = [...ends].find(([one]) => one.lane === lane)!;
      ends.delete(item);
      if (error === undefined) how.end();
      else how.fail(error);
      await new Promise(setImmediate);
    },
  };
}

t.test('in order within a repository, however they came; others beside it', async t => {
  const { add, end, begun } = stage();
  add({ lane: 'a', at: 5 }, { lane: 'a', at: 1 }, { lane: 'b', at: 9 }, { lane: 'a', at: 3 });
  t.same(begun(), ['a1', 'b9'], 'one of a repository at a time');
  add({ lane: 'a', at: 2 });
  for (let n = 0; n < 3; n++) await end('a');
  t.same(begun(), ['a1', 'b9', 'a2', 'a3', 'a5']);
});

t.test('a handful at once; those that take long give their places to others, up to a bound', async t => {
  const { add, begun, lanes, end, idle } = stage(1);
  const items = Array.from({ length: 40 }, (_, at) => ({ lane: `l${at}-`, at, account: at % 3 }));
  add(...items);
  t.equal(begun().length, 4);
  await until('eight and four', () => lanes.inFlight() === 12);
  const before = begun();
  await end(items[0]!.lane);
  // The last four have to become slow first.
  await until('its place to be taken', () => begun().length > before.length);
  t.equal(begun().length, before.length + 1);
  t.equal(idle(), 0);
});

t.test('repositories of one account that hang do not take all places', async t => {
  const { add, begun } = stage(1);
  add(...Array.from({ length: 40 }, (_, at) => ({ lane: `bad${at}-`, at, account: 1 })));
  await until('eight', () => begun().length === 8);
  add({ lane: 'good', at: 99, account: 2 });
  // The last four of the others have to become slow first.
  await until('the good one', () => begun().length === 9);
  t.equal(begun().at(-1), 'good99', 'it begins at once');
});

t.test('an account with few in flight goes first', async t => {
  const { add, begun, end } = stage();
  add(...Array.from({ length: 9 }, (_, at) => ({ lane: `many${at}-`, at, account: 1 })));
  add({ lane: 'few', at: 99, account: 2 });
  await end('many0-');
  t.equal(begun().at(-1), 'few99');
});

t.test('large files are begun one after the other, and keep nobody else waiting', async t => {
  const { add, begun } = stage();
  add(...Array.from({ length: 5 }, (_, at) => ({ lane: `large${at}-`, at, large: true })));
  add({ lane: 'small', at: 99 });
  t.same(begun(), ['large0-0', 'large1-1', 'large2-2', 'small99']);
});

t.test('a failure stops everything until it is begun again, and loses nothing', async t => {
  const { add, begun, end, lanes, failures, idle } = stage();
  add({ lane: 'a', at: 1 }, { lane: 'a', at: 2 }, { lane: 'b', at: 1 }, { lane: 'b', at: 2 });
  await end('a', new Error('the disk is full'));
  matches(t, failures, [{ message: 'the disk is full' }]);
  await end('b');
  t.same(begun(), ['a1', 'b1'], 'nothing more is begun');
  t.ok(idle() > 0);
  lanes.resume();
  t.same(begun(), ['a1', 'b1', 'a1', 'b2'], 'the one that failed comes before those behind it');
});

t.test('a lane keeps its place for a stretch, and knows what follows in it', async t => {
  const { add, begun, end, upcoming } = stage();
  add(
    ...Array.from({ length: 80 }, (_, at) => ({ lane: 'a', at })),
    ...['b', 'c', 'd', 'e'].map(lane => ({ lane, at: 99 })),
  );
  t.same(begun(), ['a0', 'b99', 'c99', 'd99']);
  for (let n = 0; n < 31; n++) await end('a');
  t.equal(begun().at(-1), 'a31');
  t.same(upcoming(), []);
  await end('a');
  t.equal(begun().at(-1), 'e99', 'then it is the turn of another');
  await end('b');
  t.equal(begun().at(-1), 'a32');
  t.same(
    upcoming(),
    Array.from({ length: 31 }, (_, n) => `a${33 + n}`),
  );
});

t.test('a stretch ends before another account, and before what takes much memory', async t => {
  // An account that has nothing in flight goes first.
  const cases = [
    [{ account: 1 }, 'a3'],
    [{ large: true }, 'e99'],
  ] as const;
  for (const [odd, next] of cases) {
    const { add, begun, end, upcoming } = stage();
    add(
      { lane: 'a', at: 1 },
      { lane: 'a', at: 2 },
      { lane: 'a', at: 3, ...odd },
      { lane: 'a', at: 4 },
      ...['b', 'c', 'd', 'e'].map(lane => ({ lane, at: 99 })),
    );
    await end('a');
    t.equal(begun().at(-1), 'a2');
    t.same(upcoming(), []);
    await end('a');
    t.equal(begun().at(-1), next);
  }
});

t.test('very many of one lane, in any order, are in order', async t => {
  const { add, begun, end } = stage();
  const order = Array.from({ length: 3_000 }, (_, n) => (n * 1_337) % 3_000);
  add({ lane: 'a', at: -1 }, ...order.map(at => ({ lane: 'a', at })));
  for (let n = 0; n < 1_000; n++) await end('a');
  add({ lane: 'a', at: 0.5 }, { lane: 'a', at: 2_999.5 });
  await end('a');
  t.equal(begun().at(-1), 'a0.5', 'one that was written earlier goes first');
  for (let n = 0; n < 2_001; n++) await end('a');
  const all = begun().filter(one => one !== 'a0.5');
  t.same(
    all,
    [-1, ...order.sort((a, b) => a - b), 2_999.5].map(at => `a${at}`),
  );
});
