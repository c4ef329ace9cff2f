/** When a mirror's refs are looked at: after whatever moves them has ended, and after what says more than a look can. */
import { chown, readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { takeIn } from '../../src/announce/take-in.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { type LedgerStage, ledgerStage, ZERO } from './ledger-stage.ts';

const GONE = 'process 4194304 1';
const MINUTE = 60_000;

/** This very process, as the hook would name it. */
async function alive(): Promise<string> {
  const fields = (await readFile(`/proc/${process.pid}/stat`, 'latin1')).split(') ').at(-1)!.split(' ');
  return `process ${process.pid} ${fields[19]}`;
}

async function ask(
  stage: LedgerStage,
  name: string,
  writer: string,
  { age = 0, folder = 'new', env = '' } = {},
) {
  const file = join(stage.home, 'spool', folder, name);
  await writeFile(
    file,
    `belfry-look 1\ndirectory ${stage.repository.path}\nhook 4194304\n${writer}\n${env}\n`,
  );
  const at = (stage.now() - age) / 1_000;
  await utimes(file, at, at);
  return file;
}

function take({ home, store, settings, now, log }: LedgerStage) {
  return takeIn({
    spool: openSpool(join(home, 'spool')),
    store,
    settings,
    now,
    log: (level, message) => void log.push(`${level} ${message}`),
    onRecorded: () => {},
    stopping: () => false,
  });
}

async function moved(t: Parameters<typeof ledgerStage>[0]) {
  const stage = await ledgerStage(t);
  await stage.repository.commit();
  await stage.push('main');
  const tip = await stage.repository.git('rev-parse', 'main');
  await stage.repository.server('update-ref', 'refs/heads/b', tip);
  const names = async () => (await readdir(join(stage.home, 'spool', 'new'))).sort();
  return { ...stage, tip, names };
}

t.test('it waits for who moves the refs, and for nobody else of that number', async t => {
  const stage = await moved(t);
  await ask(stage, 'look-1', await alive());
  t.same(await take(stage), { taken: 0, held: 1 });
  t.same(await stage.names(), ['look-1']);
  await ask(stage, 'look-1', `process ${process.pid} 1`, { env: 'env BELFRY_USER mirror\n' });
  t.same(await take(stage), { taken: 1, held: 0 });
  t.same(await stage.names(), []);
  await stage.advance(1);
  t.same(await stage.told(2), [
    ['refs/heads/main', ZERO, stage.tip],
    ['refs/heads/b', ZERO, stage.tip],
  ]);
  const [newest] = await stage.deliveries();
  t.equal(newest!.recovered, false);
  const { data } = await stage.store.deliveries.show(newest!.id);
  t.equal(JSON.parse(data).pusher.username, 'mirror');
  t.match(await stage.scan(), { outcome: 'same' });
});

t.test('the same look twice is one push; two looks at the same find it once', async t => {
  const stage = await moved(t);
  await ask(stage, 'look-1', GONE);
  await ask(stage, 'look-2', GONE);
  t.same(await take(stage), { taken: 2, held: 0 });
  // Read again after a crash between the record and the removal.
  await ask(stage, 'look-1', GONE);
  await take(stage);
  t.equal((await stage.deliveries()).length, 2);
  await stage.repository.server('update-ref', '-d', 'refs/heads/b');
  await ask(stage, 'look-1', GONE);
  await take(stage);
  t.equal((await stage.deliveries()).length, 3, 'what has moved since then is not passed over');
});

t.test('a push that is on its way says who did it: it goes first', async t => {
  const stage = await moved(t);
  await ask(stage, 'look-1', GONE, { age: 1_000 });
  const update: [string, string, string] = [ZERO, stage.tip, 'refs/heads/b'];
  await stage.spool('writing', [update], stage.now() / 1_000, 'tmp');
  t.same(await take(stage), { taken: 0, held: 1 });
  await rename(join(stage.home, 'spool', 'tmp', 'writing'), join(stage.home, 'spool', 'new', 'writing'));
  t.same(await take(stage), { taken: 1, held: 1 });
  t.same(await take(stage), { taken: 1, held: 0 });
  t.equal((await stage.deliveries()).length, 2);
});

t.test('another one that moves refs there is waited for, too, and a dead one’s look is not', async t => {
  const stage = await moved(t);
  await ask(stage, 'look-1', GONE);
  await ask(stage, 'look-2', await alive());
  t.same(await take(stage), { taken: 0, held: 2 });
  await ask(stage, 'look-2', GONE);
  t.same(await take(stage), { taken: 2, held: 0 });
});

t.test(
  'who moves refs for ever is not waited for: looked at under another name, which its hook does not know',
  async t => {
    const stage = await moved(t);
    await ask(stage, 'look-1', await alive(), { age: 11 * MINUTE });
    t.same(await take(stage), { taken: 0, held: 1 }, 'a time that its owner has set does not make it old');
    await stage.advance(11 * MINUTE);
    t.same(await take(stage), { taken: 2, held: 0 }, 'named anew, and looked at');
    t.same(await stage.names(), []);
    t.equal((await stage.deliveries()).length, 2);
  },
);

t.test(
  'a look whose hook was killed is handed over; of a broken repository it is quarantined in the end',
  async t => {
    const stage = await moved(t);
    await ask(stage, 'look-1', GONE, { folder: 'tmp' });
    t.same(
      await openSpool(join(stage.home, 'spool')).adoptOrphans({ processState: () => 'gone', now: stage.now }),
      ['look-1'],
    );
    await rename(join(stage.repository.path, 'HEAD'), join(stage.repository.path, 'HEAD.away'));
    for (const seconds of [0, 1, 5, 15, 60, 120, 300, 600]) {
      t.same(await stage.names(), ['look-1']);
      await stage.advance(seconds * 1_000);
      await take(stage);
    }
    t.match(stage.log.at(-1), /^error push look-1 is quarantined: /);
    t.same(await stage.names(), []);
  },
);

t.test('a repository that was never seen: its first look is a baseline', async t => {
  const stage = await ledgerStage(t);
  const tip = await stage.repository.commit();
  await stage.repository.git(
    'push',
    '-q',
    '--receive-pack',
    'git -c core.hooksPath=/dev/null receive-pack',
    'origin',
    'main',
  );
  await ask(stage, 'look-1', GONE);
  await take(stage);
  t.same(await stage.deliveries(), []);
  t.same(await stage.ledger(), { 'refs/heads/main': tip });
});

t.test(
  'an account without a right to write there is believed nothing: what it claims is looked at',
  { skip: process.getuid?.() !== 0 && 'only root can give files away' },
  async t => {
    const stage = await moved(t);
    const file = (name: string) => join(stage.home, 'spool', 'new', name);
    const tip = stage.tip;
    const claim = async (name: string, uid: number, update: [string, string, string]) => {
      await stage.spool(name, [update], stage.now() / 1_000);
      await chown(file(name), uid, 65_534);
    };
    await stage.advance(Date.now() - stage.now());
    await claim('forged', 65_534, [tip, ZERO, 'refs/heads/main']);
    t.same(await take(stage), { taken: 0, held: 1 }, 'pushes under way go first');
    await stage.advance(MINUTE);
    await take(stage);
    const warning =
      /^warn push forged of user 65534 is not trusted, since that account may not write into \S+: belfry compares the refs itself$/;
    t.ok(stage.log.some(one => warning.test(one)));
    await stage.advance(1);
    t.same(
      await stage.told(2),
      [
        ['refs/heads/main', ZERO, tip],
        ['refs/heads/b', ZERO, tip],
      ],
      'main is not said to be gone, and what has moved is told',
    );

    stage.settings['push.trusted'] = ['nobody'];
    await stage.repository.server('update-ref', 'refs/heads/c', tip);
    await stage.spool('trusted', [[ZERO, tip, 'refs/heads/c']], stage.now() / 1_000);
    const text = await readFile(file('trusted'), 'utf8');
    await writeFile(file('trusted'), text.replace('hook 1\n', 'hook 1\nenv REMOTE_USER web-user\n'));
    await chown(file('trusted'), 65_534, 65_534);
    await take(stage);
    const [newest] = await stage.deliveries();
    const { data } = await stage.store.deliveries.show(newest!.id);
    t.match(JSON.parse(data), { ref: 'refs/heads/c', pusher: { username: 'web-user' } });
  },
);
