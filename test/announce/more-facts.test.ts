/** Real pushes to a repository that a webhook of a forge's kind hears of: which facts their events have, and what that costs. */
import { createHook } from 'node:async_hooks';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { takeIn } from '../../src/announce/take-in.ts';
import type { PushFacts } from '../../src/gitee/push.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { type Clockwork, clockwork } from '../support/clockwork.ts';
import { matches } from '../support/matches.ts';
import { ledgerStage } from './ledger-stage.ts';

/** It hears of nothing that is pushed: only that it is there counts. */
const FORGE = { kind: 'github' as const, events: ['issue' as const] };

interface Facts {
  /** By ref, of the events that were recorded since they were last asked for. */
  facts(): Record<string, PushFacts>;
}

interface Stage extends Clockwork, Facts {
  /** Takes in what has been pushed; gives how many processes that started. */
  take(): Promise<number>;
}

async function stage(t: Test): Promise<Stage> {
  const works = await clockwork(t);
  const spool = openSpool(join(works.home, 'spool'));
  return {
    ...works,
    ...factsSince(works.home),
    async take() {
      let started = 0;
      const hook = createHook({
        init(_id, type) {
          if (type === 'PROCESSWRAP') started++;
        },
      });
      hook.enable();
      const { store, settings, now } = works;
      const onRecorded = () => {};
      await takeIn({ spool, store, settings, now, log: () => {}, stopping: () => false, onRecorded });
      hook.disable();
      return started;
    },
  };
}

function factsSince(home: string): Facts {
  let seen = 0;
  return {
    facts() {
      const db = new Database(join(home, 'belfry.db'), { readonly: true });
      const rows = db
        .prepare<[number], { id: number; ref: string; facts: string }>(
          'select id, ref, facts from event where id > ? order by id',
        )
        .all(seen);
      db.close();
      seen = rows.at(-1)?.id ?? seen;
      return Object.fromEntries(rows.map(({ ref, facts }) => [ref, JSON.parse(facts)]));
    },
  };
}

const freshIds = ({ fresh }: PushFacts) => fresh?.commits.map(({ id }) => id);
const shown = ({ fresh, rest, base, message }: PushFacts) => ({
  ...(fresh && { fresh: [fresh.commits.map(({ id }) => id), fresh.total] }),
  ...(rest && { rest }),
  ...(base && { base }),
  ...(message && { message }),
});

t.test('what each push brings, as the ledger knows the branches before it', async t => {
  const { repository, push, facts, webhook } = await stage(t);
  await webhook('/forge', FORGE);
  const [a, b] = [
    await repository.commit({ files: { a: '' } }),
    await repository.commit({ files: { b: '' } }),
  ];
  await push('main');
  t.strictSame(shown(facts()['refs/heads/main']!), { fresh: [[b, a], 2] }, 'the first push of all');

  await push(`${a}:refs/heads/old`, `${b}:refs/heads/same`);
  const { 'refs/heads/old': old, 'refs/heads/same': same } = facts();
  t.strictSame(shown(old!), { fresh: [[], 0] }, 'at an old commit');
  t.strictSame(shown(same!), { fresh: [[], 0], base: 'refs/heads/main' });

  await repository.git('checkout', '-q', '-b', 'x');
  const c = await repository.commit({ files: { c: '' }, message: 'C\n' });
  const d = await repository.commit({ files: { d: '' }, author: { name: 'D', email: 'd@example.com' } });
  await push('x', `${c}:refs/heads/y`);
  const { 'refs/heads/x': x, 'refs/heads/y': y } = facts();
  t.strictSame(shown(x!), { fresh: [[d, c], 2] });
  t.strictSame(shown(y!), { fresh: [[c], 1] }, 'new in both');
  matches(t, x!.fresh!.commits[1], {
    message: 'C\n',
    added: ['c'],
    url: `https://git.example.com/acme/app/commit/${c}`,
    author: { name: '张三' },
  });

  await repository.git('tag', '-a', '-m', 'Release\n\nNotes', 'v1');
  await repository.git('tag', 'v2');
  await push('x:main', 'v1', 'v2', ':y');
  const all = facts();
  t.strictSame(shown(all['refs/heads/main']!), {}, 'an update with all of its commits');
  t.strictSame(shown(all['refs/heads/y']!), {}, 'a deletion');
  t.strictSame(shown(all['refs/tags/v1']!), { base: 'refs/heads/main', message: 'Release\n\nNotes\n' });
  t.strictSame(shown(all['refs/tags/v2']!), { base: 'refs/heads/main' });
  t.strictSame(all['refs/tags/v1']!.tag, { subject: 'Release', tagger: 'Li Si' });

  await repository.git('tag', '-a', '-m', 'Outer', 'outer', 'v1');
  await repository.git('tag', '-a', '-m', 'A key', 'key', 'x:c');
  await push('outer', 'key', ':v2');
  const tags = facts();
  t.strictSame(shown(tags['refs/tags/outer']!), { base: 'refs/heads/main', message: 'Outer\n' });
  t.strictSame(shown(tags['refs/tags/key']!), { message: 'A key\n' });
  t.strictSame(shown(tags['refs/tags/v2']!), {});

  await repository.git('checkout', '-q', '-b', 'side', a);
  const e = await repository.commit({ files: { e: '' } });
  await repository.git('merge', '-q', '--no-ff', '-m', 'Merge', 'x');
  const merge = await repository.git('rev-parse', 'side');
  await push('side');
  const { 'refs/heads/side': side } = facts();
  t.strictSame(shown(side!), { fresh: [[merge, e], 2] }, 'a merge of what main has');
  t.strictSame(side!.fresh!.commits[0]!.added, ['b', 'c', 'd']);

  await repository.git('checkout', '-q', '--orphan', 'orphan');
  const orphan = await repository.commit();
  await push('orphan', '+orphan:main');
  const { 'refs/heads/orphan': alone, 'refs/heads/main': forced } = facts();
  t.strictSame(shown(alone!), { fresh: [[orphan], 1], base: 'refs/heads/main' });
  t.strictSame([forced!.forced, shown(forced!)], [true, {}]);
});

t.test('golden: B adds b, C changes c, one commit is listed', async t => {
  const { repository, push, facts, webhook, settings } = await stage(t);
  settings['payload.commits'] = 1;
  await webhook('/forge', FORGE);
  await repository.commit({ files: { c: '1' } });
  await push('main');
  facts();
  await repository.commit({ files: { b: '' } });
  const c = await repository.commit({ files: { c: '2' } });
  await push('main', 'main:x');
  const { 'refs/heads/main': main, 'refs/heads/x': x } = facts();
  const rest = { added: ['b'], removed: [], modified: [] };
  t.strictSame(shown(main!), { rest });
  t.strictSame(shown(x!), { fresh: [[c], 2], base: 'refs/heads/main', rest });
});

t.test('later pushes, and the parts of a large one, are not before it', async t => {
  const { repository, take, facts, webhook } = await stage(t);
  await webhook('/forge', FORGE);
  const a = await repository.commit();
  await repository.push(['main']);
  await repository.push(['main:twin']);
  await take();
  const { 'refs/heads/main': main, 'refs/heads/twin': twin } = facts();
  t.strictSame(freshIds(main!), [a], 'what is still in the spool when a repository is first seen');
  t.strictSame(freshIds(twin!), []);

  await repository.git('checkout', '-q', '-b', 'x');
  const b = await repository.commit({ message: 'b' });
  await repository.push(['x']);
  await repository.push(['x:main']);
  await take();
  t.strictSame(freshIds(facts()['refs/heads/x']!), [b], 'a later push has put it on main');

  const c = await repository.commit({ message: 'c' });
  await repository.push(Array.from({ length: 1_100 }, (_, index) => `x:refs/heads/many/${index}`));
  await take();
  const many = Object.values(facts());
  t.equal(many.length, 1_100);
  t.strictSame(
    [...new Set(many.map(one => JSON.stringify([freshIds(one), one.base])))],
    [JSON.stringify([[c], null])],
    'the first thousand refs are no branches for the others',
  );
});

t.test('found by a ref check', async t => {
  const works = await ledgerStage(t);
  const { repository, push, webhook } = works;
  await webhook('/forge', FORGE);
  const a = await repository.commit();
  await push('main');
  const b = await repository.commit({ message: 'b' });
  const c = await repository.commit({ message: 'c' });
  // No hook runs for what a fetch moves.
  await repository.server('fetch', '-q', repository.work, `main:refs/heads/x`, `${b}:refs/heads/y`);
  t.match(await works.scan(), { outcome: 'recovered' });
  const all = factsSince(works.home).facts();
  t.strictSame(shown(all['refs/heads/main']!), { fresh: [[a], 1] });
  t.strictSame(shown(all['refs/heads/x']!), { fresh: [[c, b], 2] });
  t.strictSame(shown(all['refs/heads/y']!), { fresh: [[b], 1] });
  t.ok(all['refs/heads/y']!.recovered);
});

t.test('not one process more where no such webhook hears of it', async t => {
  const works = await stage(t);
  const { repository, take, facts, webhook, store, settings } = works;
  settings['payload.commits'] = 1;
  await webhook('/gitee');
  await webhook('/off', { ...FORGE, active: false });
  await webhook('/elsewhere', { ...FORGE, scope: 'company:other' });
  await repository.commit();
  await repository.push(['main']);
  await take();
  facts();
  let made = 0;
  const pushes = async () => {
    const counts: number[] = [];
    for (const refs of [['main'], ['main:x', 'main:y'], ['v1'], [':x', ':y', ':v1']]) {
      await repository.commit({ message: `${++made}` });
      await repository.commit({ message: `${++made}`, files: { [`${made}`]: '' } });
      if (refs[0] === 'v1') await repository.git('tag', '-f', '-a', '-m', 'v1', 'v1');
      await repository.push(refs);
      counts.push(await take());
    }
    return counts;
  };
  t.strictSame(await pushes(), [3, 3, 2, 0], 'as ever');
  const plain = Object.values(facts());
  t.equal(plain.length, 4);
  for (const one of plain)
    t.strictSame(Object.keys(one).sort(), ['cut', 'forced', 'recovered', 'ref_url', 'removed', 'tag']);

  await store.webhooks.enable(2, 1);
  t.strictSame(await pushes(), [4, 6, 2, 0], 'the rest of cut lists, and what is fresh');
});

t.test('refs that cannot be listed at first sight, and more branches than are looked at', async t => {
  const { repository, take, facts, webhook, store } = await stage(t);
  await webhook('/forge', FORGE);
  const a = await repository.commit();
  await repository.push(['main']);
  const packed = join(repository.path, 'packed-refs');
  await writeFile(packed, 'nonsense\n');
  await take();
  const { 'refs/heads/main': main } = facts();
  t.strictSame(shown(main!), {}, 'announced without what nobody can tell');
  t.match(
    main!.cut.at(-1),
    /^Which of its commits no branch had before is not known: git for-each-ref failed/,
  );

  await rm(packed);
  const row = (await store.repositories.list())[0]!;
  await store.ledger.adopt(
    row.id,
    Array.from({ length: 20_001 }, (_, index) => ({ ref: `refs/heads/many/${index}`, id: a })),
  );
  await store.ledger.setBaseline(row.id, 1);
  await repository.push(['main:x']);
  await take();
  const { 'refs/heads/x': x } = facts();
  t.strictSame(shown(x!), {});
  t.strictSame(x!.cut, [
    'Which of its commits no branch had before is not known: there are more than 20000 branches.',
  ]);
});
