/** Root gives files away in a home whose owner is hostile: nothing outside changes hands. */
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { giveLeftovers, giveTree } from '../../src/host/give-away.ts';
import { swapper } from '../files/swapper.ts';
import { must } from '../support/run.ts';

const OWNER = 65_001;
const isRoot = process.geteuid!() === 0;

async function stage(t: Test) {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-give-'));
  t.teardown(() => rm(dir, { recursive: true }));
  await chmod(dir, 0o755);
  const home = join(dir, 'home');
  await mkdir(join(home, 'log'), { recursive: true });
  await mkdir(join(dir, 'canary'));
  await writeFile(join(dir, 'canary', 'file'), 'CANARY', { mode: 0o600 });
  for (const path of [home, join(home, 'log')]) await chown(path, OWNER, OWNER);
  const canary = async () => {
    const [above, file] = [await stat(join(dir, 'canary')), await stat(join(dir, 'canary', 'file'))];
    const text = await readFile(join(dir, 'canary', 'file'), 'utf8');
    return [above.uid, above.gid, above.mode, file.uid, file.gid, file.mode, text];
  };
  return { dir, home, canary, before: await canary() };
}

t.test('files and directories are given; links, other names, pipes and devices are named', async t => {
  if (!isRoot) return void t.pass('skipped', { skip: 'only root can give files away' });
  const { dir, home, canary, before } = await stage(t);
  const file = join(dir, 'canary', 'file');
  await writeFile(join(home, 'belfry.db-wal'), '');
  await mkdir(join(home, 'outcome'));
  await symlink(join(dir, 'canary'), join(home, 'spool'));
  await symlink(file, join(home, 'key'));
  await link(file, join(home, 'log', 'worker.log'));
  await must('mkfifo', [join(home, 'pipe')], { env: { PATH: '/usr/bin:/bin' } });
  const left = await giveLeftovers(home, ['', 'log', 'spool', 'missing']);
  t.strictSame(left, [
    `${home}/key: it is a symbolic link`,
    `${home}/pipe: it is a pipe`,
    `${home}/spool: it is a symbolic link`,
    `${home}/log/worker.log: it has 2 names (hard links)`,
  ]);
  for (const name of ['belfry.db-wal', 'outcome']) t.equal((await stat(join(home, name))).uid, OWNER, name);
  t.strictSame(await canary(), before);
});

t.test('while the owner swaps names as quickly as can be', async t => {
  if (!isRoot) return void t.pass('skipped', { skip: 'only root can give files away' });
  const { dir, home, canary, before } = await stage(t);
  const file = join(dir, 'canary', 'file');
  const makers = [
    `fs.writeFileSync(path, '')`,
    `fs.symlinkSync(${JSON.stringify(file)}, path)`,
    `fs.mkdirSync(path)`,
    `fs.symlinkSync(${JSON.stringify(join(dir, 'canary'))}, path)`,
  ];
  const turns = [
    await swapper(t, join(home, 'log'), makers, { uid: OWNER, gid: OWNER }),
    await swapper(t, join(home, 'x'), makers, { uid: OWNER, gid: OWNER }),
  ];
  let given = 0;
  for (let n = 0; n < 300 || given < 20; n++) {
    // What root leaves behind: the owner may rename it, too.
    const name = join(home, `left-${n}`);
    await writeFile(name, '');
    await giveLeftovers(home, ['', 'log']).catch(error => {
      if (!['ENOENT', 'ENOTDIR'].includes(error.code)) throw error;
    });
    if ((await lstat(name)).uid === OWNER) given++;
    await rm(name);
  }
  for (const one of turns) await one.end();
  t.ok(given >= 20);
  t.strictSame(await canary(), before);
});

t.test('a whole home of root’s goes to another account, but for what others have left there', async t => {
  if (!isRoot) return void t.pass('skipped', { skip: 'only root can give files away' });
  const { dir, home, canary, before } = await stage(t);
  await chown(home, 0, 0);
  await mkdir(join(home, 'spool', 'new'), { recursive: true });
  await writeFile(join(home, 'spool', 'new', 'push'), '');
  await writeFile(join(home, 'spool', 'new', 'members'), '');
  await chown(join(home, 'spool', 'new', 'members'), 65_004, 65_004);
  t.strictSame(await giveTree(home, { uid: OWNER, gid: OWNER }), []);
  for (const name of ['', 'log', 'spool', 'spool/new', 'spool/new/push'])
    t.equal((await stat(join(home, name))).uid, OWNER, name);
  t.equal((await stat(join(home, 'spool', 'new', 'members'))).uid, 65_004, 'whose push it is');
  await symlink(join(dir, 'canary'), join(home, 'link'));
  await chown(home, 0, 0);
  t.strictSame(await giveTree(home, { uid: 65_005, gid: 65_005 }), [`${home}/link: it is a symbolic link`]);
  t.strictSame(await canary(), before);
});
