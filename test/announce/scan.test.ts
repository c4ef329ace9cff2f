/** The ledger: what no hook announced is found by comparison, told once, and never told when nothing happened. */
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { takeIn } from '../../src/announce/take-in.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { type LedgerStage, ledgerStage, ZERO } from './ledger-stage.ts';

async function readSpool({ home, store, settings, now }: LedgerStage): Promise<void> {
  const spool = openSpool(join(home, 'spool'));
  const rest = { log: () => {}, onRecorded: () => {}, stopping: () => false };
  await takeIn({ spool, store, settings, now, ...rest });
}

t.test('the first sight of a repository is a baseline, no event', async t => {
  const stage = await ledgerStage(t);
  const tip = await stage.repository.commit();
  await stage.repository.git('push', '-q', '--receive-pack', NO_HOOKS, 'origin', 'main', 'main:refs/tags/v1');
  t.match(await stage.scan(), { outcome: 'baseline', refs: 0, deliveries: 0 });
  t.same(await stage.ledger(), { 'refs/heads/main': tip, 'refs/tags/v1': tip });
  t.match(await stage.scan(), { outcome: 'same' });
  t.same(await stage.deliveries(), []);
});

const NO_HOOKS = 'git -c core.hooksPath=/dev/null receive-pack';

t.test('what no hook saw is told once, as recovered: made, moved, gone, tagged', async t => {
  const stage = await ledgerStage(t);
  const { repository } = stage;
  const first = await repository.commit();
  await stage.push('main', 'main:refs/heads/old');
  await stage.told(2);
  const second = await repository.commit();
  const refs = ['main', 'main:refs/heads/feature/ü', ':refs/heads/old', 'main:refs/tags/v1'];
  await repository.git('push', '-q', '--receive-pack', NO_HOOKS, 'origin', ...refs);
  t.match(await stage.scan(), { outcome: 'recovered', refs: 4, deliveries: 4 });
  await stage.advance(1);
  t.same(
    new Set((await stage.told(6)).slice(2)),
    new Set([
      ['refs/heads/main', first, second],
      ['refs/heads/feature/ü', ZERO, second],
      ['refs/heads/old', first, ZERO],
      ['refs/tags/v1', ZERO, second],
    ]),
  );
  t.match(await stage.scan(), { outcome: 'same' }, 'and not a second time');
});

t.test('a restored backup: the ref went back, and that is told', async t => {
  const stage = await ledgerStage(t);
  const { repository } = stage;
  const first = await repository.commit();
  await stage.push('main');
  const second = await repository.commit();
  await stage.push('main');
  await stage.told(2);
  await repository.server('update-ref', 'refs/heads/main', first);
  t.match(await stage.scan(), { outcome: 'recovered', refs: 1 });
  await stage.advance(1);
  t.same((await stage.told(3))[2], ['refs/heads/main', second, first]);
});

t.test('refs that are neither branches nor tags are no difference', async t => {
  const stage = await ledgerStage(t);
  const tip = await stage.repository.commit();
  await stage.push('main');
  await stage.repository.server('update-ref', 'refs/notes/x', tip);
  await stage.repository.server('update-ref', 'refs/pull/1/head', tip);
  t.match(await stage.scan(), { outcome: 'same' });
});

t.test('a push that waits in the spool is left to its hook', async t => {
  const stage = await ledgerStage(t);
  await stage.repository.commit();
  await stage.push('main');
  await stage.repository.commit();
  await stage.repository.push(['main']);
  t.match(await stage.scan(), { outcome: 'busy' });
  await readSpool(stage);
  t.match(await stage.scan(), { outcome: 'same' });
  t.equal((await stage.deliveries()).length, 2);
});

t.test('two scans at once tell it once', async t => {
  const stage = await ledgerStage(t);
  await stage.repository.commit();
  await stage.push('main');
  await stage.repository.server('update-ref', 'refs/heads/b', 'refs/heads/main');
  const outcomes = (await Promise.all([stage.scan(), stage.scan()])).map(one => one.outcome);
  t.ok(outcomes.includes('recovered'));
  t.equal((await stage.deliveries()).filter(one => one.ref === 'refs/heads/b').length, 1);
});

t.test('a hook that comes after the comparison says nothing new', async t => {
  const stage = await ledgerStage(t);
  const first = await stage.repository.commit();
  await stage.push('main');
  const second = await stage.repository.commit();
  await stage.repository.git('push', '-q', '--receive-pack', NO_HOOKS, 'origin', 'main');
  t.match(await stage.scan(), { outcome: 'recovered' });
  await stage.spool('late', [[first, second, 'refs/heads/main']], 1_000);
  await readSpool(stage);
  t.equal((await stage.deliveries()).length, 2);
});

t.test('a late hook must not turn the ledger back', async t => {
  // Each time: what happened, and in which order the hooks reported it.
  const story: Record<string, [updates: [from: string, to: string][], order: number[]]> = {
    'made, moved, moved; the first hook last': [
      [
        ['0', 'a'],
        ['a', 'b'],
        ['b', 'c'],
      ],
      [1, 2, 0],
    ],
    'moved three times; the last hook first': [
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
      ],
      [2, 0, 1],
    ],
    'deleted and made again; the wrong way round': [
      [
        ['a', '0'],
        ['0', 'b'],
      ],
      [1, 0],
    ],
    'made and deleted; the wrong way round': [
      [
        ['0', 'a'],
        ['a', '0'],
      ],
      [1, 0],
    ],
  };
  const stage = await ledgerStage(t);
  await stage.repository.commit();
  await stage.push('main');
  const ids: Record<string, string> = { 0: ZERO };
  for (const letter of 'abcd') ids[letter] = await stage.repository.commit({ message: `${letter}\n` });
  await stage.push('main:refs/heads/objects');
  for (const [index, [what, [updates, order]]] of Object.entries(story).entries()) {
    const ref = `refs/heads/story-${index}`;
    const start = ids[updates[0]![0]]!;
    if (start !== ZERO) await stage.push(`${start}:${ref}`);
    const end = ids[updates.at(-1)![1]]!;
    await stage.repository
      .git('push', '-q', '--receive-pack', NO_HOOKS, '-f', 'origin', `${end === ZERO ? '' : end}:${ref}`)
      .catch(() => {});
    const before = (await stage.deliveries()).length;
    for (const [one, [from, to]] of updates.entries())
      await stage.spool(`${index}-${one}`, [[ids[from]!, ids[to]!, ref]], 1_000 + one, 'tmp');
    for (const one of order) {
      const [waiting, read] = ['tmp', 'new'].map(folder =>
        join(stage.home, 'spool', folder, `${index}-${one}`),
      );
      await rename(waiting!, read!);
      await readSpool(stage);
    }
    t.equal((await stage.deliveries()).length - before, updates.length, `${what}: every update is told`);
    t.match(await stage.scan(), { outcome: 'same' }, `${what}: and nothing is found a second time`);
  }
});

t.test('thousands of refs: compared page by page, in the order of their bytes', async t => {
  const stage = await ledgerStage(t);
  const tip = await stage.repository.commit();
  await stage.push('main');
  const odd = [
    'refs/heads/ü',
    'refs/heads/\u{1f514}',
    'refs/heads/\uffee',
    'refs/heads/a-b',
    'refs/heads/a0',
  ];
  const many = Array.from({ length: 12_000 }, (_, i) => `refs/heads/a/${i}`);
  const names = [...odd, ...many, 'refs/heads/main'].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const packed = names.map(name => `${tip} ${name}\n`).join('');
  await writeFile(join(stage.repository.path, 'packed-refs'), `# pack-refs with: sorted\n${packed}`);
  await stage.store.ledger.adopt(
    stage.row.id,
    names.map(ref => ({ ref, id: tip })),
  );
  t.match(await stage.scan(), { outcome: 'same' });
  await stage.repository.server('update-ref', '-d', 'refs/heads/a/7777');
  await stage.repository.server('update-ref', 'refs/heads/zzz', tip);
  t.match(await stage.scan(), { outcome: 'recovered', refs: 2 });
  t.match(await stage.scan(), { outcome: 'same' });
});

t.test('a repository that is gone, or broken, is an outcome, and comes back without an event', async t => {
  const stage = await ledgerStage(t);
  await stage.repository.commit();
  await stage.push('main');
  const { path } = stage.repository;
  await rename(path, `${path}.away`);
  t.match(await stage.scan(), { outcome: 'missing', note: path });
  await rename(`${path}.away`, path);
  await rename(join(path, 'HEAD'), join(path, 'HEAD.away'));
  t.match(await stage.scan(), { outcome: 'unreadable' });
  await rename(join(path, 'HEAD.away'), join(path, 'HEAD'));
  t.match(await stage.scan(), { outcome: 'same' });
  await rm(join(path, 'hooks'), { recursive: true });
  await chmod(path, 0o755);
  t.equal((await stage.deliveries()).length, 1);
});

t.test('a push that follows one whose hook was killed: the gap is told too, before it', async t => {
  const stage = await ledgerStage(t);
  const { repository } = stage;
  const silent = (...refs: string[]) =>
    repository.git('push', '-q', '--receive-pack', NO_HOOKS, '-f', 'origin', ...refs);
  const [a, b, c] = [await repository.commit(), await repository.commit(), await repository.commit()];
  await stage.push(`${a}:refs/heads/moved`, `${a}:refs/heads/deleted`);
  await silent(`${b}:refs/heads/moved`, ':refs/heads/deleted', `${a}:refs/heads/made`);
  await stage.push(`${c}:refs/heads/moved`, `${c}:refs/heads/deleted`, `${c}:refs/heads/made`);
  const told = (await stage.told(8)).slice(2);
  const of = (name: string) => told.filter(([ref]) => ref === `refs/heads/${name}`).map(one => one.slice(1));
  t.same(of('moved'), [
    [a, b],
    [b, c],
  ]);
  t.same(of('deleted'), [
    [a, ZERO],
    [ZERO, c],
  ]);
  t.same(of('made'), [
    [ZERO, a],
    [a, c],
  ]);
  t.match(await stage.scan(), { outcome: 'same' });
});

t.test('a gap that another spool file explains is left to that file', async t => {
  const stage = await ledgerStage(t);
  const { repository } = stage;
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push(await repository.commit({ message: `${i}\n` }));
  const [a, b, c, d] = ids as [string, string, string, string];
  const ref = 'refs/heads/main';
  await stage.push(`${a}:${ref}`);
  await repository.git('push', '-q', '--receive-pack', NO_HOOKS, 'origin', `${d}:${ref}`);
  // a → b had no hook; the hook of b → c is the slow one.
  await stage.spool('late', [[b, c, ref]], 3_000);
  await stage.spool('early', [[c, d, ref]], 2_000);
  await readSpool(stage);
  await stage.advance(1);
  t.same(
    new Set((await stage.told(4)).slice(1)),
    new Set([
      [ref, a, b],
      [ref, c, d],
      [ref, b, c],
    ]),
  );
  t.match(await stage.scan(), { outcome: 'same' });
});

t.test(
  'hooks that are read long after the ref has moved on: each gap between them is told, and nothing else',
  async t => {
    const ids: Record<string, string> = { 0: ZERO };
    const stage = await ledgerStage(t);
    for (const letter of 'abcdef') ids[letter] = await stage.repository.commit({ message: `${letter}\n` });
    await stage.push(...[...'abcdef'].map(letter => `${ids[letter]}:refs/heads/has-${letter}`));
    // What happened; in brackets: no hook; then what is told of it.
    const stories: [happened: string, told: string][] = [
      ['0a ab (bc) cd de', '0a ab bc cd de'],
      ['0a (ab) (bc) cd de', '0a ac cd de'],
      ['(0a) a0', '0a a0'],
      ['0a (a0)', '0a a0'],
      ['0a (a0) 0b (b0) 0c', '0a a0 0b b0 0c'],
      ['0a (ab) ba (ac) ca ad', '0a ab ba ac ca ad'],
      ['0a (ab) bc (cd) de (ef)', '0a ab bc cd de ef'],
    ];
    for (const [index, [happened, told]] of stories.entries()) {
      const ref = `refs/heads/story-${index}`;
      const moves = happened.split(' ');
      const last = moves.at(-1)!.replace(/[()]/g, '')[1]!;
      if (last !== '0')
        await stage.repository.git('push', '-q', '--receive-pack', NO_HOOKS, 'origin', `${ids[last]}:${ref}`);
      for (const [at, move] of moves.entries())
        if (!move.startsWith('('))
          await stage.spool(`${index}-${at}`, [[ids[move[0]!]!, ids[move[1]!]!, ref]], at + 1);
      await readSpool(stage);
      await stage.scan();
      t.same(await toldOf(ref), told.split(' '), happened);
      t.match(await stage.scan(), { outcome: 'same' });
    }

    async function toldOf(ref: string): Promise<string[]> {
      const letters = new Map(Object.entries(ids).map(([letter, id]) => [id, letter]));
      await stage.advance(1);
      const lines = await stage.deliveries();
      const all = await stage.told(lines.length);
      return all.filter(one => one[0] === ref).map(one => letters.get(one[1])! + letters.get(one[2])!);
    }
  },
);

t.test('a hook that comes when its gap has been told says nothing new, whole or in part', async t => {
  const stage = await ledgerStage(t);
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) ids.push(await stage.repository.commit({ message: `${i}\n` }));
  const [a, b, c, d] = ids as [string, string, string, string];
  const ref = 'refs/heads/main';
  await stage.push(`${a}:${ref}`);
  await stage.repository.git('push', '-q', '--receive-pack', NO_HOOKS, 'origin', `${d}:${ref}`);
  await stage.spool('quick', [[c, d, ref]], 1);
  await readSpool(stage);
  await stage.advance(1);
  const told = [
    [ref, ZERO, a],
    [ref, a, c],
    [ref, c, d],
  ];
  t.same(await stage.told(3), told);
  for (const [name, from, to] of [
    ['slower', b, c],
    ['slowest', a, b],
  ] as const) {
    await stage.spool(name, [[from, to, ref]], 2);
    await readSpool(stage);
    t.equal((await stage.deliveries()).length, 3, name);
  }
  t.match(await stage.scan(), { outcome: 'same' });
  await stage.repository.git('push', '-q', '--receive-pack', NO_HOOKS, '-f', 'origin', `${a}:${ref}`);
  await stage.scan();
  await stage.push(`${b}:${ref}`);
  t.same(
    (await stage.told(5)).slice(3),
    [
      [ref, d, a],
      [ref, a, b],
    ],
    'the same again later is new',
  );
});

t.test('a spool file that is read twice is one push, whatever the ledger says by then', async t => {
  const stage = await ledgerStage(t);
  const [a, b, c] = [
    await stage.repository.commit(),
    await stage.repository.commit(),
    await stage.repository.commit(),
  ];
  const ref = 'refs/heads/main';
  await stage.push(`${a}:${ref}`);
  await stage.push(`${b}:${ref}`);
  await stage.push(`${c}:${ref}`);
  const first = await stage.store.pushes.known('twice');
  t.notOk(first);
  await stage.repository.git('push', '-q', '--receive-pack', NO_HOOKS, '-f', 'origin', `${b}:${ref}`);
  await stage.spool('twice', [[c, b, ref]], 5_000);
  await readSpool(stage);
  await stage.spool('twice', [[c, b, ref]], 5_000);
  await readSpool(stage);
  t.equal((await stage.deliveries()).length, 4);
  t.match(await stage.scan(), { outcome: 'same' });
});
