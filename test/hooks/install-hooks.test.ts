import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must, run } from '../support/run.ts';
import { directoryPicture } from './directory-picture.ts';

const isRoot = process.getuid?.() === 0;

/** A bare repository, and a user whose own Git settings are the only ones. */
async function stage(dir: string) {
  const env = environment(dir);
  process.env.HOME = env.HOME;
  process.env.XDG_CONFIG_HOME = env.HOME;
  const repository = join(dir, 'app.git');
  await must('git', ['init', '-q', '--bare', repository], { env });
  const hooks = join(repository, 'hooks');
  const installation = { app: PROJECT, home: join(dir, 'home') };
  return {
    env,
    repository,
    hooks,
    hook: join(hooks, 'post-receive'),
    installation,
    git: (...args: string[]) => must('git', args, { cwd: repository, env }),
    install: (more = {}) => installHooks(repository, { ...installation, ...more }),
    uninstall: () => uninstallHooks(repository),
    picture: (options = {}) => directoryPicture(repository, options),
  };
}

const FOREIGN = '#!/bin/sh\ncat >got\nprintf \'%s\' "$0" >name\nexit 3\n';

t.test('installs, changes nothing when run again, and gives the repository back', async t => {
  const one = await stage(t.testdir({}));
  const before = await one.picture();
  t.strictSame(await one.install(), { changed: true, how: 'own' });
  t.equal((await stat(one.hook)).mode & 0o7777, 0o755);
  t.match(
    await readFile(one.hook, 'utf8'),
    `\nbelfry_app='${PROJECT}'\nbelfry_home='${one.installation.home}'\n`,
  );
  t.equal(await one.git('config', '--type=bool', 'receive.advertisePushOptions'), 'true\n');
  const installed = await one.picture();
  t.strictSame(await one.install(), { changed: false, how: 'own' });
  t.strictSame(await one.picture(), installed);
  t.strictSame(
    Object.keys(installed).filter(name => !(name in before)),
    ['hooks/post-receive'],
  );

  t.strictSame(await one.uninstall(), { changed: true });
  t.strictSame(await one.picture({ times: false }), await without(before));
  t.strictSame(await one.uninstall(), { changed: false });
});

t.test('writes any path so that the shell reads it back', async t => {
  const one = await stage(t.testdir({}));
  const home = join(t.testdirName, `a'b "c" $(touch pwned) \\ &\\1 钟\nend`);
  await one.install({ home });
  const script = (await readFile(one.hook, 'utf8')).match(/^belfry_app=[\s\S]*?(?=\n\nbelfry_lf=)/m)?.[0];
  const ran = await run('sh', ['-c', `${script}\nprintf '%s' "$belfry_home"`], {
    env: one.env,
    cwd: t.testdirName,
  });
  t.equal(ran.stdout, home);
});

t.test('brings an older hook, one of another place, or a broken one up to date', async t => {
  const one = await stage(t.testdir({}));
  await one.install({ home: '/elsewhere' });
  const note = 'its hooks reported to the home /elsewhere, which is gone';
  t.strictSame(await one.install(), { changed: true, how: 'own', note, notes: [note] });
  const right = await readFile(one.hook);
  await writeFile(one.hook, "#!/bin/sh\n# belfry's post-receive: of version 0\n");
  t.strictSame(await one.install(), { changed: true, how: 'own' });
  await chmod(one.hook, 0o644);
  t.strictSame(await one.install(), { changed: true, how: 'own' });
  t.strictSame(await readFile(one.hook), right);
  t.equal((await stat(one.hook)).mode & 0o777, 0o755);
});

t.test('keeps a foreign hook running, and puts it back', async t => {
  const one = await stage(t.testdir({}));
  await writeFile(one.hook, FOREIGN);
  await chmod(one.hook, 0o750);
  await utimes(one.hook, 1e9, 1e9);
  const before = await one.picture();
  t.strictSame(await one.install(), { changed: true, how: 'chained' });
  const installed = await one.picture();
  t.equal(installed['hooks/post-receive.d/post-receive'], before['hooks/post-receive']);
  t.strictSame(await one.install(), { changed: false, how: 'chained' });
  t.strictSame(await one.picture(), installed);
  const ran = await run('hooks/post-receive', [], {
    cwd: one.repository,
    env: one.env,
    stdin: 'a b refs/heads/main\n',
  });
  t.equal(ran.status, 3);
  t.equal(await readFile(join(one.repository, 'got'), 'utf8'), 'a b refs/heads/main\n');
  await rm(join(one.repository, 'got'));
  await rm(join(one.repository, 'name'));
  t.match(await one.install({ home: '/elsewhere' }), { changed: true, how: 'chained' });
  t.strictSame(await one.uninstall(), { changed: true });
  t.strictSame(await without(await one.picture()), await without(before));
});

t.test('keeps foreign hooks that are links', async t => {
  for (const target of ['../shared/hook', 'absolute', 'nowhere']) {
    const one = await stage(t.testdir({ shared: { hook: FOREIGN } }));
    await mkdir(join(one.repository, 'shared'));
    await rename(join(t.testdirName, 'shared', 'hook'), join(one.repository, 'shared', 'hook'));
    await chmod(join(one.repository, 'shared', 'hook'), 0o755);
    await symlink(target === 'absolute' ? join(one.repository, 'shared', 'hook') : target, one.hook);
    const before = await one.picture();
    t.strictSame(await one.install(), { changed: true, how: 'chained' });
    t.strictSame(await one.install(), { changed: false, how: 'chained' });
    t.notOk((await lstat(one.hook)).isSymbolicLink());
    const moved = join(one.hooks, 'post-receive.d', 'post-receive');
    if (target.startsWith('..')) t.equal(await readlink(moved), '../../shared/hook');
    const ran = await run('hooks/post-receive', [], { cwd: one.repository, env: one.env, stdin: 'x' });
    t.equal(ran.status, target === 'nowhere' ? 0 : 3, target);
    await rm(join(one.repository, 'got'), { force: true });
    await rm(join(one.repository, 'name'), { force: true });
    await one.uninstall();
    const after = await one.picture();
    t.strictSame(await without(after), await without(before));
  }
});

t.test('puts a file into the directory of a dispatcher', async t => {
  for (const made of [false, true]) {
    const one = await stage(t.testdir({}));
    await writeFile(one.hook, '#!/bin/sh\ndata=$(cat)\nfor h in "$0".d/*; do echo "$data" | "$h"; done\n', {
      mode: 0o755,
    });
    if (!made) await mkdir(`${one.hook}.d`);
    const before = await one.picture();
    t.strictSame(await one.install(), { changed: true, how: 'dispatcher' });
    const installed = await one.picture();
    t.equal(installed['hooks/post-receive'], before['hooks/post-receive']);
    t.match(installed['hooks/post-receive.d/belfry'], "# belfry's post-receive:");
    t.strictSame(await one.install(), { changed: false, how: 'dispatcher' });
    t.strictSame(await one.picture(), installed);
    await one.uninstall();
    delete before['hooks/post-receive.d'];
    t.strictSame(await without(await one.picture()), await without(before), 'no empty directory is left');
  }
});

t.test('finishes what was interrupted', async t => {
  // Killed between the steps: the note is written, the foreign hook has both names, the new hook is not there yet.
  const one = await stage(t.testdir({}));
  await writeFile(one.hook, FOREIGN, { mode: 0o755 });
  const before = await one.picture();
  await one.install();
  await rm(one.hook);
  await writeFile(one.hook, FOREIGN, { mode: 0o755 });
  t.strictSame(await one.install(), { changed: true, how: 'chained' });
  await one.uninstall();
  t.strictSame(await without(await one.picture()), await without(before));
});

t.test('follows a foreign hook that was written anew over belfry’s', async t => {
  const one = await stage(t.testdir({}));
  await writeFile(one.hook, FOREIGN, { mode: 0o755 });
  await one.install();
  await rm(one.hook);
  await writeFile(one.hook, '#!/bin/sh\nexit 5\n', { mode: 0o755 });
  t.strictSame(await one.install(), { changed: true, how: 'chained' });
  t.equal((await run('hooks/post-receive', [], { cwd: one.repository, env: one.env })).status, 5);
  await one.uninstall();
  t.equal(await readFile(one.hook, 'utf8'), '#!/bin/sh\nexit 5\n');
});

t.test('refuses to run what it did not put there, and changes nothing then', async t => {
  const one = await stage(t.testdir({}));
  await writeFile(one.hook, FOREIGN, { mode: 0o755 });
  await mkdir(`${one.hook}.d`);
  await writeFile(join(`${one.hook}.d`, 'post-receive'), FOREIGN, { mode: 0o755 });
  const before = await one.picture();
  await t.rejects(one.install(), {
    code: 'conflict',
    message: /post-receive\.d\/post-receive already exists/,
  });
  t.strictSame(await one.picture(), before);
  await rm(one.hook);
  await t.rejects(one.install(), { code: 'conflict' });
  await mkdir(one.hook);
  await t.rejects(one.install(), { code: 'conflict', message: /something that is not a file/ });
});

t.test('puts the hook where git looks', async t => {
  for (const scope of ['--local', '--global'] as const) {
    const one = await stage(t.testdir({ shared: {} }));
    const shared = join(t.testdirName, 'shared');
    await one.git('config', scope, 'core.hooksPath', scope === '--local' ? '../shared' : shared);
    const before = await one.picture();
    const installed = await one.install();
    t.match(installed, {
      changed: true,
      how: 'own',
      note: `the hook is in ${shared}, and serves every repository that uses it`,
    });
    t.ok((await stat(join(shared, 'post-receive'))).isFile());
    t.strictSame((await one.install()).changed, false);
    t.match(await one.uninstall(), { changed: true, note: /^removed the hook in .* for every repository/ });
    t.strictSame(await without(await one.picture()), await without(before));
    t.strictSame(await directoryPicture(shared), {});
  }
  const one = await stage(t.testdir({}));
  await one.git('config', 'core.hooksPath', '/dev/null');
  await t.rejects(one.install(), { code: 'conflict', message: /wanted a directory, got / });
});

t.test('makes a hooks directory where there is none', async t => {
  const one = await stage(t.testdir({}));
  await rm(one.hooks, { recursive: true });
  const before = await one.picture();
  t.strictSame(await one.install(), { changed: true, how: 'own' });
  t.strictSame(await one.install(), { changed: false, how: 'own' });
  await one.uninstall();
  const { hooks, ...after } = await one.picture();
  t.match(hooks, 'directory', 'it stays, and is empty');
  t.strictSame(await without(after), await without(before));
});

t.test('leaves a configuration alone that says already what is wanted', async t => {
  for (const scope of ['--local', '--global'] as const) {
    const one = await stage(t.testdir({}));
    await one.git('config', scope, 'receive.advertisePushOptions', 'yes');
    await one.git('config', scope, 'receive.procReceiveRefs', 'refs/for');
    const config = join(one.repository, 'config');
    const before = await readFile(config);
    await one.install();
    t.ok((await readFile(config)).equals(before), scope);
    await one.uninstall();
    t.ok((await readFile(config)).equals(before), scope);
  }
});

t.test('takes only its own lines out of a configuration that was edited meanwhile', async t => {
  const one = await stage(t.testdir({}));
  const config = join(one.repository, 'config');
  await chmod(config, 0o640);
  await one.git('config', 'receive.advertisePushOptions', 'false');
  const before = await readFile(config, 'utf8');
  await one.install();
  t.equal(await one.git('config', '--type=bool', 'receive.advertisePushOptions'), 'true\n');
  t.equal((await stat(config)).mode & 0o777, 0o640);
  await one.git('config', 'gitweb.owner', 'alice');
  await one.uninstall();
  t.equal(await readFile(config, 'utf8'), `${before}[gitweb]\n\towner = alice\n`);
});

t.test('respects that push options were switched off after it had switched them on', async t => {
  const one = await stage(t.testdir({}));
  await one.install();
  await appendFile(join(one.repository, 'config'), '[receive]\n\tadvertisePushOptions = false\n');
  t.match(await one.install(), { changed: false, note: /push options are off/ });
  t.equal(await one.git('config', '--type=bool', 'receive.advertisePushOptions'), 'false\n');
});

t.test('waits for a lock on the configuration, and says so when it stays', async t => {
  const one = await stage(t.testdir({}));
  const lock = join(one.repository, 'config.lock');
  await writeFile(lock, '');
  const done = one.install();
  setTimeout(() => rm(lock), 120);
  t.strictSame(await done, { changed: true, how: 'own' });
  await one.uninstall();
  await writeFile(lock, '');
  await t.rejects(one.install(), { code: 'conflict', message: /config\.lock exists/ });
  t.equal(await readFile(lock, 'utf8'), '', 'it is not ours to remove');
});

t.test('gives what root writes to the owner of the hooks directory', async t => {
  if (!isRoot) {
    t.pass('skipped', { skip: 'only root can give files away' });
    return;
  }
  const one = await stage(t.testdir({}));
  await writeFile(one.hook, FOREIGN, { mode: 0o755 });
  for (const path of ['', 'config', 'hooks', 'hooks/post-receive'])
    await chown(join(one.repository, path), 65534, 65533);
  await one.install();
  for (const path of [
    'config',
    'hooks/post-receive',
    'hooks/post-receive.d',
    'hooks/belfry-undo.json',
    'hooks/post-receive.d/post-receive',
  ]) {
    const { uid, gid } = await stat(join(one.repository, path));
    t.strictSame([uid, gid], [65534, 65533], path);
  }
  await one.uninstall();
  t.strictSame((await stat(join(one.repository, 'config'))).uid, 65534);
});

t.test('says what it cannot do', async t => {
  const one = await stage(t.testdir({}));
  await t.rejects(installHooks(join(t.testdirName, 'missing.git'), one.installation), {
    code: /git|environment/,
  });
  await t.rejects(one.install({ app: join(t.testdirName, 'no-app') }), {
    code: 'environment',
    message: /Cannot read .*post-receive/,
  });
  await t.rejects(installHooks('/srv/a\nb.git', one.installation), { code: 'invalid', message: /line feed/ });
  await writeFile(join(one.hooks, 'belfry-undo.json'), '{"version":2}');
  await t.rejects(one.install(), { code: 'invalid', message: /was not written by this version/ });
  if (!isRoot) {
    await rm(join(one.hooks, 'belfry-undo.json'));
    await chmod(one.hooks, 0o555);
    await t.rejects(one.install(), { code: 'permission' });
    await chmod(one.hooks, 0o755);
  }
});

/** Without the times of what is made anew: only a foreign hook keeps its own. */
async function without(picture: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(picture).map(([name, text]) => [name, text.replace(/^(\d+ \d+:\d+) \d{16,} /, '$1 ')]),
  );
}
