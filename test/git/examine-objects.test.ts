import { chmod, mkdir, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { examineObjects, isUnchanged, type ObjectTrust } from '../../src/git/examine-objects.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';

const PRIVATE = 'private/objects';

/** A repository that a group may write, beside a private one and an open one, all below one root. */
async function stage(t: Test) {
  const dir = t.testdir({ root: {}, pool: {} });
  const env = environment(dir);
  const root = join(dir, 'root');
  const own = join(root, 'app.git');
  const make = (path: string, shared: string) =>
    must('git', ['init', '-q', '--bare', `--shared=${shared}`, path], { env });
  await make(own, 'group');
  for (const path of [join(root, 'private.git'), join(root, 'open.git'), join(dir, 'pool', 'big.git')]) {
    await make(path, path.includes('private') ? '0600' : '0644');
    await must('git', ['-C', path, 'hash-object', '-w', '--stdin'], { env, stdin: 'content' });
  }
  await chmod(join(root, 'private.git'), 0o700);
  await must('git', ['-C', own, 'hash-object', '-w', '--stdin'], { env, stdin: 'mine' });
  const trust: ObjectTrust = { owner: process.getuid!(), roots: [root], alternates: [] };
  const objects = join(own, 'objects');
  return {
    dir,
    root,
    own,
    objects,
    trust,
    examine: (more: Partial<ObjectTrust> = {}) => examineObjects(own, { ...trust, ...more }),
    borrow: (text: string) => writeFile(join(objects, 'info', 'alternates'), `${text}\n`),
    problem: async (more: Partial<ObjectTrust> = {}) =>
      (await examineObjects(own, { ...trust, ...more })).problem,
  };
}

t.test('an ordinary repository is read', async t => {
  const { problem } = await stage(t);
  t.equal(await problem(), null);
});

t.test('links in the place of what git opens', async t => {
  const { root, own, objects, problem } = await stage(t);
  const foreign = join(root, 'private.git', 'objects');
  const [fan = ''] = (await readdir(foreign)).filter(name => name.length === 2);
  const [mine = ''] = (await readdir(objects)).filter(name => name.length === 2);
  const cases: [string, string][] = [
    ['objects', foreign],
    [`objects/${fan}`, join(foreign, fan)],
    ['objects/pack', join(foreign, 'pack')],
    ['objects/pack/pack-1.pack', join(foreign, 'pack', 'pack-1.pack')],
    ['objects/pack/multi-pack-index', join(foreign, 'pack', 'multi-pack-index')],
    [`objects/${mine}/${'a'.repeat(38)}`, join(foreign, fan, 'x')],
    ['objects/info', join(foreign, 'info')],
    ['objects/info/alternates', join(foreign, 'info', 'alternates')],
    ['objects/info/commit-graph', join(foreign, 'info', 'commit-graph')],
    ['config', join(root, 'private.git', 'config')],
    ['packed-refs', join(root, 'private.git', 'packed-refs')],
    ['shallow', join(root, 'private.git', 'HEAD')],
    ['commondir', join(root, 'private.git', 'HEAD')],
  ];
  for (const [name, target] of cases) {
    const path = join(own, name);
    const aside = join(root, 'aside');
    const had = await rename(path, aside).then(
      () => true,
      () => false,
    );
    await symlink(target, path);
    t.type(await problem(), 'string', name);
    await unlink(path);
    if (had) await rename(aside, path);
    t.equal(await problem(), null, `${name} is as it was`);
  }
});

t.test('a commondir, and a pipe that would be waited for', async t => {
  const { root, own, objects, problem } = await stage(t);
  await writeFile(join(own, 'commondir'), `${join(root, 'private.git')}\n`);
  t.match(await problem(), /commondir/);
  await rm(join(own, 'commondir'));
  await must('mkfifo', [join(objects, 'info', 'alternates')], { env: environment(root) });
  t.match(await problem(), /alternates is not a regular file/);
});

t.test('alternates: only what others may read, below a root', async t => {
  const { dir, root, objects, borrow, problem } = await stage(t);
  await borrow(join(root, 'private.git', 'objects'));
  t.match(await problem(), /which some accounts with write access cannot read/);
  await borrow(`../../${PRIVATE.replace('private', 'private.git')}`);
  t.match(await problem(), /which some accounts with write access cannot read/, 'relative');
  await borrow(join(root, 'open.git', 'objects'));
  t.equal(await problem(), null);
  await chmod(join(root, 'open.git'), 0o700);
  t.match(await problem(), /cannot read/, 'a directory on the way is closed');
  await chmod(join(root, 'open.git'), 0o755);
  await borrow(join(dir, 'pool', 'big.git', 'objects'));
  t.match(await problem(), /below no repository root/);
  t.equal(await problem({ alternates: [join(dir, 'pool')] }), null, 'named by the setting');
  await borrow(
    `# a comment\n\n${join(root, 'open.git', 'objects')}\n"${join(root, 'private.git', 'objects')}"`,
  );
  t.match(await problem(), /in quotes/);
  await borrow(join(dir, 'nowhere'));
  t.equal(await problem(), null, 'git goes on without it');
  await rm(join(objects, 'info', 'alternates'));
});

t.test('alternates of alternates, and links in them', async t => {
  const { root, borrow, problem } = await stage(t);
  await borrow(join(root, 'open.git', 'objects'));
  const second = join(root, 'open.git', 'objects', 'info', 'alternates');
  await writeFile(second, `${join(root, 'private.git', 'objects')}\n`);
  t.match(await problem(), /private.git.*cannot read/);
  await rm(second);
  await symlink(join(root, 'private.git', 'objects', 'pack'), join(root, 'open.git', 'objects', 'aa'));
  t.match(await problem(), /aa is not a regular file/);
});

t.test('an alternate by a link is none, wherever it leads now', async t => {
  const { dir, root, borrow, problem } = await stage(t);
  await symlink(join(root, 'open.git'), join(root, 'link.git'));
  await borrow(join(root, 'link.git', 'objects'));
  t.match(await problem(), /reached by a link/);
  await symlink(root, join(dir, 'given'));
  await borrow(join(dir, 'given', 'open.git', 'objects'));
  t.equal(await problem({ roots: [join(dir, 'given')] }), null, 'the way to a root is the admin’s');
});

t.test('what only the owner of the home can write is the owner’s word', async t => {
  const { root, own, borrow, problem } = await stage(t);
  await borrow(join(root, 'private.git', 'objects'));
  await must('chmod', ['-R', 'g-w,o-w', own], { env: environment(root) });
  t.equal(await problem(), null);
  if (process.getuid!() === 0) t.type(await problem({ owner: 7 }), 'null', 'root counts like the owner');
  else t.type(await problem({ owner: 7 }), 'string');
});

t.test('a change and its undoing while git reads are seen', async t => {
  const { root, objects, examine } = await stage(t);
  const foreign = join(root, 'private.git', 'objects');
  const tricks: [string, () => Promise<void>][] = [
    [
      'alternates come and go',
      async () => {
        await writeFile(join(objects, 'info', 'alternates'), foreign);
        await rm(join(objects, 'info', 'alternates'));
      },
    ],
    [
      'a directory of objects is a link for a moment',
      async () => {
        await symlink(foreign, join(objects, 'ab'));
        await unlink(join(objects, 'ab'));
      },
    ],
    [
      'the objects are others for a moment',
      async () => {
        await rename(objects, `${objects}.aside`);
        await symlink(foreign, objects);
        await unlink(objects);
        await rename(`${objects}.aside`, objects);
      },
    ],
    [
      'a pack is a link for a moment',
      async () => {
        await symlink(join(foreign, 'x'), join(objects, 'pack', 'x.pack'));
        await unlink(join(objects, 'pack', 'x.pack'));
      },
    ],
  ];
  for (const [what, trick] of tricks) {
    const examined = await examine();
    t.equal(await isUnchanged(examined), true);
    await trick();
    t.equal(await isUnchanged(examined), false, what);
    t.equal((await examine()).problem, null, 'and nothing of it is left');
  }
});

t.test('another repository in its place while git reads is seen', async t => {
  const { dir, root, own, trust } = await stage(t);
  for (const mode of ['g-w,o-w', 'g+w']) {
    await must('chmod', ['-R', mode, own], { env: environment(dir) });
    const examined = await examineObjects(own, trust);
    await rename(own, `${own}.aside`);
    await symlink(join(root, 'private.git'), own);
    t.equal(await isUnchanged(examined), false);
    await unlink(own);
    await rename(`${own}.aside`, own);
  }
  // The directory above is swapped for a while: the repository itself does not change by that.
  await mkdir(join(root, 'acme'), { mode: 0o777 });
  await chmod(join(root, 'acme'), 0o777);
  await chmod(root, 0o777);
  await rename(own, join(root, 'acme', 'app.git'));
  const examined = await examineObjects(join(root, 'acme', 'app.git'), trust);
  await rename(join(root, 'acme'), join(root, 'away'));
  await rename(join(root, 'away'), join(root, 'acme'));
  t.equal(await isUnchanged(examined), false);
});
