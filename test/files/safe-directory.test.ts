/** What the door to files gives for every kind of file, and while somebody swaps them. */
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { RefusedFile } from '../../src/files/file-error.ts';
import { openDirectory, type SafeDirectory } from '../../src/files/safe-directory.ts';
import { must } from '../support/run.ts';
import { swapper } from './swapper.ts';

const isRoot = process.getuid?.() === 0;

/** `inside` is the directory that somebody else may write, `secret` what he may not reach. */
async function stage(t: Test): Promise<{ dir: string; inside: string; secret: string; open: SafeDirectory }> {
  const dir = t.testdir({ inside: { file: 'text', sub: { deep: 'deep' } }, secret: 'SECRET', other: {} });
  await chmod(join(dir, 'secret'), 0o600);
  const open = await openDirectory(join(dir, 'inside'), { links: 'refuse' });
  t.teardown(() => open[Symbol.asyncDispose]());
  return { dir, inside: join(dir, 'inside'), secret: join(dir, 'secret'), open };
}

/** One of each kind that is not a regular file, by name. */
async function others(t: Test, inside: string, secret: string): Promise<string[]> {
  await symlink(secret, join(inside, 'link'));
  await symlink('nowhere', join(inside, 'dangling'));
  await symlink('circle', join(inside, 'circle'));
  await symlink('/dev/zero', join(inside, 'device'));
  await must('mkfifo', [join(inside, 'pipe')], { env: { PATH: '/usr/bin:/bin' } });
  const server = createServer();
  // The path of a socket has at most 107 bytes.
  const here = process.cwd();
  process.chdir(inside);
  await new Promise<void>(ready => server.listen('socket', ready));
  process.chdir(here);
  t.teardown(() => server.close());
  return ['link', 'dangling', 'circle', 'device', 'pipe', 'socket', 'sub'];
}

t.test('reads regular files and nothing else, without waiting', async t => {
  const { inside, secret, open } = await stage(t);
  for (const name of await others(t, inside, secret)) {
    await t.rejects(open.readFile(name, { most: 10 }), RefusedFile, name);
    await t.rejects(open.openFile(name, { write: true }), RefusedFile, `${name}, for writing`);
  }
  t.equal(String(await open.readFile('file', { most: 4 })), 'text');
  t.equal(await open.readFile('missing', { most: 4 }), null);
  await t.rejects(open.readFile('file', { most: 3 }), { message: /at most 3 bytes, got a larger file/ });
  t.equal(String(await open.readFile('file', { most: 3, cut: true })), 'tex');
  t.equal(String(await open.readFile('link', { most: 9, links: 'follow' })), 'SECRET');
  t.equal(await open.readFile('dangling', { most: 9, links: 'follow' }), null);
  for (const name of ['device', 'pipe', 'socket', 'sub', 'circle'])
    await t.rejects(open.readFile(name, { most: 9, links: 'follow' }), RefusedFile, name);

  await link(secret, join(inside, 'hard'));
  t.equal(String(await open.readFile('hard', { most: 9 })), 'SECRET');
  await t.rejects(open.readFile('hard', { most: 9, oneName: true }), { message: /one with 2 names/ });
});

t.test('shows nobody what he could not read himself', async t => {
  if (!isRoot) return void t.pass('skipped', { skip: 'only root can give files away' });
  const { inside, open } = await stage(t);
  const file = join(inside, 'file');
  const [alice, bob, team, other] = [65001, 65002, 65100, 65200];
  const cases: [directory: number[], file: number[], shown: boolean][] = [
    [[alice, team, 0o755], [alice, other, 0o600], true],
    [[alice, team, 0o2775], [alice, other, 0o600], false],
    [[alice, team, 0o2775], [alice, other, 0o640], false],
    [[alice, team, 0o2775], [alice, team, 0o640], true],
    [[alice, team, 0o2777], [alice, team, 0o640], false],
    [[alice, team, 0o2777], [alice, other, 0o644], true],
    [[bob, team, 0o755], [alice, other, 0o600], false],
    [[bob, team, 0o755], [bob, team, 0o600], true],
  ];
  for (const [there, it, shown] of cases) {
    await chown(inside, there[0]!, there[1]!);
    await chmod(inside, there[2]!);
    await chown(file, it[0]!, it[1]!);
    await chmod(file, it[2]!);
    const got = await open.readFile('file', { most: 9, toShow: true }).catch(error => error.name);
    t.equal(String(got), shown ? 'text' : 'RefusedFile', `${there} ${it}`);
  }
});

t.test('reads no more than it was told of a file that grows', async t => {
  const { inside, open } = await stage(t);
  await writeFile(join(inside, 'large'), Buffer.alloc(1e6));
  await t.rejects(open.readFile('large', { most: 1e6 - 1 }), RefusedFile);
  t.equal((await open.readFile('large', { most: 1e6 }))?.length, 1e6);
  t.equal((await open.readFile('large', { most: 7, cut: true }))?.length, 7);
  const proc = await openDirectory('/proc/self', { links: 'follow' });
  t.teardown(() => proc[Symbol.asyncDispose]());
  t.strictSame(await proc.readFile('status', { most: 0, cut: true }), Buffer.alloc(0), 'of no size at all');
});

t.test('goes down no link, and takes a name for a name', async t => {
  const { dir, inside, secret, open } = await stage(t);
  await symlink('../other', join(inside, 'away'));
  for (const name of [...(await others(t, inside, secret)).slice(0, -1), 'away', 'file'])
    await t.rejects(open.directory(name), RefusedFile, name);
  await t.rejects(open.directory('missing'), { code: 'ENOENT' });
  await using sub = await open.directory('sub');
  t.strictSame(await sub.list(1), ['deep']);
  await t.rejects(open.list(1), { message: /at most 1 names, got more/ });
  for (const name of ['', '.', '..', '../secret', 'sub/deep', '/etc/passwd', 'a\0b'])
    for (const use of [
      () => open.readFile(name, { most: 1 }),
      () => open.unlink(name),
      () => open.rename('file', name),
    ])
      await t.rejects(async () => use(), { code: 'invalid' }, name);

  await symlink(inside, join(dir, 'shortcut'));
  await t.rejects(openDirectory(join(dir, 'shortcut', 'sub'), { links: 'refuse' }), RefusedFile);
  await using given = await openDirectory(join(dir, 'shortcut', 'sub'), { links: 'follow' });
  t.strictSame(await given.list(1), ['deep']);
  await t.rejects(openDirectory(join(dir, 'secret'), { links: 'follow' }), { code: 'ENOTDIR' });
  await t.rejects(openDirectory(join(dir, 'missing'), { links: 'refuse' }), { code: 'ENOENT' });
  await given[Symbol.asyncDispose]();
  await t.rejects(async () => given.lstat('deep'), /closed/, 'and is not mistaken for an empty one');
});

t.test('makes, moves and removes names of its own directory, wherever that goes', async t => {
  const { dir, inside, secret, open } = await stage(t);
  await rename(inside, join(dir, 'moved'));
  await symlink(dir, inside);
  {
    await using file = await open.create('new', 0o666);
    await file.writeFile('new');
  }
  t.equal((await stat(join(dir, 'moved', 'new'))).mode & 0o777, 0o666, 'whatever the umask is');
  await t.rejects(open.create('new', 0o600), { code: 'EEXIST' });
  await open.symlink(secret, 'link');
  await symlink('nowhere', join(dir, 'moved', 'dangling'));
  for (const name of ['link', 'dangling'])
    await t.rejects(open.create(name, 0o600), { code: 'EEXIST' }, 'and never through a link');
  await using made = (await open.makeDirectory('made', { mode: 0o2775 }))!;
  t.equal((await made.stat()).mode & 0o7777, 0o2775);
  t.equal(await open.makeDirectory('made', { mode: 0o700 }), null);
  t.equal(await open.makeDirectory('dangling', { mode: 0o700 }), null);
  await open.rename('new', 'there', made);
  await open.link('file', 'file', made);
  await open.link('link', 'link', made);
  t.ok((await made.lstat('link'))?.isSymbolicLink(), 'a link gets another name, not what it leads to');
  t.equal(await made.readlink('link'), secret);
  await t.rejects(open.rmdir('link'), { code: 'ENOTDIR' });
  for (const name of await made.list(9)) t.ok(await made.unlink(name));
  t.notOk(await made.unlink('link'));
  t.ok(await open.rmdir('made'));
  t.notOk(await open.rmdir('made'));
  await open.sync();
  t.strictSame((await readdir(join(dir, 'moved'))).sort(), ['dangling', 'file', 'link', 'sub']);
  t.equal(await readFile(secret, 'utf8'), 'SECRET');
});

t.test('changes the mode and the owner of what it holds, not of what a link leads to', async t => {
  const { inside, secret, open } = await stage(t);
  const before = await stat(secret);
  for (const name of await others(t, inside, secret)) {
    await using entry = (await open.entry(name))!;
    if (name === 'sub') await entry.chmod(0o700);
    else await t.rejects(entry.chmod(0o644), RefusedFile, name);
    if (!isRoot) continue;
    await entry.chown(65534, 65534);
    const { uid, gid } = (await open.lstat(name))!;
    t.strictSame([uid, gid], [65534, 65534], name);
  }
  t.equal(await open.entry('missing'), null);
  await chmod(join(inside, 'file'), 0);
  await using file = (await open.entry('file'))!;
  await rename(join(inside, 'file'), join(inside, 'kept'));
  await symlink(secret, join(inside, 'file'));
  await file.chmod(0o640);
  t.equal(
    (await stat(join(inside, 'kept'))).mode & 0o777,
    0o640,
    'the file that it was, also without permission',
  );
  await link(secret, join(inside, 'hard'));
  await using hard = (await open.entry('hard'))!;
  await t.rejects(hard.chmod(0o644), { message: /2 names/ });
  await t.rejects(hard.chown(1, 1), { message: /2 names/ });
  await rm(join(inside, 'hard'));
  const { mode, uid, gid } = await stat(secret);
  t.strictSame([mode, uid, gid], [before.mode, before.uid, before.gid]);
});

t.test('while a name is swapped as quickly as can be, nothing outside is read or changed', async t => {
  const { dir, inside, secret, open } = await stage(t);
  await mkdir(join(dir, 'private'), { mode: 0o700 });
  await writeFile(join(dir, 'private', 'content'), '');
  const file = `fs.writeFileSync(path, 'text', { mode: 0o600 });`;
  const turns = await swapper(t, join(inside, 'name'), [
    file,
    `fs.symlinkSync(${JSON.stringify(secret)}, path);`,
    `fs.mkdirSync(path);`,
    `fs.symlinkSync(${JSON.stringify(join(dir, 'private'))}, path);`,
    `fs.symlinkSync('/dev/zero', path);`,
  ]);
  const before = await lstat(secret);
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  const refused = (error: NodeJS.ErrnoException) => {
    const known = error instanceof RefusedFile || ['ENOENT', 'EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY'];
    if (known !== true && !known.includes(error.code ?? '')) throw error;
    count('refused');
  };
  for (let n = 0; n < 1_000 || seen.size < 5; n++) {
    const bytes = await open.readFile('name', { most: 100, oneName: true }).catch(refused);
    if (bytes) {
      count('read');
      if (String(bytes) === 'SECRET') t.fail('read what a link leads to');
    }
    await open
      .openFile('name', { write: true, oneName: true })
      .then(async file => {
        if (file === null) return;
        await file.write('TEXT', 0);
        await file.close();
        count('written');
      })
      .catch(refused);
    await open
      .entry('name')
      .then(async entry => {
        await using _ = entry;
        await entry?.chmod(0o666);
        if (entry?.info.isFile()) count('chmod');
      })
      .catch(refused);
    await open
      .makeDirectory('name', { mode: 0o777 })
      .then(made => made?.[Symbol.asyncDispose]())
      .catch(refused);
    await open
      .directory('name')
      .then(async sub => {
        await using _ = sub;
        count('directory');
        if ((await sub.list(9)).includes('content')) t.fail('went into what a link leads to');
      })
      .catch(refused);
  }
  await turns.end();
  const after = await lstat(secret);
  t.strictSame([after.mode, after.uid, after.size], [before.mode, before.uid, before.size]);
  t.equal(await readFile(secret, 'utf8'), 'SECRET');
  t.equal((await stat(join(dir, 'private'))).mode & 0o777, 0o700);
  t.strictSame(
    [...seen.keys()].sort(),
    ['chmod', 'directory', 'read', 'refused', 'written'],
    'each could happen',
  );
});
