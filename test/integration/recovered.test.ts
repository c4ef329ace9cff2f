/** Every way in which a ref can move without a word of a hook: it is found, told once, and marked as recovered. */
import { chmod, cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { bootedAt } from '../../src/host/process-state.ts';
import { matches } from '../support/matches.ts';
import { type DeliveryLine, type Tower, tower } from '../support/tower.ts';

const ZERO = '0'.repeat(40);

interface Told {
  ref: string;
  before: string;
  after: string;
}

/** With one push that was announced as usual. */
async function stage(
  t: Test,
): Promise<Tower & { first: string; told(count: number): Promise<Told[]>; hook: string }> {
  const works = await tower(t);
  // A worker that has just begun would find by itself what the test is about to hide.
  await works.belfry.json(['config', 'set', 'scan.every', '0']);
  await works.webhook('/hook', ['--all', '--events', 'push,tag_push']);
  const first = await works.repository.commit();
  await works.repository.push(['main']);
  const told = async (count: number) =>
    (await works.receiver.received(count, { limitMs: 60_000 })).map(({ body }) => {
      const { ref, before, after } = JSON.parse(body.toString('utf8'));
      return { ref, before, after };
    });
  await told(1);
  await works.settled(1);
  return { ...works, first, told, hook: join(works.repository.path, 'hooks', 'post-receive') };
}

/** What stands in the log about the newest delivery. */
async function newest(
  { belfry, settled }: Tower,
  count: number,
): Promise<DeliveryLine & { recovered: boolean }> {
  const rows = (await settled(count)) as (DeliveryLine & { recovered: boolean })[];
  const shown = await belfry.run(['delivery', 'show', rows[0]!.id]);
  const listed = await belfry.run(['deliveries', '--limit', '1']);
  const json = await belfry.json<{ recovered: boolean }>(['delivery', 'show', rows[0]!.id]);
  const marks = [/^recovered: /m.test(shown.stdout), / recovered: /.test(listed.stdout), json.recovered];
  if (marks.some(mark => mark !== rows[0]!.recovered)) throw new Error(`marked here and there not: ${marks}`);
  return rows[0]!;
}

t.test('belfry scan finds what each of these has hidden', async t => {
  const works = await stage(t);
  const { belfry, repository, told, first, hook, dir } = works;
  t.equal((await newest(works, 1)).recovered, false, 'a hook that ran leaves no mark');
  const push = async () => {
    const tip = await repository.commit();
    const { status } = await repository.push(['main']);
    t.equal(status, 0);
    return tip;
  };
  const spool = join(belfry.home, 'spool');
  const nowhere = join(dir, 'nowhere');
  await mkdir(nowhere);
  const causes: [what: string, hide: () => Promise<string>, mend: () => Promise<unknown>][] = [
    ['the hook is removed', () => rename(hook, `${hook}.off`).then(push), () => rename(`${hook}.off`, hook)],
    ['the hook is disabled', () => chmod(hook, 0o644).then(push), () => chmod(hook, 0o755)],
    [
      'core.hooksPath leads elsewhere',
      () => repository.server('config', 'core.hooksPath', nowhere).then(push),
      () => repository.server('config', '--unset', 'core.hooksPath'),
    ],
    [
      'nothing can be written into the spool',
      async () => {
        await rename(join(spool, 'tmp'), join(spool, 'tmp.away'));
        await symlink('/dev/full', join(spool, 'tmp'));
        return push();
      },
      async () => {
        await rm(join(spool, 'tmp'));
        await rename(join(spool, 'tmp.away'), join(spool, 'tmp'));
      },
    ],
    [
      'git update-ref',
      async () => {
        const tip = await repository.commit();
        await repository.push(['main:refs/hidden/x']);
        await repository.server('update-ref', 'refs/heads/main', tip);
        return tip;
      },
      async () => {},
    ],
    [
      'a fetch into it, by cron',
      async () => {
        const tip = await repository.commit();
        await repository.server('fetch', '-q', repository.work, '+refs/heads/*:refs/heads/*');
        return tip;
      },
      async () => {},
    ],
    [
      'a restored backup',
      () => repository.server('update-ref', 'refs/heads/main', first).then(() => first),
      async () => {},
    ],
  ];
  let before = first;
  for (const [n, [what, hide, mend]] of causes.entries()) {
    const after = await hide();
    await mend();
    matches(t, await belfry.json(['scan', 'acme/app']), [{ outcome: 'recovered', refs: 1 }], what);
    t.same((await told(n + 2)).at(-1), { ref: 'refs/heads/main', before, after });
    t.match(await newest(works, n + 2), { recovered: true });
    matches(t, await belfry.json(['scan']), [{ outcome: 'same' }], 'and nothing a second time');
    before = after;
  }
});

t.test('a whole backup that is put back, with refs that had been deleted since', async t => {
  const { belfry, repository, told, first, dir } = await stage(t);
  await repository.push(['main:refs/heads/gone', 'main:refs/tags/v1']);
  await told(3);
  await cp(repository.path, join(dir, 'backup'), { recursive: true });
  const second = await repository.commit();
  await repository.push(['main', ':refs/heads/gone', 'main:refs/heads/young']);
  await told(6);
  await rm(repository.path, { recursive: true });
  await cp(join(dir, 'backup'), repository.path, { recursive: true });
  matches(t, await belfry.json(['scan']), [{ outcome: 'recovered', refs: 3 }]);
  t.same(
    new Set((await told(9)).slice(6).map(one => JSON.stringify(one))),
    new Set(
      [
        { ref: 'refs/heads/gone', before: ZERO, after: first },
        { ref: 'refs/heads/main', before: second, after: first },
        { ref: 'refs/heads/young', before: second, after: ZERO },
      ].map(one => JSON.stringify(one)),
    ),
  );
});

t.test('a worker that was killed: the next one looks by itself', async t => {
  const { belfry, repository, told, hook, first } = await stage(t);
  t.ok(await belfry.stopWorker('SIGKILL'));
  await rename(hook, `${hook}.off`);
  const second = await repository.commit();
  await repository.push(['main']);
  await rename(`${hook}.off`, hook);
  // Another ref: its push starts the worker, and says nothing of main.
  await repository.push(['main:refs/heads/other']);
  const all = await told(3);
  t.ok(all.some(one => one.ref === 'refs/heads/main' && one.before === first && one.after === second));
});

t.test(
  'the timer: daily unless the setting says otherwise, never with 0; and after a start of the machine',
  async t => {
    const { belfry, repository, told, settled } = await stage(t);
    await belfry.stopWorker();
    await belfry.json(['scan']);
    const once = () => belfry.run(['worker', '--once']);
    const count = async () => (await settled(1)).length;
    await repository.server('update-ref', 'refs/heads/behind', 'refs/heads/main');
    await once();
    t.equal(await count(), 1, 'it is not due yet');
    await belfry.json(['config', 'set', 'scan.every', '0']);
    await belfry.stopWorker();
    await once();
    t.equal(await count(), 1, 'never');
    // As if the last time had been before the machine started.
    await belfry.json(['config', 'set', 'scan.every', '8760']);
    const scannedAt = (at: number) => {
      const db = new Database(join(belfry.home, 'belfry.db'));
      db.prepare(`update state set value = ? where key = 'scanned_at'`).run(String(at));
      db.close();
    };
    await belfry.stopWorker();
    scannedAt(bootedAt() + 1_000);
    await once();
    t.equal(await count(), 1, 'not after a start of the machine that it has seen');
    scannedAt(bootedAt() - 1_000);
    await once();
    t.match((await told(2))[1], { ref: 'refs/heads/behind', before: ZERO }, 'after any other');
    await repository.server('update-ref', 'refs/heads/later', 'refs/heads/main');
    // A third of a second, which has long been over.
    await belfry.json(['config', 'set', 'scan.every', '0.0001']);
    await belfry.stopWorker();
    await once();
    t.match((await told(3))[2], { ref: 'refs/heads/later', before: ZERO });
  },
);
