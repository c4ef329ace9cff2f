/** Pushes that wait one behind the other are read together, and what is said of each is what is said of it alone. */
import { readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { createForesight } from '../../src/announce/foresight.ts';
import { takeIn } from '../../src/announce/take-in.ts';
import { bareChange } from '../../src/git/bare-change.ts';
import type { PushFacts } from '../../src/gitee/push.ts';
import { prepareHome } from '../../src/host/home.ts';
import type { RefUpdate } from '../../src/model/change.ts';
import type { KindName } from '../../src/model/names.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import type { SpoolEntry } from '../../src/spool/folder-index.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { type EventColumns, eventUnpacker } from '../../src/store/event-text.ts';
import { NOW, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { type GitRepository, gitRepository } from '../support/git-repository.ts';
import { matches } from '../support/matches.ts';

const ZERO = '0'.repeat(40);
const GONE = 'e'.repeat(40);

type Update = [old: string, next: string, ref: string];

interface Row {
  ref: string | null;
  data: string;
  facts: string;
}

interface Home {
  together: boolean;
  kind?: KindName;
  /** How many commits an event lists. */
  commits?: number;
}

/** A home that takes in these pushes, all of them in one go or one after the other. Gives what it records of them. */
async function recorded(
  t: Test,
  repository: GitRepository,
  pushes: Update[][],
  { together, kind = 'gitee', commits = 20 }: Home,
): Promise<Row[]> {
  const home = join(t.testdirName, `home-${kind}-${commits}-${together}`);
  await prepareHome(home);
  const { store } = openTestStore(t, home);
  await store.roots.add(join(t.testdirName, 'root'));
  await store.webhooks.add(sampleWebhook({ kind }), '', NOW);
  const spool = openSpool(join(home, 'spool'));
  const settings = resolveSettings(
    new Map([
      ['web.url', 'https://git.example.com'],
      ['payload.commits', `${commits}`],
    ]),
    'host',
  );
  const [waiting, incoming] = ['tmp', 'new'].map(folder => join(home, 'spool', folder)) as [string, string];
  for (const [n, updates] of pushes.entries()) {
    const name = `push-${String(n).padStart(3, '0')}`;
    const lines = updates.map(update => `${update.join(' ')}\n`).join('');
    writeFileSync(join(waiting, name), `belfry-push 1\ndirectory ${repository.path}\nhook 1\n\n${lines}`);
    utimesSync(join(waiting, name), 1_700_000_000 + n, 1_700_000_000 + n);
  }
  const log = () => {};
  const take = () =>
    takeIn({ spool, store, settings, now: () => NOW, log, onRecorded: log, stopping: () => false });
  for (const name of readdirSync(waiting).sort()) {
    renameSync(join(waiting, name), join(incoming, name));
    if (!together) await take();
  }
  if (together) await take();
  t.same(readdirSync(incoming), []);
  const db = new Database(join(home, 'belfry.db'), { readonly: true });
  const rows = db
    .prepare(
      `select spool_name, notes, name, ref, data, pattern_id as patternId, parts, facts
       from push left join event on push_id = push.id order by push.id, event.id`,
    )
    .all() as (Row & EventColumns)[];
  const unpack = eventUnpacker(db);
  const whole = rows.map(({ data, patternId, parts, ...row }) => ({
    ...row,
    data: row.ref && unpack({ data, patternId, parts }),
  }));
  db.close();
  return whole as Row[];
}

t.test('the same events, whatever the pushes are', async t => {
  t.testdir({});
  const repository = await gitRepository(t.testdirName);
  const tips: string[] = [];
  for (let n = 0; n < 30; n++)
    tips.push(await repository.commit({ message: `${n}\n`, files: { [`f${n}`]: `${n}` } }));
  await repository.git('tag', '-a', 'v1', '-m', 'One', tips[3]!);
  const tag = await repository.git('rev-parse', 'v1');
  await repository.push(['HEAD:refs/heads/main', 'v1']);
  const main = (n: number): Update => [tips[n - 1] ?? ZERO, tips[n]!, 'refs/heads/main'];
  const pushes: Update[][] = [
    ...Array.from({ length: 20 }, (_, n) => [main(n)]),
    [[ZERO, tips[4]!, 'refs/heads/new'], main(20)],
    [[ZERO, tag, 'refs/tags/v1']],
    [[tips[4]!, tips[2]!, 'refs/heads/new']],
    [[tips[2]!, ZERO, 'refs/heads/new']],
    [[ZERO, tips[9]!, 'refs/notes/x']],
    [main(21)],
    [[ZERO, GONE, 'refs/heads/gone']],
    [main(22)],
    Array.from({ length: 12 }, (_, n): Update => [ZERO, tips[n]!, `refs/heads/many-${n}`]),
    ...Array.from({ length: 7 }, (_, n) => [main(23 + n)]),
  ];
  const together = await recorded(t, repository, pushes, { together: true });
  const alone = await recorded(t, repository, pushes, { together: false });
  t.ok(together.length > 40);
  t.strictSame(together, alone);
  t.match(JSON.parse(together[19]!.data), { before: tips[18], after: tips[19], total_commits_count: 1 });
  t.strictSame(moreIn(together), [], 'no webhook wants more of Git than Gitee has');

  const forges = await recorded(t, repository, pushes, { kind: 'github', together: true });
  t.strictSame(forges, await recorded(t, repository, pushes, { kind: 'github', together: false }));
  t.strictSame(moreIn(forges), ['fresh', 'message']);
});

t.test('what a push brings is told by the branches before it, also when it was read with others', async t => {
  t.testdir({});
  const repository = await gitRepository(t.testdirName);
  const tips: string[] = [];
  for (let n = 0; n < 6; n++)
    tips.push(await repository.commit({ message: `${n}\n`, files: { [`f${n}`]: `${n}` } }));
  const [a, b, d, e, f] = [0, 1, 3, 4, 5].map(n => tips[n]!) as [string, string, string, string, string];
  await repository.git('tag', '-a', 'v1', '-m', 'One', e);
  const tag = await repository.git('rev-parse', 'v1');
  await repository.push(['HEAD:refs/heads/main', 'v1']);
  const pushes: Update[][] = [
    [[ZERO, a, 'refs/heads/main']],
    [[a, b, 'refs/heads/main']],
    [[ZERO, e, 'refs/heads/one']],
    [[b, d, 'refs/heads/main']],
    [[ZERO, e, 'refs/heads/two']],
    [[e, ZERO, 'refs/heads/one']],
    [[e, ZERO, 'refs/heads/two']],
    // The very update as before, and this time without its twin.
    [[ZERO, e, 'refs/heads/two']],
    [[d, e, 'refs/heads/main']],
    [[ZERO, tag, 'refs/tags/v1']],
    [[e, f, 'refs/heads/main']],
  ];
  const forge = { kind: 'github', commits: 1, together: true } as const;
  const rows = await recorded(t, repository, pushes, forge);
  t.strictSame(rows, await recorded(t, repository, pushes, { ...forge, together: false }));
  t.strictSame(
    rows.map(({ facts }) => {
      const { fresh, rest, base, message } = JSON.parse(facts) as PushFacts;
      const ids = fresh?.commits.map(({ id }) => id);
      return JSON.parse(JSON.stringify([ids, fresh?.total, rest?.added, base, message]));
    }),
    [
      [[a], 1, null, null, null],
      [null, null, null, null, null],
      [[e], 3, ['f2', 'f3'], null, null],
      [null, null, ['f2'], null, null],
      [[], 0, null, 'refs/heads/one', null],
      [null, null, null, null, null],
      [null, null, null, null, null],
      [[e], 1, null, null, null],
      [null, null, null, null, null],
      [null, null, null, 'refs/heads/main', 'One\n'],
      [null, null, null, null, null],
    ],
  );
});

/** Which facts beyond Gitee's format there are. */
function moreIn(rows: readonly Row[]): string[] {
  const there = new Set(
    rows.flatMap(({ ref, facts }) => (ref === null ? [] : Object.keys(JSON.parse(facts)))),
  );
  return ['fresh', 'rest', 'base', 'message'].filter(fact => there.has(fact));
}

const entry = (name: string): SpoolEntry => ({
  ...{ name, uid: 0, writtenAt: 0n, changedAt: 0, size: 100, gone: false },
  claim: { refCheck: false, directory: '/r.git', hookPid: 1, writer: null },
});
const moved = (n: number): RefUpdate => ({ old: `${n}`, new: `${n + 1}`, ref: 'refs/heads/main' });

/** Each file holds the update of its name. */
function foreseen(names: string[]) {
  const read = async (name: string) => ({ push: { updates: [moved(Number(name))] } }) as never;
  return createForesight({ read }, () => names.map(entry));
}

t.test('what was read with the first is there for the others', async t => {
  const asked: number[] = [];
  const read = async (updates: RefUpdate[]) => {
    asked.push(updates.length);
    return updates.map(update => bareChange(update, ''));
  };
  const foresight = foreseen(['2', '3']);
  for (const n of [1, 2, 3]) matches(t, await foresight.changes([moved(n)], read), [moved(n)]);
  t.same(asked, [3]);
});

t.test(
  'with more facts what creates a ref is read by itself, and what was read without them does not count',
  async t => {
    const asked: string[][] = [];
    const read = async (updates: RefUpdate[]) => {
      asked.push(updates.map(({ new: next }) => next));
      return updates.map(update => bareChange(update, ''));
    };
    const made: RefUpdate = { old: ZERO, new: 'made', ref: 'refs/heads/made' };
    const files: Record<string, RefUpdate> = { second: moved(2), made, third: moved(3) };
    const spool = { read: async (name: string) => ({ push: { updates: [files[name]] } }) as never };
    const foresight = createForesight(spool, () => Object.keys(files).map(entry));
    await foresight.changes([moved(1)], read, 'plain');
    t.same(asked.pop(), ['2', '3', 'made', '4']);
    await foresight.changes([moved(1)], read, 'facts');
    t.same(asked.pop(), ['2', '3', '4']);
    t.equal(await foresight.changes([made], read, 'facts'), null);
    t.equal(await foresight.changes([made, moved(2)], read, 'facts'), null);
    matches(t, await foresight.changes([moved(3)], read, 'facts'), [moved(3)]);
    matches(t, await foresight.changes([made], read, 'plain'), [made]);
    t.same(asked, []);
  },
);

t.test('where something is missing, each push is read by itself from then on', async t => {
  let asked = 0;
  const read = async () => {
    asked++;
    return null;
  };
  const foresight = foreseen(['2', '3']);
  for (const n of [1, 2, 3]) t.equal(await foresight.changes([moved(n)], read), null);
  t.equal(asked, 1);
  t.equal(await foreseen([]).changes([moved(1)], read), null, 'nothing follows');
  t.equal(asked, 1);
});
