/** install.sh itself: what it puts where, what it refuses, and that it takes all of it away again. */
import {
  access,
  appendFile,
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { directoryPicture } from './hooks/directory-picture.ts';
import { fakeProgram, type InstallStage, installStage, isRoot } from './install-stage.ts';
import { gitRepository } from './support/git-repository.ts';
import { findProgram, needs } from './support/needs.ts';
import { must, run } from './support/run.ts';
import { until } from './support/until.ts';

const NOBODY = 65534;

t.test('installs, changes nothing when run again, upgrades, and takes everything away', async t => {
  const stage = await installStage(t);
  const { prefix, home, bin, srv, places, install } = stage;
  const repository = await stage.repository('acme/app.git');
  await writeFile(join(repository, 'hooks', 'post-receive'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const before = await directoryPicture(repository, { times: false });

  const first = await install([...places, 'srv']);
  t.match(first, { status: 0, stderr: '' });
  t.match(first.stdout, `root: ${srv}\nhooks: 1 repository changed, 0 up to date\n`);
  t.match(first.stdout, `belfry 0.1.0 is in ${prefix}, its home in ${home}, for the user `);
  t.match(first.stdout, /^next: .*belfry webhook add /m);
  t.equal((await stat(home)).mode & 0o777, 0o700);
  const version = await stage.belfry('repo', 'list', '--json');
  t.match(
    JSON.parse(version.stdout),
    [{ full_name: 'acme/app', company: 'acme' }],
    'whatever PATH and HOME say',
  );

  const placed = {
    ...(await directoryPicture(prefix)),
    ...(await directoryPicture(bin)),
    ...(await directoryPicture(srv)),
  };
  const second = await install([...places, srv], {
    shell: findProgram('busybox') ? ['busybox', 'ash'] : ['sh'],
  });
  t.match(second, { status: 0, stderr: '' });
  t.match(second.stdout, 'hooks: 0 repositories changed, 1 up to date');
  t.match(second.stdout, 'the program was up to date');
  const again = {
    ...(await directoryPicture(prefix)),
    ...(await directoryPicture(bin)),
    ...(await directoryPicture(srv)),
  };
  t.strictSame(again, placed);

  const { work } = await clone(stage, repository);
  t.match(await run('git', ['push', '-q', 'origin', 'HEAD:main'], { cwd: work, env: stage.env }), {
    status: 0,
    stderr: '',
  });
  await until(
    'the push in the database',
    async () => (await readdir(join(home, 'spool', 'new'))).length === 0,
  );
  const pid = await until('the worker', () => readFile(join(home, 'worker.pid'), 'utf8').catch(() => null));

  await appendFile(join(stage.source, 'hooks', 'post-receive'), '# newer\n');
  const upgrade = await install(['--bin', bin, '--no-service']);
  t.match(upgrade, { status: 0, stderr: '' });
  t.match(upgrade.stdout, 'hooks: 1 repository changed', 'the hooks of all known roots are renewed');
  t.notMatch(upgrade.stdout, 'the program was up to date');
  t.match(await readFile(join(repository, 'hooks', 'post-receive'), 'utf8'), /# newer\n$/);
  const state = await readFile(`/proc/${pid.trim()}/stat`, 'utf8').catch(() => '');
  t.notMatch(state, /^\d+ \(belfry-worker\) [^ZX]/, 'the old worker has left');

  const out = await install(['--bin', bin, '--uninstall']);
  t.match(out, { status: 0, stderr: '' });
  for (const path of [prefix, bin]) await t.rejects(access(path), path);
  t.match(out.stdout, `home: ${home} stays`);
  await access(join(home, 'belfry.db'));
  const after = await directoryPicture(repository, { times: false });
  for (const name of Object.keys(before)) t.equal(after[name], before[name], name);
  t.strictSame(
    Object.keys(after).filter(name => !(name in before) && !/^(objects|refs)\//.test(name)),
    [],
  );
});

t.test('leaves nothing for the first worker to compile', async t => {
  const { places, install, prefix, srv, env } = await installStage(t);
  t.match(await install([...places, srv]), { status: 0 });
  const compiled = async () => (await files(join(prefix, 'cache'))).sort();
  const filled = await compiled();
  t.ok(filled.length > 500, `${filled.length} entries, of commands and of the worker`);
  const again = [join(prefix, 'src/demo.ts')];
  t.match(await run(join(prefix, 'node_modules/.bin/node'), again, { env }), { status: 0 });
  t.strictSame(await compiled(), filled, 'a push from end to end has found all that it needs');
  t.match(await install([...places, '--uninstall', '--purge']), { status: 0 });
});

t.test('removes the home when that is asked for too', async t => {
  const { places, install, home, prefix, repository, srv } = await installStage(t);
  await repository('app.git');
  t.match(await install([...places, '--template', srv]), {
    status: 0,
    stdout: /repositories made later have the hooks/,
  });
  t.match(await install([...places, '--uninstall', '--purge']), { status: 0, stderr: '' });
  for (const path of [home, prefix]) await t.rejects(access(path), path);
  const born = await repository('born.git');
  await t.rejects(access(join(born, 'hooks', 'post-receive')), 'no template any more');
});

t.test('says in one line what it cannot do, and has changed nothing then', async t => {
  const stage = await installStage(t);
  const { dir, home, prefix, bin, srv, places } = stage;
  const repository = await stage.repository('app.git');
  await must('git', ['init', '-q', join(dir, 'copy')], { env: stage.env });
  await mkdir(join(dir, 'half', 'objects'), { recursive: true });
  await writeFile(join(dir, 'half', 'HEAD'), '');
  await mkdir(join(dir, 'other'));
  await writeFile(join(dir, 'other', 'belfry'), 'something else');
  const before = await directoryPicture(dir);
  const bare = 'wanted a bare repository, or a directory for bare repositories';
  const cases: [args: string[], status: number, line: string][] = [
    [[...places, join(dir, 'missing')], 1, `${dir}/missing: ${bare}, there is nothing of that name`],
    [[...places, srv, 'source/install.sh'], 1, `${dir}/source/install.sh: ${bare}, this is a file`],
    [[...places, 'copy'], 1, `${dir}/copy: ${bare}, this is a working copy`],
    [[...places, 'copy/.git'], 1, `${dir}/copy/.git: ${bare}, this belongs to a working copy`],
    [[...places, 'half'], 1, `${dir}/half: ${bare}, this is neither`],
    [
      [...places, '--user', 'nobody-of-that-name', srv],
      1,
      isRoot
        ? '--user nobody-of-that-name: there is no such user'
        : '--user nobody-of-that-name: only root can install for somebody else',
    ],
    [
      [...places, '--prefix', 'other', srv],
      1,
      `the program directory ${dir}/other holds something else: choose another with --prefix`,
    ],
    [
      [...places, '--bin', 'other', srv],
      1,
      `${dir}/other/belfry is another program: choose another directory with --bin`,
    ],
    [
      [...places, '--home', join(repository, 'HEAD')],
      1,
      `the home ${repository}/HEAD is a file, wanted a directory`,
    ],
    [
      [...places, '--home', join(prefix, 'home')],
      1,
      `the home ${prefix}/home lies in the program directory ${prefix}, which is removed with the program`,
    ],
    [
      ['--home', home, '--bin', bin, '--prefix', join(dir, 'none'), '--uninstall'],
      1,
      `there is no belfry in ${dir}/none, no home in ${home}, no ${bin}/belfry`,
    ],
    [[...places, '--purge'], 2, '--purge goes with --uninstall only (see ./install.sh --help)'],
    [
      [...places, '--uninstall', srv],
      2,
      '--uninstall takes everything out; for some repositories only: belfry uninstall DIR (see ./install.sh --help)',
    ],
    [['--demo', srv], 2, '--demo works in a directory of its own, not in DIR (see ./install.sh --help)'],
    [['--nonsense'], 2, 'there is no option --nonsense (see ./install.sh --help)'],
    [['--prefix'], 2, '--prefix wants a value (see ./install.sh --help)'],
    [['--home='], 2, '--home: wanted a path, got nothing (see ./install.sh --help)'],
  ];
  for (const [args, status, line] of cases) {
    t.match(
      await stage.install(args),
      { status, stdout: '', stderr: `install.sh: ${line}\n` },
      args.slice(-1)[0]!,
    );
  }
  t.strictSame(await directoryPicture(dir), before);
});

t.test('says what is missing on the machine', async t => {
  const stage = await installStage(t, { seeded: false });
  const { dir, places, srv } = stage;
  const tools = join(dir, 'tools');
  await mkdir(tools);
  for (const name of [
    'sh',
    'id',
    'stat',
    'sed',
    'grep',
    'dirname',
    'uname',
    'find',
    'head',
    'ls',
    'cat',
    'cmp',
    'setpriv',
    'tr',
  ]) {
    const path = findProgram(name);
    if (path !== null) await symlink(path, join(tools, name));
  }
  const tell = async (env: Record<string, string>) => (await stage.install([...places, srv], { env })).stderr;
  t.match(
    await tell({ PATH: tools }),
    'install.sh: git is missing: install it first (Debian: apt-get install git)\n',
  );
  await writeFile(join(tools, 'git'), '#!/bin/sh\necho git version 2.30.2\n', { mode: 0o755 });
  t.match(await tell({ PATH: tools }), 'install.sh: git 2.31 or newer is wanted, this is 2.30.2\n');
  await rm(join(tools, 'git'));
  await symlink(findProgram('git')!, join(tools, 'git'));
  t.match(
    await tell({ PATH: tools }),
    'install.sh: npm is missing: install it first (Debian: apt-get install npm)',
  );
  const npm = await fakeProgram(stage, 'npm', 'echo 8.19.4');
  t.match(await tell(npm.env), 'install.sh: npm 9 or newer is wanted, this is 8.19.4');
  await fakeProgram(stage, 'npm', 'exit 127');
  t.match(await tell(npm.env), 'install.sh: npm does not run: wanted npm 9 or newer');
  await fakeProgram(stage, 'npm', '[ "$1" = ci ] || { echo 11.0.0; exit; }\necho npm ERR broken >&2; exit 1');
  t.match(
    await tell(npm.env),
    'npm ERR broken\ninstall.sh: npm could not install the dependencies (see above)\n',
  );
  const uname = await fakeProgram(stage, 'uname', '[ "$1" = -s ] && echo Linux || echo mips');
  t.match(
    await tell(uname.env),
    'install.sh: belfry brings its own Node for Linux on x86_64 and arm64, this is Linux on mips\n',
  );
  t.strictSame((await readdir(dir)).sort(), ['fake', 'source', 'srv', 'tools', 'user'], 'nothing was made');
});

t.test('refuses a home on a network file system', async t => {
  const stage = await installStage(t);
  const { env } = await fakeProgram(
    stage,
    'stat',
    `[ "$1" = -f ] && echo nfs || exec ${findProgram('stat')} "$@"`,
  );
  const ran = await stage.install([...stage.places, stage.srv], { env });
  t.match(ran, { status: 1, stdout: '' });
  t.match(
    ran.stderr,
    `install.sh: the home ${stage.home} is on a network file system (nfs), where SQLite's write-ahead log cannot work`,
  );
  await t.rejects(access(stage.home));
  // FUSE is all one to `stat`: the table of mounts tells sshfs from what is local.
  const script = await readFile(join(stage.source, 'install.sh'), 'utf8');
  const mounts = join(stage.dir, 'mounts');
  const escaped = stage.dir.replaceAll(' ', '\\040');
  await writeFile(
    mounts,
    `/dev/x / ext4 rw 0 0\nme@host:/ ${escaped} fuse.sshfs rw 0 0\nx ${escaped}else ext4 rw 0 0\n`,
  );
  await writeFile(
    join(stage.source, 'install.sh'),
    script.replaceAll('/proc/self/mounts', `"${mounts.replaceAll('$', '\\$')}"`),
  );
  t.match(
    (await stage.install([...stage.places, stage.srv])).stderr,
    'is on a network file system (fuse.sshfs)',
  );
});

t.test('says where it has no permission', async t => {
  const stage = await installStage(t);
  const { dir, srv, home, prefix, places } = stage;
  const repository = await stage.repository('app.git');
  await stage.repository('more.git');
  const uid = isRoot ? { uid: NOBODY } : {};
  const closed = isRoot ? 0o755 : 0o555;
  const user = isRoot
    ? (await must('id', ['-un', String(NOBODY)], { env: stage.env })).trim()
    : (await must('id', ['-un'], { env: stage.env })).trim();
  const tell = async (...args: string[]) => (await stage.install([...places, ...args], uid)).stderr;
  await mkdir(join(dir, 'mine'));
  if (isRoot) await chown(join(dir, 'mine'), NOBODY, NOBODY);
  const mine = [
    '--prefix',
    join(dir, 'mine', 'p'),
    '--home',
    join(dir, 'mine', 'h'),
    '--bin',
    join(dir, 'mine', 'b'),
  ];
  await mkdir(join(dir, 'closed'));
  await chmod(join(dir, 'closed'), closed);
  const place = join(dir, 'closed');
  const npm = await fakeProgram(stage, 'npm', 'echo 11.0.0');
  Object.assign(stage.env, npm.env);
  t.equal(
    await tell(...mine, '--prefix', `${place}/p`),
    `install.sh: the program directory ${place}/p cannot be made: no permission to write into ${place}\n`,
  );
  t.equal(
    await tell(...mine, '--home', `${place}/h`),
    `install.sh: the home ${place}/h cannot be made: no permission to write into ${place}\n`,
  );
  t.equal(
    await tell(...mine, '--bin', `${place}/b`),
    `install.sh: the command directory ${place}/b cannot be made: no permission to write into ${place}\n`,
  );
  await mkdir(join(dir, 'secret'));
  await chmod(join(dir, 'secret'), isRoot ? 0o700 : 0);
  t.equal(
    await tell(...mine, 'secret'),
    `install.sh: ${dir}/secret: ${user} has no permission to look into it\n`,
  );
  await chmod(join(dir, 'secret'), 0o700);
  for (const name of ['app.git', 'more.git']) await chmod(join(srv, name), closed);
  t.equal(
    await tell(...mine, srv),
    `install.sh: ${user} cannot write into ${repository} (repositories like that: 2): install as the owner of the repositories (root: --user NAME)\n`,
  );
  for (const name of ['app.git', 'more.git']) await chmod(join(srv, name), 0o755);
  t.strictSame(await readdir(join(dir, 'mine')), []);
  await t.rejects(access(home));
  t.ok(prefix);
});

t.test('installs for another user', async t => {
  if (!isRoot || !needs(t, 'setpriv'))
    return void (isRoot || t.pass('skipped', { skip: 'only root can install for somebody else' }));
  const stage = await installStage(t);
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
    stderr: `install.sh: the home ${home} belongs to nobody, not to root\n`,
  });
  await chown(srv, 0, 0);
  await rm(home, { recursive: true });
  t.match(
    await install([...places, srv]),
    { status: 0, stdout: /, for the user nobody\n/ },
    'the owner of the repositories',
  );
  t.match(await install([...places, '--uninstall', '--purge']), { status: 0, stderr: '' });
  await t.rejects(access(join(repository, 'hooks', 'post-receive')));
});

t.test('brings the worker back by a crontab where there is no systemd', async t => {
  const stage = await installStage(t);
  const { places, home, srv, bin, install } = stage;
  const table = join(stage.dir, 'crontab');
  const shell = `f='${table.replaceAll("'", "'\\''")}'`;
  const { env } = await fakeProgram(
    stage,
    'crontab',
    `${shell}\n[ "$1" != -u ] || shift 2\ncase $1 in -l) cat "$f" 2>/dev/null ;; -r) rm "$f" ;; -) cat >"$f.new"; mv "$f.new" "$f" ;; esac`,
  );
  const script = (await readFile(join(stage.source, 'install.sh'), 'utf8')).replace(
    /^systemd=.*$/m,
    'systemd=/nonexistent',
  );
  await writeFile(join(stage.source, 'install.sh'), script);
  const args = places.filter(argument => argument !== '--no-service');
  await writeFile(table, 'MAILTO=me\n0 0 * * * true\n');
  const first = await install([...args, srv], { env });
  t.match(first, {
    status: 0,
    stderr: '',
    stdout: /after a reboot a line in the crontab of \w+ brings the worker back\n/,
  });
  const lines = (await readFile(table, 'utf8')).split('\n');
  t.strictSame(lines.slice(0, 2), ['MAILTO=me', '0 0 * * * true']);
  t.equal(lines.length, 4);
  const command = lines[2]!.match(/^\*\/5 \* \* \* \* (.*)$/)?.[1]?.replaceAll('\\%', '%');
  t.match(command, 'src/start-worker.sh', 'as the hooks start it');
  t.match(
    await run('sh', ['-c', command!], { env: stage.env }),
    { status: 0, stdout: '', stderr: '' },
    'as cron would run it',
  );
  await install([...args, srv], { env });
  t.strictSame((await readFile(table, 'utf8')).split('\n'), lines);
  await install(['--bin', bin, '--uninstall'], { env });
  t.equal(await readFile(table, 'utf8'), 'MAILTO=me\n0 0 * * * true\n');
  await rm(table);
  await rm(home, { recursive: true });
});

t.test('brings the worker back by systemd where that runs', async t => {
  const stage = await installStage(t);
  const { places, home, prefix, srv, bin, dir, install } = stage;
  const { env: withFake, said } = await fakeProgram(
    stage,
    'systemctl',
    `echo "$*" >>'${dir.replaceAll("'", "'\\''")}/said'`,
  );
  const units = join(dir, 'units');
  const script = (await readFile(join(stage.source, 'install.sh'), 'utf8'))
    .replace(/^systemd=.*$/m, 'systemd=/')
    .replace(/^system_units=.*$/m, `system_units='${units.replaceAll("'", "'\\''")}'`);
  await writeFile(join(stage.source, 'install.sh'), script);
  const args = places.filter(argument => argument !== '--no-service');
  const env = { ...withFake, XDG_CONFIG_HOME: join(dir, 'config') };
  t.match(await install([...args, srv], { env }), {
    status: 0,
    stderr: '',
    stdout: /the systemd unit belfry.*\.service brings the worker back/,
  });
  const place = isRoot ? units : join(dir, 'config', 'systemd', 'user');
  const name = (await readdir(place)).find(one => one.endsWith('.service'))!;
  const timer = name.replace('.service', '.timer');
  t.match(await readFile(join(place, timer), 'utf8'), '\nOnCalendar=hourly\n', 'for the daily comparison');
  const unit = await readFile(join(place, name), 'utf8');
  const quoted = (path: string) => `"${path.replaceAll('$', '$$$$')}"`;
  t.match(
    unit,
    `\nExecStart=/bin/sh ${quoted(join(prefix, 'src/start-worker.sh'))} ${quoted(join(prefix, 'node_modules/.bin/node'))} --home ${quoted(home)}\n`,
  );
  if (isRoot) t.match(unit, '\nUser=root\n');
  const user = isRoot ? '' : '--user ';
  t.match(await said(), `${user}daemon-reload\n${user}enable --now ${name} ${timer}\n`);
  await rm(join(dir, 'said'));
  await install([...args, srv], { env });
  t.notMatch(await said(), 'enable', 'nothing to do again');

  await must('git', ['init', '-q', '--bare', '--shared=group', join(srv, 'shared.git')], { env: stage.env });
  await install([...args, srv], { env });
  const path = name.replace('.service', '.path');
  t.match(
    await readFile(join(place, path), 'utf8'),
    `\nPathChanged=${home}/spool/new\n`,
    'for pushes of those who cannot start it',
  );
  t.match(await said(), `enable --now ${name} ${timer} ${path}\n`);
  t.match(await readFile(join(place, name), 'utf8'), '\nRestart=always\n', 'and it stays');
  t.match(await install(['--bin', bin, '--uninstall'], { env }), { status: 0, stderr: '' });
  t.strictSame(await readdir(place), []);
  t.match(
    await said(),
    `disable --now ${path}\n${user}disable --now ${timer}\n${user}disable --now ${name}\n`,
  );
});

t.test('installs the dependencies of the lock file', async t => {
  if (!needs(t, 'npm')) return;
  const stage = await installStage(t, { seeded: false });
  const cache =
    // The machine's own Node may be too old for what tap loads into every child.
    (
      await must('env', ['-u', 'NODE_OPTIONS', 'npm', 'config', 'get', 'cache'], {
        env: { PATH: stage.env.PATH!, HOME: process.env.HOME ?? '/' },
      })
    ).trim();
  const env = { npm_config_cache: cache };
  const ran = await stage.install([...stage.places, stage.srv], { env });
  t.match(ran, { status: 0 }, ran.stderr);
  const { stdout } = await run(join(stage.prefix, 'node_modules/.bin/node'), ['--version'], { env: {} });
  t.match(stdout, /^v24\./);
  t.notOk((await readdir(join(stage.prefix, 'node_modules'))).includes('tap'), 'nothing for developers');
  t.strictSame(
    (await readdir(stage.prefix)).filter(name => /^\.(new|old)$/.test(name)),
    [],
  );
  const again = await stage.install([...stage.places, stage.srv], {
    env: { PATH: dirname(findProgram('git')!) },
  });
  t.match(again, { status: 0, stdout: /the program was up to date/ });
});

t.test('shows the main job, and leaves nothing behind', async t => {
  const stage = await installStage(t);
  await symlink(join(stage.prefix, 'node_modules'), join(stage.source, 'node_modules'));
  // Of its own: other tests install at the same time.
  const TMPDIR = join(stage.dir, 'tmp');
  await mkdir(TMPDIR);
  const ran = await stage.install(['--demo'], { env: { TMPDIR } });
  t.match(ran, { status: 0, stderr: '' });
  t.match(ran.stdout, /^x-gitee-event: Push Hook$[\s\S]*^x-gitee-event: Tag Push Hook$/m);
  t.equal(ran.stdout.match(/X-Gitee-Token is right/g)?.length, 2);
  t.match(ran.stdout, /^both were signed with the secret, and both are delivered$/m);
  t.strictSame(await readdir(TMPDIR), []);
});

t.test('explains itself', async t => {
  const { install } = await installStage(t);
  const { status, stdout } = await install(['--help']);
  t.equal(status, 0);
  for (const flag of [
    '--prefix',
    '--home',
    '--bin',
    '--user',
    '--no-service',
    '--demo',
    '--uninstall',
    '--purge',
    '--template',
    '--mirror',
    '--help',
  ])
    t.match(stdout, `  ${flag}`);
});

async function clone(stage: InstallStage, path: string) {
  const made = await gitRepository(join(stage.dir, 'user'));
  await made.commit();
  await made.git('remote', 'set-url', 'origin', path);
  return made;
}

async function files(directory: string): Promise<string[]> {
  return [directory, ...(await readdir(directory, { recursive: true })).map(name => join(directory, name))];
}
