/** Whoever may drop files can name any repository and any process: what of it counts, and for how long. */
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { prepareHome } from '../../src/host/home.ts';
import type { Judges } from '../../src/spool/claims.ts';
import { openSpool, type SpoolFile } from '../../src/spool/spool.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const MINUTE = 60_000;
const NOBODY = 65_534;
const ROOT = { skip: process.getuid?.() !== 0 && 'only root can give files away' };

async function stage(t: Test) {
  const home = t.testdir({ 'app.git': {}, 'other.git': {} });
  await prepareHome(home);
  const repository = join(home, 'app.git');
  let clock = 0;
  const asked: { pid: number | null; uid: number | null }[] = [];
  const states = new Map<number | null, 'alive' | 'gone' | 'unknown'>([[null, 'unknown']]);
  const writers = new Set([0]);
  const judges: Judges = {
    trusts: async ({ uid, trusted, directory }) => trusted || (writers.has(uid) && directory === repository),
    processState(named) {
      asked.push(named);
      return states.get(named.pid) ?? 'gone';
    },
    now: () => Date.now() + clock,
  };
  return {
    home,
    repository,
    judges,
    asked,
    states,
    writers,
    spool: openSpool(join(home, 'spool')),
    wait: (ms: number) => {
      clock += ms;
    },
    put(
      folder: 'tmp' | 'new',
      name: string,
      { kind = 'push', uid = 0, header = 'hook 77\n', in: at = repository } = {},
    ) {
      const file = join(home, 'spool', folder, name);
      const updates = kind === 'push' ? `${OLD} ${NEW} refs/heads/${name}\n` : '';
      writeFileSync(file, `belfry-${kind} 1\ndirectory ${at}\n${header}\n${updates}`, { mode: 0o640 });
      chownSync(file, uid, uid);
    },
  };
}

t.test('reported believes nobody who may not write', ROOT, async t => {
  const { put, spool, repository, judges, writers } = await stage(t);
  put('new', 'forged', { uid: NOBODY });
  put('tmp', 'forged-too', { uid: NOBODY });
  put('new', 'own');
  put('new', 'another', { in: join(repository, '../other.git') });
  const refs = async (except = '') =>
    (await spool.updatesOfOthers(repository, except, judges)).map(({ ref }) => ref).sort();
  t.same(await refs(), ['refs/heads/own']);
  writers.add(NOBODY);
  t.same(await refs('own'), ['refs/heads/forged', 'refs/heads/forged-too']);
});

t.test('a file of somebody who may not write makes no repository busy', ROOT, async t => {
  const { put, spool, repository, judges, writers, states } = await stage(t);
  states.set(77, 'alive');
  put('tmp', 'writing', { uid: NOBODY });
  put('new', 'waiting', { uid: NOBODY });
  put('new', 'moving', { uid: NOBODY, kind: 'look', header: 'hook 77\nprocess 77 1\n' });
  const check = { name: 'mine', push: { writer: null } } as SpoolFile;
  t.same([...(await spool.directories(judges))], []);
  t.notOk(await spool.busyWith(repository, check, judges));
  writers.add(NOBODY);
  t.same([...(await spool.directories(judges))], [repository]);
  t.ok(await spool.busyWith(repository, check, judges));
});

t.test('hook 1 does not make a repository busy for ever', ROOT, async t => {
  const { put, spool, repository, judges, writers, states, asked, wait } = await stage(t);
  writers.add(NOBODY);
  put('tmp', 'liar', { uid: NOBODY, header: 'hook 1\n' });
  const check = { name: 'mine', push: { writer: null } } as SpoolFile;
  const busy = async () => [
    (await spool.directories(judges)).has(repository),
    await spool.busyWith(repository, check, judges),
  ];
  t.same(await busy(), [true, true], 'until somebody has handed it over');
  t.match(asked[0], { pid: 1, uid: NOBODY }, 'the process has to be his own');
  wait(6 * MINUTE);
  t.same(await busy(), [false, false]);
  wait(-6 * MINUTE);
  states.set(1, 'unknown');
  t.same(await busy(), [true, true], 'where nobody can see processes');
  wait(6 * MINUTE);
  t.same(await busy(), [false, false], 'five minutes at most');
  states.set(1, 'alive');
  t.same(await busy(), [true, true], 'his own, and alive');
  wait(60 * MINUTE);
  t.same(await busy(), [false, false], 'and not for ever either');
});

t.test('what names a process of somebody else is an orphan, and is handed over', ROOT, async t => {
  const { put, spool, judges, states } = await stage(t);
  put('tmp', 'liar', { uid: NOBODY, header: 'hook 1\n' });
  put('tmp', 'unseen', { uid: NOBODY, header: 'hook 2\n' });
  states.set(2, 'unknown');
  t.same(await spool.adoptOrphans(judges), ['liar']);
  const later = { ...judges, now: () => Date.now() + 6 * MINUTE };
  t.same(await spool.adoptOrphans(later), ['unseen'], 'what nobody can see is waited for, not for ever');
});

t.test('an orphan does not take the place of a file that somebody else has left', ROOT, async t => {
  const { put, spool, judges, home } = await stage(t);
  put('new', 'look-1-2-boot', { kind: 'look' });
  put('tmp', 'look-1-2-boot', { uid: NOBODY });
  const [adopted] = await spool.adoptOrphans(judges);
  t.not(adopted, 'look-1-2-boot');
  t.ok(existsSync(join(home, 'spool', 'new', adopted!)));
  t.match(readFileSync(join(home, 'spool', 'new', 'look-1-2-boot'), 'utf8'), /^belfry-look 1/);
});

t.test('orphans of one account are handled some at a time', ROOT, async t => {
  const { put, spool, judges } = await stage(t);
  for (let n = 0; n < 300; n++) put('tmp', `f${n}`, { uid: NOBODY });
  put('tmp', 'honest');
  const first = await spool.adoptOrphans(judges);
  t.equal(first.length, 257);
  t.ok(first.includes('honest'));
  t.equal((await spool.adoptOrphans(judges)).length, 44);
});
