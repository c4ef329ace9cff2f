/**
 * Who may write a repository can put anything under any name there, at any moment. Whatever install, uninstall and doctor
 * meet, nothing outside the repository is read to anybody, written, or given another mode or owner; and no file with a
 * text of the member's becomes the owner's.
 */
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { BelfryError } from '../../src/errors.ts';
import { swapper } from '../files/swapper.ts';
import { must } from '../support/run.ts';
import {
  ALICE,
  accountsCanBePlayed,
  BOB,
  type MemberStage,
  memberStage,
  ROOT,
  SPOOL_HEAD,
  TEAM,
} from './member-stage.ts';

if (accountsCanBePlayed(t)) {
  const RUNNERS = { 'the home’s owner': ALICE, root: ROOT };
  const AS_BOB = { uid: BOB.uid, gid: TEAM };
  const PATH = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } };
  /** Of a repository whose settings say nothing: no git is asked, so there can be many rounds. */
  const SILENT = new Map<string, string[]>();
  const DISPATCHER = '#!/bin/sh\nfor h in "$0".d/*; do "$h"; done\n';

  /** Whatever was in the way is said in a sentence; anything else is a fault. Gives its text. */
  const said = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => '',
      error => {
        if (!(error instanceof BelfryError)) throw error;
        return error.message;
      },
    );

  /** Installs, examines and takes out again, many times, while somebody swaps a name. */
  const rounds = async (t: import('tap').Test, one: MemberStage, name: string, makers: string[]) => {
    for (const [who, as] of Object.entries(RUNNERS)) {
      const before = await one.outside();
      const turns = await swapper(t, join(one.repository, name), makers, AS_BOB);
      let worked = 0;
      for (let n = 0; n < 5; n++) {
        const errors = [await said(one.install(as, {}, SILENT)), await said(one.examine(as, SILENT))];
        // Before it is taken out again, and all is as it was.
        t.strictSame(await one.outside(), before, `${who}: nothing outside has changed by install`);
        errors.push(await said(one.uninstall(as, SILENT)));
        if (errors.includes('')) worked++;
      }
      await turns.end();
      t.strictSame(await one.outside(), before, `${who}: nothing outside has changed`);
      t.strictSame(await one.words(), [], `${who}: nothing in the owner's name`);
      t.ok(worked > 0, `${who}: ${worked} rounds in which something was done`);
      await rm(join(one.repository, name), { recursive: true, force: true });
    }
  };
  const file = (text: string) => `fs.writeFileSync(path, ${JSON.stringify(text)}, { mode: 0o755 });`;
  const linkTo = (target: string) => `fs.symlinkSync(${JSON.stringify(target)}, path);`;
  const directory = `fs.mkdirSync(path, { mode: 0o775 }); fs.chmodSync(path, 0o2775);`;

  t.test('a hook that is swapped for a link to the key between check and use', async t => {
    const one = await memberStage(t);
    await rounds(t, one, 'hooks/post-receive', [
      file('#!/bin/sh\nexit 3\n'),
      linkTo(join(one.home, 'key')),
      file(DISPATCHER),
      linkTo('../../home/belfry.db'),
      linkTo(join(one.bin, 'post-receive')),
    ]);
  });

  t.test('a hooks directory that is swapped for a link to the owner’s bin', async t => {
    const one = await memberStage(t);
    await rm(one.hooks, { recursive: true });
    await rounds(t, one, 'hooks', [directory, linkTo(one.bin), linkTo(one.home), directory]);
  });

  t.test('a dispatcher’s directory that is swapped for a link to the owner’s bin', async t => {
    const one = await memberStage(t);
    await writeFile(join(one.hooks, 'post-receive'), DISPATCHER, { mode: 0o755 });
    await rounds(t, one, 'hooks/post-receive.d', [directory, linkTo(one.bin), linkTo(one.home), directory]);
  });

  t.test('a configuration that is swapped for a link to a file of the owner’s', async t => {
    const one = await memberStage(t);
    await rounds(t, one, 'config', [
      file('[core]\n\tbare = true\n'),
      linkTo(join(one.bin, 'post-receive')),
      linkTo(join(one.home, 'id_ed25519')),
      file(`${SPOOL_HEAD}\n# belfry begin: \`belfry uninstall\` takes these lines out\n# belfry end\n`),
    ]);
  });

  t.test('a note that is swapped for a link, or says too much', async t => {
    const one = await memberStage(t);
    await rounds(t, one, 'hooks/belfry-undo.json', [
      file('{"version":1,"made":["../../home/spool/new"],"chained":{}}'),
      linkTo(join(one.home, 'key')),
      file('{"version":1,"made":["post-receive.d","."],"chained":{"post-receive":{"link":{}}}}'),
      file(SPOOL_HEAD),
    ]);
  });

  t.test('a note that names directories elsewhere is refused, and nothing is removed', async t => {
    for (const as of Object.values(RUNNERS)) {
      const one = await memberStage(t);
      await one.install(as);
      const config = await readFile(join(one.repository, 'config'), 'utf8');
      const before = await one.outside();
      for (const made of [
        '../../home/spool/new',
        '../refs',
        '/tmp',
        'refs',
        '..',
        'post-receive.d/../..',
        '',
      ]) {
        const note = { version: 1, made: [made], chained: {} };
        await writeFile(join(one.hooks, 'belfry-undo.json'), JSON.stringify(note));
        t.match(await said(one.uninstall(as)), /belfry-undo\.json was not written by this version/, made);
      }
      const moved = { version: 1, made: [], chained: { '../../../bin/post-receive': {} } };
      await writeFile(join(one.hooks, 'belfry-undo.json'), JSON.stringify(moved));
      t.match(await said(one.uninstall(as)), /belfry-undo\.json was not written by this version/);
      t.strictSame(await one.outside(), before);
      t.equal(await readFile(join(one.repository, 'config'), 'utf8'), config, 'not even the configuration');
      await stat(join(one.hooks, 'post-receive'));
      await rm(join(one.hooks, 'belfry-undo.json'));
      t.match(await one.uninstall(as), { changed: true });
    }
  });

  t.test('a configuration that is a link, or another name of a file, gets no line', async t => {
    for (const as of Object.values(RUNNERS)) {
      const one = await memberStage(t);
      const config = join(one.repository, 'config');
      const target = join(one.bin, 'gitconfig');
      await writeFile(target, '[core]\n\tbare = true\n', { mode: 0o644 });
      await chown(target, ALICE.uid, ALICE.gid);
      const before = await one.outside();
      for (const put of [symlink, link]) {
        await rm(config);
        await put(target, config);
        t.match(await said(one.install(as)), /config: wanted a .*, got/, put.name);
        t.match(await said(one.uninstall(as)), '', put.name);
        await rm(config);
        await symlink(target, config);
      }
      const after = await one.outside();
      t.equal(after.gitconfig, before.gitconfig);
      t.notMatch(await stat(join(one.repository, 'config.lock')).catch(error => error.code), { size: 0 });
    }
  });

  t.test('a member’s configuration stays his, while install and uninstall write in it', async t => {
    for (const [who, as] of Object.entries(RUNNERS)) {
      const one = await memberStage(t);
      const config = join(one.repository, 'config');
      await rm(config);
      const text = '# a text of his\n[core]\n\tbare = true\n';
      await writeFile(config, text, { mode: 0o664 });
      await chmod(config, 0o664);
      await chown(config, BOB.uid, TEAM);
      await one.install(as, {}, SILENT);
      const own = async () => {
        const { uid, gid, mode } = await stat(config);
        return [uid, gid, mode & 0o777];
      };
      t.strictSame(await own(), [BOB.uid, TEAM, 0o664], who);
      t.match(await readFile(config, 'utf8'), 'advertisePushOptions');
      await one.uninstall(as, SILENT);
      t.strictSame(await own(), [BOB.uid, TEAM, 0o664], who);
      t.equal(await readFile(config, 'utf8'), text);
    }
  });

  t.test(
    'core.hooksPath in a repository’s own configuration leads belfry into no directory of others',
    async t => {
      const one = await memberStage(t);
      const before = await one.outside();
      const set = (path: string) =>
        must('git', ['config', '-f', join(one.repository, 'config'), 'core.hooksPath', path], {
          env: one.env,
        });
      for (const path of [one.bin, '../bin']) {
        await set(path);
        await must('chown', [`${ALICE.uid}:${TEAM}`, join(one.repository, 'config')], PATH);
        for (const as of Object.values(RUNNERS)) {
          t.match(
            await said(one.install(as)),
            /bin is outside the repository, and accounts other than its owner/,
          );
          t.match((await one.examine(as))[0], { kind: 'place' });
          t.strictSame(await one.uninstall(as), { changed: false });
        }
      }
      t.strictSame(await one.outside(), before);
      // Where nobody but the owner of that directory can have said so, it is his wish.
      await chmod(one.repository, 0o755);
      await chmod(join(one.repository, 'config'), 0o644);
      await set(one.bin);
      await must('chown', [`${ALICE.uid}:${TEAM}`, join(one.repository, 'config')], PATH);
      t.match(await one.install(), { how: 'chained', note: /serves every repository that uses it/ });
      t.strictSame(await one.examine(), []);
      t.match(await one.uninstall(), { changed: true });
      t.strictSame(
        (await one.outside())['post-receive']?.split(' ').slice(-3),
        before['post-receive']?.split(' ').slice(-3),
      );
      // Bob's own repository may not name it.
      await must('chown', ['-R', `${BOB.uid}:${TEAM}`, one.repository], PATH);
      t.match(await said(one.install(ROOT)), /is outside the repository/);
    },
  );

  t.test('hooks that are shared by a link are still served, where root or their owner made it', async t => {
    const one = await memberStage(t);
    const shared = join(one.dir, 'shared');
    await mkdir(shared);
    await chown(shared, ALICE.uid, TEAM);
    await rm(one.hooks, { recursive: true });
    await symlink('../shared', one.hooks);
    t.match(await said(one.install()), /shared|outside the repository/, 'a member can have made it');
    await must('git', ['config', '--global', 'core.hooksPath', shared], { env: one.env });
    t.match(
      await one.install(),
      { changed: true, note: /serves every repository/ },
      'the admin has named it',
    );
    await must('git', ['config', '--global', '--unset', 'core.hooksPath'], { env: one.env });
    t.match(await one.install(), { changed: false }, 'and where the hooks are there, nothing is to be done');
    await must('chmod', ['-R', 'g-w', one.repository], PATH);
    await one.uninstall();
    t.match(await one.install(), { changed: true, note: /serves every repository/ }, 'nobody else can');
  });

  t.test('a dispatcher’s directory that is a link is used where only its owner can have made it', async t => {
    const one = await memberStage(t);
    await writeFile(join(one.hooks, 'post-receive'), DISPATCHER, { mode: 0o755 });
    await symlink(one.bin, join(one.hooks, 'post-receive.d'));
    const before = await one.outside();
    for (const as of Object.values(RUNNERS)) {
      t.match(await said(one.install(as)), /post-receive\.d is outside the repository/);
      t.strictSame(await one.outside(), before);
    }
    await must('chmod', ['-R', 'g-w', one.repository], PATH);
    t.match(await one.install(), { how: 'dispatcher' });
    await stat(join(one.bin, 'belfry'));
    await one.uninstall();
    t.strictSame(await one.outside(), before);
  });

  t.test('a pipe, a socket or a directory in any place ends in a sentence', async t => {
    for (const name of [
      'config',
      'config.lock',
      'hooks',
      'hooks/post-receive',
      'hooks/post-receive.d',
      'hooks/proc-receive',
      'hooks/belfry-undo.json',
    ]) {
      const one = await memberStage(t);
      const path = join(one.repository, name);
      for (const put of [
        () => must('mkfifo', [path], PATH),
        () => mkdir(path),
        () => symlink('/dev/zero', path),
        async () => {
          await must('mkfifo', [join(one.repository, 'pipe')], PATH);
          await symlink(join(one.repository, 'pipe'), path);
        },
      ]) {
        await rename(path, `${path}.kept`).catch(() => {});
        await put();
        for (const common of name === 'config' ? [SILENT, null] : [SILENT]) {
          await said(one.install(ALICE, {}, common));
          await said(one.examine(ALICE, common));
          await said(one.uninstall(ALICE, common));
        }
        await rm(path, { recursive: true, force: true });
        await rename(`${path}.kept`, path).catch(() => {});
      }
      t.pass(name);
    }
  });

  t.test('a relative link that a member made is not made anew in the owner’s name', async t => {
    const one = await memberStage(t);
    const hook = join(one.hooks, 'post-receive');
    await symlink('../../home', hook);
    await must('chown', ['-h', `${BOB.uid}:${TEAM}`, hook], PATH);
    t.match(await said(one.install()), /post-receive is a relative link that another account has made/);
    t.equal((await lstat(hook)).uid, BOB.uid);
    t.match(await one.install(ROOT), { how: 'chained' }, 'root gives the new one to him');
    t.equal((await lstat(join(`${hook}.d`, 'post-receive'))).uid, BOB.uid);
    await one.uninstall(ROOT);
    t.equal((await lstat(hook)).uid, BOB.uid);
  });

  t.test(
    'what root makes belongs to the owner of its directory, and no link is followed for that',
    async t => {
      const one = await memberStage(t);
      await writeFile(join(one.hooks, 'post-receive'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
      await chown(join(one.hooks, 'post-receive'), BOB.uid, TEAM);
      await one.install(ROOT);
      for (const name of ['post-receive', 'proc-receive', 'post-receive.d', 'belfry-undo.json']) {
        const { uid, gid } = await lstat(join(one.hooks, name));
        t.strictSame([uid, gid], [ALICE.uid, TEAM], name);
      }
      t.equal(
        (await lstat(join(one.hooks, 'post-receive.d', 'post-receive'))).uid,
        BOB.uid,
        'the foreign one stays his',
      );
    },
  );
}
