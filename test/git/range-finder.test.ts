import t from 'tap';
import { CommitGraph } from '../../src/git/commit-graph.ts';
import { GraphReader } from '../../src/git/graph-reader.ts';
import { RangeFinder } from '../../src/git/range-finder.ts';
import { dice, minus, randomHistory, reach } from './random-history.ts';

type Plan = { parents: number[]; date: number }[];

const idOf = (commit: number) =>
  Buffer.from([commit >> 8, commit & 255])
    .toString('hex')
    .padEnd(40, 'e');
const line = (plan: Plan, commit: number) =>
  `${[plan[commit]!.date, idOf(commit), ...plan[commit]!.parents.map(idOf)].join(' ')}\n`;

function prepare(pairs: { old: number; new: number }[]) {
  const graph = new CommitGraph(20);
  const number = (commit: number) => graph.number(Buffer.from(idOf(commit), 'hex'));
  const numbered = pairs.map(pair => ({ old: [number(pair.old)], new: number(pair.new), want: 5 }));
  return { graph, reader: new GraphReader(graph), finder: new RangeFinder(graph, numbered) };
}

function truth(plan: Plan, pairs: { old: number; new: number }[]) {
  return pairs.map(pair => {
    const [from, without] = [reach(plan, pair.new), reach(plan, pair.old)];
    return [minus(from, without).size, minus(without, from).size];
  });
}

const told = (finder: RangeFinder) => finder.ranges.map(range => [range?.total, range?.removed]);

t.test('decided long before the end, where many lines run beside each other', async t => {
  const roll = dice(7);
  const plan = randomHistory(roll, { commits: 20_000, roots: 0, merges: 0.4, reach: 60, skew: 0 });
  const pairs = Array.from({ length: 70 }, () => ({
    old: 20_000 - 600 + Math.floor(roll() * 300),
    new: 20_000 - 300 + Math.floor(roll() * 300),
  }));
  const tips = new Set(pairs.flatMap(pair => [pair.old, pair.new]));
  const reached = new Set<number>();
  for (const tip of tips) for (const commit of reach(plan, tip)) reached.add(commit);
  const { graph, reader, finder } = prepare(pairs);
  let next = 1000;
  let settled = false;
  for (const commit of [...reached].sort((a, b) => b - a)) {
    reader.push(Buffer.from(line(plan, commit)));
    if (graph.read < next) continue;
    settled = finder.settle(false);
    if (settled) break;
    next += 500;
  }
  t.ok(settled, 'settled');
  t.ok(graph.read < 5000, `read ${graph.read} of ${reached.size}`);
  t.strictSame(told(finder), truth(plan, pairs));
});

t.test('any order of reading gives the same', async t => {
  const roll = dice(8);
  const plan = randomHistory(roll, { commits: 700, roots: 0.01, merges: 0.3, reach: 50, skew: 0 });
  const pairs = Array.from({ length: 40 }, () => ({
    old: Math.floor(roll() * 700),
    new: Math.floor(roll() * 700),
  }));
  const { graph, reader, finder } = prepare(pairs);
  const shuffled = [...plan.keys()].map(commit => ({ commit, by: roll() })).sort((a, b) => a.by - b.by);
  const text = Buffer.from(shuffled.map(({ commit }) => line(plan, commit)).join(''));
  for (let at = 0; at < text.length; at += 997) reader.push(text.subarray(at, at + 997));
  t.ok(graph.outOfOrder);
  t.ok(finder.settle(true));
  t.strictSame(told(finder), truth(plan, pairs));
});

t.test('histories that meet in one commit are read no further', async t => {
  const plan: Plan = [
    { parents: [], date: 0 },
    { parents: [0], date: 1 },
    { parents: [1], date: 2 },
    { parents: [1], date: 3 },
  ];
  const { reader, finder } = prepare([{ old: 2, new: 3 }]);
  t.notOk(reader.push(Buffer.from(line(plan, 3))), 'two wait: the old tip and the fork');
  t.ok(reader.push(Buffer.from(line(plan, 2))), 'the fork only');
  finder.settle(true);
  t.strictSame(told(finder), [[1, 1]]);
});

t.test('a root that was read may lie below the commit that waits', async t => {
  // 0 is a root, 1 its child with a clock far behind: the new tip 3 has both as parents, the old tip is 1.
  const plan: Plan = [
    { parents: [], date: 50 },
    { parents: [0], date: 1 },
    { parents: [1], date: 60 },
    { parents: [0, 1], date: 70 },
  ];
  const { reader, finder } = prepare([{ old: 1, new: 3 }]);
  t.notOk(reader.push(Buffer.from(line(plan, 3) + line(plan, 0))), 'not yet');
  reader.push(Buffer.from(line(plan, 1)));
  t.ok(finder.settle(true));
  t.strictSame(told(finder), [[1, 0]]);
});
