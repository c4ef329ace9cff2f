/** What a created branch brought that no branch had: against the plain truth, with any clocks. */
import t from 'tap';
import { freshCommits } from '../../src/git/fresh-commits.ts';
import { planUpdate } from '../../src/git/plan-updates.ts';
import { bareRepository } from './bare-repository.ts';
import { dice, minus, randomHistory, reach } from './random-history.ts';

const SHAPES = [
  { commits: 40, roots: 0.1, merges: 0.5, reach: 20, skew: 0 },
  { commits: 300, roots: 0.02, merges: 0.4, reach: 300, skew: 100_000 },
  { commits: 3_000, roots: 0, merges: 0.05, reach: 3, skew: 600 },
];

for (const format of ['sha1', 'sha256'] as const) {
  const ZERO = '0'.repeat(format === 'sha1' ? 40 : 64);
  t.test(`random histories, ${format}: the sets are exact, however many branches there were`, async t => {
    for (const [seed, shape] of SHAPES.entries()) {
      const roll = dice(seed + 1);
      const plan = randomHistory(roll, shape);
      const repository = await bareRepository(t.testdir(), { format });
      const ids = await repository.build(plan.map((commit, index) => ({ ...commit, message: `${index}` })));
      const any = () => Math.floor(roll() * plan.length);
      for (const branches of [0, 1, 20]) {
        const old = Array.from({ length: branches }, any);
        const tips = Array.from({ length: 70 }, any);
        const updates = tips.map((tip, index) => ({
          old: ZERO,
          new: ids[tip]!,
          ref: `refs/heads/n${index}`,
        }));
        const objects = new Map(ids.map(id => [id, { id, type: 'commit' }]));
        // A branch of which the tip is gone is as if it were not there.
        const before = new Map([...old.map(tip => ids[tip]!), '1'.repeat(ZERO.length)].map(id => [id, id]));
        const found = await freshCommits(
          { repository: repository.path },
          updates.map(update => planUpdate(update, objects)),
          { main: '', before, moved: updates },
          10,
        );
        const had = reach([...plan, { parents: old }], plan.length);
        for (const [index, tip] of tips.entries()) {
          const wanted = minus(reach(plan, tip), had);
          const fresh = found[index]!;
          if (typeof fresh === 'string') throw new Error(fresh);
          const what = `seed ${seed + 1}, ${tip} without ${old}`;
          if (fresh.total !== wanted.size) t.fail(what, { fresh, wanted: wanted.size });
          const listed = fresh.newest.map(id => ids.indexOf(id));
          if (listed.length !== Math.min(10, wanted.size) || !listed.every(one => wanted.has(one)))
            t.fail(`${what}: listed`, { listed });
          if (wanted.size > 0 && listed[0] !== tip) t.fail(`${what}: the tip comes first`, { listed });
        }
        t.equal(found.length, tips.length, `${branches} branches`);
      }
    }
  });
}

t.test('a history that cannot be read, and what is no created branch', async t => {
  const repository = await bareRepository(t.testdir());
  const [tip] = await repository.build([{}]);
  const tree = await repository.git(['mktree'], '');
  const who = 'A <a@example.com> 1600000000 +0000';
  const lost = await repository.object(
    'commit',
    `tree ${tree}\nparent ${'1'.repeat(40)}\nauthor ${who}\ncommitter ${who}\n\nx\n`,
  );
  const ZERO = '0'.repeat(40);
  const updates = [
    { old: ZERO, new: lost, ref: 'refs/heads/lost' },
    { old: ZERO, new: tip!, ref: 'refs/tags/v1' },
    { old: tip!, new: ZERO, ref: 'refs/heads/gone' },
    { old: lost, new: tip!, ref: 'refs/heads/moved' },
  ];
  const objects = new Map([tip!, lost, `${tip}^{}`].map(id => [id, { id: id.slice(0, 40), type: 'commit' }]));
  const plans = updates.map(update => planUpdate(update, objects));
  const place = { repository: repository.path };
  const [reason, ...others] = await freshCommits(
    place,
    plans,
    { main: '', before: new Map(), moved: [] },
    10,
  );
  t.match(reason, /^git rev-list failed/);
  t.strictSame(others, [null, null, null]);
  const before = 'there are too many branches';
  const many = await freshCommits(place, plans, { main: '', before, moved: [] }, 10);
  t.strictSame(many, ['there are too many branches', null, null, null]);
});
