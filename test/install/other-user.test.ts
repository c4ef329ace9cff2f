/** Root installs for somebody else. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { directoryPicture } from '../hooks/directory-picture.ts';
import { installStage, isRoot } from '../install-stage.ts';
import { needs } from '../support/needs.ts';
import { must, run } from '../support/run.ts';
import { until } from '../support/until.ts';

const NOBODY = 65534;

t.test('installs for another user', async t => {
  if (!isRoot || !needs(t, 'setpriv'))
    return void (isRoot || t.pass('skipped', { skip: 'only root can install for somebody else' }));
  const stage = await installStage(t, { has: 'dependencies' });
  const { places, srv, home, install } = stage;
  const repository = await stage.repository('app.git');
  await must('chown', ['-R', `${NOBODY}:${NOBODY}`, srv], { env: stage.env });
  t.match(
    await install([...places, srv]),
    { status: 0, stderr: '', stdout: /, for the user nobody\n/ },
    'the owner of the first DIR',
  );
  for (const path of await files(home)) t.equal((await stat(path)).uid, NOBODY, path);
  for (const path of ['hooks/post-receive', 'config'])
    t.equal((await stat(join(repository, path))).uid, NOBODY, path);
  const line = `${'0'.repeat(40)} ${'0'.repeat(40)} refs/heads/none\n`;
  const own = await run('hooks/post-receive', [], { cwd: repository, env: stage.env, stdin: line });
  t.match(own, { status: 0, stderr: '' }, 'root pushes too');
  const spooled = (name: string) => readdir(join(home, 'spool', name));
  await until('the push in the database', async () => (await spooled('new')).length === 0);
  t.strictSame(await spooled('bad'), [], 'and the owner of the home can read that');
  const cache = join(stage.prefix, 'cache');
  const link = (await readdir(cache)).find(name => name.endsWith(`-${NOBODY}`)) ?? '';
  t.match(await realpath(join(cache, link)), /-0$/, 'his worker reads what root has compiled');
  const others = [];
  for (const path of await files(cache)) {
    const { uid, mode } = await stat(path);
    if (uid !== 0 || (mode & 0o022) !== 0) others.push(path);
  }
  t.same(others, [], 'code is read from it: nobody but root may write there');
  t.match(await install([...places, '--user', 'root', srv]), {
    status: 1,
    stderr: `install.sh: The home ${home} belongs to nobody, not to root\n`,
  });
  await chown(srv, 0, 0);
  await rm(home, { recursive: true });
  t.match(
    await install([...places, srv]),
    { status: 0, stdout: /, for the user nobody\n/ },
    'the owner of the repositories',
  );
  t.match(await install([...places, '--uninstall', '--purge', '--yes']), { status: 0, stderr: '' });
  await t.rejects(access(join(repository, 'hooks', 'post-receive')));
});

t.test('a home that root owns is given to the owner of the repositories', async t => {
  if (!isRoot || !needs(t, 'setpriv'))
    return void (isRoot || t.pass('skipped', { skip: 'only root can install for somebody else' }));
  const stage = await installStage(t);
  const { places, srv, home, install } = stage;
  const repository = await stage.repository('app.git');
  t.match(await install([...places, srv]), { status: 0, stdout: /, for the user root\n/ });
  t.match(await stage.belfry('doctor'), { status: 0 });
  await must('chown', ['-R', `${NOBODY}:${NOBODY}`, srv], { env: stage.env });

  const { findings } = JSON.parse((await stage.belfry('doctor', '--json')).stdout);
  const found = findings.find((one: { subject: string }) => one.subject === repository);
  t.match(found, { level: 'problem', got: /srv belongs to nobody; its pushes are not announced/ });
  t.match(found.fix, /\/prefix\/install\.sh' --prefix .* --home .* --user nobody$/);
  t.match(JSON.parse((await stage.belfry('status', '--json')).stdout), { ok: false });
  const refused = await install([...places, srv]);
  t.match(refused, { status: 1, stderr: `install.sh: Root's worker does not run git in ${repository}: ` });

  const given = await install([...places, '--user', 'nobody', srv]);
  t.match(given, { status: 0, stderr: '' });
  t.match(given.stdout, `The home ${home} belonged to root: it now belongs to nobody\n`);
  for (const path of await files(home)) t.equal((await stat(path)).uid, NOBODY, path);
  t.match(await stage.belfry('doctor'), { status: 0 });
  t.match(await install([...places, '--user', 'root', srv]), { status: 1 }, 'and stays his');
});

t.test('what the owner has put into the home makes root change nothing outside', async t => {
  if (!isRoot || !needs(t, 'setpriv'))
    return void (isRoot || t.pass('skipped', { skip: 'only root can install for somebody else' }));
  const stage = await installStage(t);
  const { places, srv, home, dir, install } = stage;
  await stage.repository('app.git');
  await must('chown', ['-R', `${NOBODY}:${NOBODY}`, srv], { env: stage.env });
  t.match(await install([...places, srv]), { status: 0, stderr: '' });
  const canary = join(dir, 'canary');
  await mkdir(join(canary, 'sub'), { recursive: true });
  await writeFile(join(canary, 'file'), 'CANARY', { mode: 0o600 });
  const before = await directoryPicture(canary);
  const asOwner = (...args: string[]) =>
    must('setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...args], {
      env: stage.env,
    });
  const links: [name: string, to: string][] = [
    ['log', canary],
    ['outcome', canary],
    ['key.next', join(canary, 'file')],
    ['spool/bad', canary],
    ['template', canary],
  ];
  for (const [name, to] of links) {
    await asOwner('rm', '-rf', join(home, name));
    await asOwner('ln', '-s', to, join(home, name));
  }
  // A process of root's own, whose number the owner has written down as the worker's.
  const program = `process.title = 'belfry-worker'; console.log('up'); setInterval(() => {}, 1e3)`;
  const bystander = spawn(process.execPath, ['-e', program]);
  t.teardown(() => bystander.kill('SIGKILL'));
  await once(bystander.stdout, 'data');
  await asOwner(
    'sh',
    '-c',
    'rm -f "$1"; echo "$2" >"$1"',
    'sh',
    join(home, 'worker.pid'),
    String(bystander.pid),
  );

  const fixed = await stage.belfry('doctor', '--fix', '--json');
  t.equal(fixed.status, 1, fixed.stderr);
  t.match(
    JSON.parse(fixed.stdout).findings.find((one: { subject: string }) => one.subject === join(home, 'log')),
    { level: 'problem', wanted: 'a directory', got: 'a symbolic link' },
  );
  t.strictSame(await directoryPicture(canary), before, 'doctor --fix');
  await install([...places, '--template', srv]);
  t.strictSame(await directoryPicture(canary), before, 'install');
  for (const [name, to] of links) await asOwner('ln', '-sfn', to, join(home, name));
  const out = await install([...places, '--uninstall', '--purge', '--yes']);
  t.strictSame(await directoryPicture(canary), before, 'uninstall');
  t.match(out, { status: 0, stdout: `Home: removed ${home}\n` });
  t.equal(bystander.exitCode, null, 'and nobody else’s process was ended');
});

async function files(directory: string): Promise<string[]> {
  return [directory, ...(await readdir(directory, { recursive: true })).map(name => join(directory, name))];
}
