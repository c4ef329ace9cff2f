import t from 'tap';
import { countCommits, findRanges, readHistory } from '../../src/git/commit-ranges.ts';
import { newCommits } from '../../src/git/new-commits.ts';
import { bareRepository } from './bare-repository.ts';
import { dice, minus, randomHistory, reach } from './random-history.ts';

const SHAPES = [
  { commits: 40, roots: 0.1, merges: 0.5, reach: 20, skew: 0 },
  { commits: 300, roots: 0.01, merges: 0.3, reach: 40, skew: 30 },
  { commits: 300, roots: 0.02, merges: 0.4, reach: 300, skew: 100_000 },
  { commits: 300, roots: 0.01, merges: 0.4, reach: 40, skew: 0, equal: 20 },
  { commits: 500, roots: 0, merges: 0.05, reach: 3, skew: 600 },
];

for (const format of ['sha1', 'sha256'] as const) {
  t.test(`random histories, ${format}: the sets are exact, the order is git's`, async t => {
    for (const [seed, shape] of SHAPES.entries()) {
      const roll = dice(seed + 1);
      const plan = randomHistory(roll, shape);
      const repository = await bareRepository(t.testdir(), { format });
      // Same parents and the same time: only the message keeps two commits apart.
      const ids = await repository.build(plan.map((commit, index) => ({ ...commit, message: `${index}` })));
      const place = { repository: repository.path };
      const any = () => Math.floor(roll() * plan.length);
      const picked = Array.from({ length: 70 }, () => ({ old: any(), new: any() })).filter(
        pair => pair.old !== pair.new,
      );
      const found = await findRanges(
        place,
        picked.map(pair => ({ old: ids[pair.old]!, new: ids[pair.new]!, want: 50 })),
      );
      let asGit = 0;
      for (const [index, pair] of picked.entries()) {
        const [from, without] = [reach(plan, pair.new), reach(plan, pair.old)];
        const wanted = new Set([...minus(from, without)].map(commit => ids[commit]!));
        const what = `seed ${seed + 1}, ${pair.old}..${pair.new}`;
        const range = found[index]!;
        if (range.total !== wanted.size || range.removed !== minus(without, from).size)
          t.fail(what, { range });
        if (index >= 25) continue;
        const told = await repository.git(['rev-list', ids[pair.new]!, `^${ids[pair.old]}`]);
        const git = told.split('\n').filter(Boolean);
        // With clocks that far off git itself gives commits which are none of the range.
        if (git.length !== wanted.size) continue;
        asGit++;
        t.strictSame(range.newest, git.slice(0, 50), what);
      }
      t.ok(asGit > 5, `${asGit} ranges compared with git's`);
      const [alone] = await findRanges(place, [
        { old: ids[picked[0]!.old]!, new: ids[picked[0]!.new]!, want: 50 },
      ]);
      t.strictSame(alone, found[0], 'alone as among others');
      const pairs = picked.map(pair => ({ old: ids[pair.old]!, new: ids[pair.new]!, want: 50 }));
      const inGraph = (await readHistory(place, pairs))!;
      t.strictSame([...inGraph(pairs.slice(0, 9)), ...inGraph(pairs.slice(9))], found, 'read once, in parts');
      t.equal(await countCommits(place, ids.at(-1)!), reach(plan, plan.length - 1).size, 'count');
    }
  });
}

t.test(
  'what a push brought to a branch, against several tips that were known, and by which of its own commits',
  async t => {
    for (const [seed, shape] of SHAPES.entries()) {
      const roll = dice(seed + 100);
      const plan = randomHistory(roll, shape);
      const repository = await bareRepository(t.testdir());
      const ids = await repository.build(plan.map((commit, index) => ({ ...commit, message: `${index}` })));
      const any = () => Math.floor(roll() * plan.length);
      for (let round = 0; round < 12; round++) {
        const tip = any();
        const known = Array.from({ length: round % 4 }, any);
        const wanted = known.reduce((left, old) => minus(left, reach(plan, old)), reach(plan, tip));
        const gone = round % 2 === 0 ? [] : ['1'.repeat(40)];
        const place = { repository: repository.path };
        const found = await newCommits(place, ids[tip]!, [...known.map(old => ids[old]!), ...gone]);
        const what = `seed ${seed + 100}, ${tip} without ${known}`;
        t.strictSame([...found.ids].sort(), [...wanted].map(commit => ids[commit]!).sort(), what);
        const plain = [...wanted].filter(commit => plan[commit]!.parents.length < 2);
        t.strictSame([...found.plain].sort(), plain.map(commit => ids[commit]!).sort(), what);
        t.strictSame(found.broughtBy, bringers(tip, wanted), what);
      }

      /** The own commit of the branch that reaches it and whose first parent does not. */
      function bringers(tip: number, wanted: Set<number>): Map<string, string> {
        const found = new Map<string, string>();
        for (let own: number | undefined = tip; own !== undefined && wanted.has(own); ) {
          for (const commit of reach(plan, own)) if (wanted.has(commit)) found.set(ids[commit]!, ids[own]!);
          own = plan[own]!.parents[0];
        }
        return found;
      }
    }
  },
);
