/** The home's directories, accounts, and whether a worker lives. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { findAccount } from '../../src/host/accounts.ts';
import { prepareHome } from '../../src/host/home.ts';
import { becomeOwner } from '../../src/host/home-owner.ts';
import { processAlive } from '../../src/host/process-state.ts';
import { livingWorker, removePid, writePid } from '../../src/host/worker-process.ts';
import { NODE } from '../support/belfry.ts';

t.test('the home: for its owner only, and the spool gives its group on', async t => {
  const home = join(t.testdir({}), 'a', 'b', 'home');
  const before = process.umask(0o022);
  await prepareHome(home);
  process.umask(before);
  const mode = (...path: string[]) => (statSync(join(home, ...path)).mode & 0o7777).toString(8);
  t.equal(mode(), '700');
  t.equal(mode('log'), '700');
  for (const folder of ['tmp', 'new', 'bad']) t.equal(mode('spool', folder), '2700', 'set-group-id');
  chmodSync(join(home, 'spool', 'new'), 0o3733);
  await prepareHome(home);
  t.equal(mode('spool', 'new'), '3733', 'what an admin has opened stays open');
});

t.test('a home that cannot be made says where and why', async t => {
  const dir = t.testdir({ file: 'x' });
  await t.rejects(prepareHome(join(dir, 'file', 'home')), {
    name: 'BelfryError',
    code: 'permission',
    message: /^The home .*\/file\/home cannot be created: ENOTDIR/,
    hint: 'Choose another one with --home DIR or BELFRY_HOME, or run ./install.sh first.',
  });
});

t.test('accounts by number and by name', async t => {
  const { username, uid, gid, homedir } = userInfo();
  const me = { name: username, uid, gid, home: homedir };
  t.match(await findAccount(uid), me);
  t.match(await findAccount(username), me);
  t.equal(await findAccount(4_000_000_001), null);
  for (const nasty of ['nobody-of-this-name', '--help', '', '0 1'])
    t.equal(await findAccount(nasty), null, nasty);
});

t.test('nobody changes who owns the home, nor who they are, without need', async t => {
  const dir = t.testdir({});
  const before = process.getuid!();
  await becomeOwner(dir);
  await becomeOwner(join(dir, 'missing'));
  t.equal(process.getuid!(), before);
});

t.test(
  'root becomes the owner of the home',
  { skip: process.getuid!() !== 0 && 'only root can' },
  async t => {
    const { chownSync } = await import('node:fs');
    const dir = t.testdir({});
    const home = join(dir, 'home');
    mkdirSync(home);
    chownSync(home, 65534, 65534);
    const program = `
    import { becomeOwner } from ${JSON.stringify(join(import.meta.dirname, '../../src/host/home-owner.ts'))};
    await becomeOwner(${JSON.stringify(home)});
    console.log(JSON.stringify([process.getuid(), process.getgid(), process.getgroups().includes(0), process.env.HOME]));
  `;
    const child = spawn(NODE, ['--input-type=module', '-e', program]);
    const [said] = await once(child.stdout, 'data');
    const [uid, gid, rootsGroup, ownHome] = JSON.parse(String(said));
    t.same([uid, gid, rootsGroup], [65534, 65534, false], 'and keeps nothing of root');
    t.equal(ownHome, (await findAccount(65534))?.home);
  },
);

t.test('a worker lives when the process of that number says that it is one', async t => {
  const home = t.testdir({});
  t.equal(await livingWorker(home), null);
  await writePid(home, process.pid);
  t.equal(readFileSync(join(home, 'worker.pid'), 'utf8'), `${process.pid}\n`);
  t.equal(await livingWorker(home), null, 'this process is none');
  const child = spawn(NODE, [
    '-e',
    `process.title = 'belfry-worker'; console.log('up'); setInterval(() => {}, 1e3)`,
  ]);
  await once(child.stdout, 'data');
  await writePid(home, child.pid!);
  t.equal(await livingWorker(home), child.pid);
  t.equal(processAlive(child.pid!), true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.equal(await livingWorker(home), null);
  t.equal(processAlive(child.pid!), false);
  for (const odd of ['', 'x', '-1', '0', '1.5', '1 2', `${process.pid} x`, '99999999999']) {
    writeFileSync(join(home, 'worker.pid'), odd);
    t.equal(await livingWorker(home), null, odd);
  }
  await removePid(home);
  await removePid(home);
  t.notOk(existsSync(join(home, 'worker.pid')));
  for (const odd of [Number.NaN, 0, -1, 4_194_305, 1.5]) t.equal(processAlive(odd), false, String(odd));
  rmSync(home, { recursive: true, force: true });
});
