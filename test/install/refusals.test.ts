/** What install.sh refuses, and that it has changed nothing then. */
import { access, chmod, chown, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { APPLICATION_ID, UPGRADE } from '../../src/store/schema.ts';
import { directoryPicture } from '../hooks/directory-picture.ts';
import { fakeProgram, installStage, isRoot, setPlaces } from '../install-stage.ts';
import { oldDatabase } from '../store/old-schema.ts';
import { findProgram } from '../support/needs.ts';
import { must } from '../support/run.ts';

const NOBODY = 65534;

t.test('says in one line what it cannot do, and has changed nothing then', async t => {
  const stage = await installStage(t);
  const { dir, home, prefix, bin, srv, places } = stage;
  const repository = await stage.repository('app.git');
  await must('git', ['init', '-q', join(dir, 'copy')], { env: stage.env });
  await mkdir(join(dir, 'half', 'objects'), { recursive: true });
  await writeFile(join(dir, 'half', 'HEAD'), '');
  await mkdir(join(dir, 'other'));
  await writeFile(join(dir, 'other', 'belfry'), 'something else');
  // Node and npm keep caches of their own there.
  await mkdir(join(dir, 'user', '.npm'));
  const picture = async () =>
    Object.entries(await directoryPicture(dir)).filter(([name]) => !/^user\/(\.npm|compiled)/.test(name));
  const before = await picture();
  const bare = 'give a bare repository or a directory of bare repositories';
  const cases: [args: string[], status: number, line: string][] = [
    [[...places, join(dir, 'missing')], 1, `${dir}/missing does not exist: ${bare}`],
    [[...places, srv, 'source/install.sh'], 1, `${dir}/source/install.sh is a file: ${bare}`],
    [[...places, 'copy'], 1, `${dir}/copy is a working copy: ${bare}`],
    [[...places, 'copy/.git'], 1, `${dir}/copy/.git is the .git of a working copy: ${bare}`],
    [
      [...places, 'half'],
      1,
      `${dir}/half has a file HEAD, but is not a repository that Git accepts: ${bare}`,
    ],
    [
      [...places, '--user', 'nobody-of-that-name', srv],
      1,
      isRoot
        ? '--user nobody-of-that-name: no such user'
        : '--user nobody-of-that-name: only root can install for somebody else',
    ],
    [
      [...places, '--prefix', 'other', srv],
      1,
      `The program directory ${dir}/other holds something else: choose another one with --prefix`,
    ],
    [
      [...places, '--bin', 'other', srv],
      1,
      `${dir}/other/belfry is another program: choose another directory with --bin`,
    ],
    [
      [...places, '--home', join(repository, 'HEAD'), srv],
      1,
      `The home ${repository}/HEAD: wanted a directory, got a file`,
    ],
    [
      [...places, '--home', join(prefix, 'home'), srv],
      1,
      `The home ${prefix}/home is in the program directory ${prefix}, which is removed with the program`,
    ],
    [
      ['--home', home, '--bin', bin, '--prefix', join(dir, 'none'), '--uninstall'],
      1,
      `Nothing to uninstall: no program in ${dir}/none, no home in ${home}, no ${bin}/belfry`,
    ],
    [[...places, '--purge'], 2, '--purge needs --uninstall (see ./install.sh --help)'],
    [
      [...places, '--uninstall', srv],
      2,
      '--uninstall removes everything; for some repositories only: belfry uninstall DIR (see ./install.sh --help)',
    ],
    [
      [...places, '--merge-requests', '--no-merge-requests', srv],
      2,
      'Give --merge-requests or --no-merge-requests, not both (see ./install.sh --help)',
    ],
    [['--demo', srv], 2, '--demo works in a directory of its own: give no DIR (see ./install.sh --help)'],
    [['--nonsense'], 2, 'Unknown option --nonsense (see ./install.sh --help)'],
    [['--prefix'], 2, '--prefix: wanted a value, got nothing (see ./install.sh --help)'],
    [['--home='], 2, '--home: wanted a path, got nothing (see ./install.sh --help)'],
  ];
  for (const [args, status, line] of cases) {
    t.match(
      await stage.install(args),
      { status, stdout: '', stderr: `install.sh: ${line}\n` },
      args.slice(-1)[0]!,
    );
  }
  t.strictSame(await picture(), before);
});

t.test('says what is missing on the machine', async t => {
  const stage = await installStage(t, { has: 'nothing' });
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
    'diff',
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
  t.match(await tell({ PATH: tools }), 'install.sh: Wanted git 2.31 or newer, got 2.30.2\n');
  await rm(join(tools, 'git'));
  await symlink(findProgram('git')!, join(tools, 'git'));
  t.match(
    await tell({ PATH: tools }),
    'install.sh: npm is missing: install it first (Debian: apt-get install npm)',
  );
  const npm = await fakeProgram(stage, 'npm', 'echo 8.19.4');
  t.match(await tell(npm.env), 'install.sh: Wanted npm 9 or newer, got 8.19.4');
  await fakeProgram(stage, 'npm', 'exit 127');
  t.match(await tell(npm.env), 'install.sh: Wanted npm 9 or newer, got one that does not run');
  await fakeProgram(stage, 'npm', '[ "$1" = ci ] || { echo 11.0.0; exit; }\necho npm ERR broken >&2; exit 1');
  t.match(
    await tell(npm.env),
    'npm ERR broken\ninstall.sh: npm could not install the dependencies (see above)\n',
  );
  const uname = await fakeProgram(stage, 'uname', '[ "$1" = -s ] && echo Linux || echo mips');
  t.match(await tell(uname.env), 'install.sh: belfry runs on Linux x86_64 and arm64, this is Linux mips\n');
  t.strictSame((await readdir(dir)).sort(), ['fake', 'source', 'srv', 'tools', 'user'], 'nothing was made');
});

t.test('brings an installation up to date only where its home still is', async t => {
  const stage = await installStage(t);
  const { home, places, srv } = stage;
  const user = ['--user', (await must('id', ['-un'], { env: stage.env })).trim()];
  t.match(await stage.install([...places, srv]), { status: 0 });
  await rm(home, { recursive: true });
  const missing = await stage.install([...places, ...user]);
  t.match(missing, { status: 1, stderr: `install.sh: The home ${home} is gone: it does not exist\n` });
  await mkdir(home);
  const before = await directoryPicture(home);
  for (const args of [places, [...places, ...user]]) {
    const { status, stderr } = await stage.install(args);
    t.equal(status, 1, 'the mount point of a disk that is away');
    t.match(stderr, `install.sh: The home ${home} is gone: it has neither a database nor a spool\n`);
    t.match(stderr, './install.sh DIR... creates a new one');
  }
  t.strictSame(await directoryPicture(home), before);
  t.match(await stage.install([...places, srv]), { status: 0 }, 'what it says to type');
});

t.test('refuses a home on a network file system', async t => {
  const stage = await installStage(t);
  const mounts = join(stage.dir, 'mounts');
  const escaped = stage.dir.replaceAll(' ', '\\040');
  await setPlaces(stage.source, { mounts });
  for (const kind of ['nfs4', 'fuse.sshfs', '9p']) {
    await writeFile(
      mounts,
      `/dev/x / ext4 rw 0 0\nme@host:/ ${escaped} ${kind} rw 0 0\nx ${escaped}else ext4 rw 0 0\n`,
    );
    t.match(await stage.install([...stage.places, stage.srv]), {
      status: 1,
      stdout: '',
      stderr: `install.sh: The home ${stage.home} is on a network file system (${kind}), where SQLite's write-ahead log cannot work`,
    });
  }
  await t.rejects(access(stage.home));
});

t.test('a database of a newer belfry is refused before the program is replaced', async t => {
  const stage = await installStage(t, { has: 'dependencies' });
  const { home, prefix, places, srv } = stage;
  await mkdir(home, { mode: 0o700 });
  const db = new Database(join(home, 'belfry.db'));
  db.pragma('journal_mode = WAL');
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('user_version = 9999');
  const before = await directoryPicture(prefix);
  // With the other process still there, the number stands in the log beside the database.
  for (const open of [true, false]) {
    if (!open) db.close();
    const ran = await stage.install([...places, srv]);
    t.match(ran, {
      status: 1,
      stdout: '',
      stderr:
        /^install\.sh: The database .*belfry\.db has schema 9999, but this belfry knows only up to \d+\n {2}Nothing was changed/,
    });
  }
  t.strictSame(await directoryPicture(prefix), before);
});

t.test('so are databases of long before 0.2.0 and of another program', async t => {
  const stage = await installStage(t, { has: 'dependencies' });
  const { home, prefix, places, srv } = stage;
  await mkdir(home, { mode: 0o700 });
  const file = join(home, 'belfry.db');
  const before = await directoryPicture(prefix);
  oldDatabase(file, 12).close();
  const old = await stage.install([...places, srv]);
  t.match(old, {
    status: 1,
    stdout: '',
    stderr: /^install\.sh: .*belfry\.db has schema 12, from before 0\.2\.0/,
  });
  t.ok(old.stderr.includes(UPGRADE), old.stderr);
  await rm(file);
  const db = new Database(file);
  db.pragma('application_id = 1');
  db.close();
  t.match(await stage.install([...places, srv]), {
    status: 1,
    stdout: '',
    stderr: /^install\.sh: .*belfry\.db is a database of another program: its application id is 0x00000001\n/,
  });
  t.strictSame(await directoryPicture(prefix), before);
});

t.test('root makes no home that nobody has asked for', async t => {
  if (!isRoot) return void t.pass('skipped', { skip: 'only root can install for somebody else' });
  const stage = await installStage(t);
  const { dir, home, places } = stage;
  const ran = await stage.install(places);
  t.match(ran, { status: 1, stdout: '' });
  t.match(ran.stderr, /^install\.sh: Missing owner of the home: .* or --user NAME /);
  await t.rejects(access(home));
  await mkdir(join(dir, 'open'));
  await chmod(join(dir, 'open'), 0o777);
  for (const [option, what] of [
    ['--prefix', 'The program directory'],
    ['--bin', 'The command directory'],
  ] as const)
    t.match(await stage.install([...places, option, join(dir, 'open', 'x'), stage.srv]), {
      status: 1,
      stderr: `install.sh: ${what} ${dir}/open/x is not safe: accounts other than root can change what root runs there, through ${dir}/open: run \`chown root ${dir}/open && chmod go-w ${dir}/open\`, or choose another place\n`,
    });
  t.match(await stage.install([...places, '--home', join(dir, 'open', 'x'), stage.srv]), {
    status: 1,
    stderr: `install.sh: Root does not trust the home ${dir}/open/x of root: everybody may write into ${dir}/open\n`,
  });
});

t.test('says where it has no permission', async t => {
  const stage = await installStage(t);
  const { dir, srv, home, prefix, places } = stage;
  const repository = await stage.repository('app.git');
  await stage.repository('more.git');
  const uid = isRoot ? { uid: NOBODY } : {};
  if (isRoot) await chown(prefix, NOBODY, NOBODY);
  const closed = isRoot ? 0o755 : 0o555;
  const user = isRoot
    ? (await must('id', ['-un', String(NOBODY)], { env: stage.env })).trim()
    : (await must('id', ['-un'], { env: stage.env })).trim();
  const tell = async (...args: string[]) => (await stage.install([...places, ...args], uid)).stderr;
  await mkdir(join(dir, 'mine'));
  if (isRoot) await chown(join(dir, 'mine'), NOBODY, NOBODY);
  const mine = ['--home', join(dir, 'mine', 'h'), '--bin', join(dir, 'mine', 'b')];
  await mkdir(join(dir, 'closed'));
  await chmod(join(dir, 'closed'), closed);
  const place = join(dir, 'closed');
  const npm = await fakeProgram(stage, 'npm', 'echo 11.0.0');
  t.equal(
    (await stage.install([...places, ...mine, '--prefix', `${place}/p`], { ...uid, env: npm.env })).stderr,
    `install.sh: The program directory ${place}/p cannot be created: no permission to write into ${place}\n`,
  );
  t.equal(
    await tell(...mine, '--home', `${place}/h`),
    `install.sh: The home ${place}/h cannot be created: no permission to write into ${place}\n`,
  );
  t.equal(
    await tell(...mine, '--bin', `${place}/b`),
    `install.sh: The command directory ${place}/b cannot be created: no permission to write into ${place}\n`,
  );
  await mkdir(join(dir, 'secret'));
  await chmod(join(dir, 'secret'), isRoot ? 0o700 : 0);
  t.equal(await tell(...mine, 'secret'), `install.sh: ${dir}/secret: ${user} has no permission to read it\n`);
  await chmod(join(dir, 'secret'), 0o700);
  for (const name of ['app.git', 'more.git']) await chmod(join(srv, name), closed);
  t.equal(
    await tell(...mine, srv),
    `install.sh: ${user} cannot write into ${repository} (repositories like that: 2): install as the owner of the repositories (root: --user NAME)\n`,
  );
  for (const name of ['app.git', 'more.git']) await chmod(join(srv, name), 0o755);
  t.strictSame(await readdir(join(dir, 'mine')), []);
  await t.rejects(access(home));
});
