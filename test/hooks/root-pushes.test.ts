/**
 * Root pushes, and the home is somebody else's: that account could turn whatever root opens there. So the hooks become it
 * first. Only root can be the test.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { findAccount } from '../../src/host/accounts.ts';
import { type HookName, renderHook } from '../../src/installer/hook-file.ts';
import { PROJECT } from '../support/belfry.ts';
import { findProgram, needs } from '../support/needs.ts';
import { must, run } from '../support/run.ts';
import { type HookStage, hookStage, SHELLS, type Shell } from './hook-stage.ts';

const REFS = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\n`;
/** An account that every machine has, and one that none has. */
const [NOBODY, NO_ACCOUNT] = [65534, 61_234];
const SYSTEM = { env: { PATH: process.env.PATH ?? '' } };

async function stage(t: Test, shell: Shell, owner = NOBODY) {
  const hook = await hookStage(t, shell);
  await must('chown', ['-R', `${owner}:${owner}`, hook.home], SYSTEM);
  /** A PATH that has only these programs. */
  const only = async (...programs: string[]) => {
    const bin = join(hook.dir, 'bin');
    await mkdir(bin);
    for (const program of ['sh', 'dd', 'mv', 'sync', 'env', 'cat', 'rm', 'id', 'stat', ...programs])
      await symlink(findProgram(program)!, join(bin, program));
    return { PATH: bin };
  };
  return { ...hook, only };
}

/** Wrote as root, and not as the owner. */
async function ownersIn(hook: HookStage): Promise<number[]> {
  const names = await readdir(join(hook.home, 'spool/new'));
  return Promise.all(names.map(async name => (await stat(join(hook.home, 'spool/new', name))).uid));
}

/** Another hook than the stage's own, for the same shell and program. */
async function rendered(hook: HookStage, name: HookName): Promise<string> {
  const interpreter = (await readFile(hook.hook, 'utf8')).split('\n', 1)[0]!;
  return (await renderHook(name, { app: PROJECT, home: hook.home }))
    .replace('#!/bin/sh', interpreter)
    .replace(/^belfry_app=.*$/m, () => `belfry_app='${hook.app}'`);
}

for (const shell of SHELLS) {
  t.test(`under ${shell}`, async t => {
    if (process.getuid?.() !== 0) {
      t.pass('skipped', { skip: 'only root' });
      return;
    }
    if (!needs(t, shell, 'setpriv', 'su', 'mkfifo')) return;

    t.test('the file is the owner’s, the worker runs as the owner, the pusher is root', async t => {
      const hook = await stage(t, shell);
      await hook.fakeNode();
      await chmod(hook.dir, 0o777);
      t.match(await hook.run(REFS), { status: 0, stdout: '', stderr: '' });
      const [file] = await hook.spool();
      t.ok(file?.header.includes('env BELFRY_USER root'), 'the file’s owner would be taken for the pusher');
      t.equal(file?.body.toString(), REFS);
      const info = await stat(join(hook.home, 'spool/new', file!.name));
      t.strictSame([info.uid, info.mode & 0o777], [NOBODY, 0o640]);
      const { pid, env } = await hook.started();
      t.equal((await stat(`/proc/${pid}`)).uid, NOBODY);
      t.ok(env.includes(`HOME=${(await findAccount(NOBODY))!.home}`));
      await rm(join(hook.home, 'spool/new', file!.name));
      t.match(await hook.run(REFS, { env: { GL_USER: 'alice' } }), { status: 0 });
      t.strictSame((await hook.spool())[0]?.header.slice(3), ['env GL_USER alice'], 'who was named stays');
    });

    t.test('a foreign hook stays root’s, with its input and its status', async t => {
      const hook = await stage(t, shell);
      await hook.foreign(`cat >'${hook.dir}/input'; id -u >'${hook.dir}/who'; exit 7`);
      t.match(await hook.run(REFS.repeat(3_000)), { status: 7, stdout: '', stderr: '' });
      t.equal(await readFile(join(hook.dir, 'input'), 'utf8'), REFS.repeat(3_000));
      t.equal(await readFile(join(hook.dir, 'who'), 'utf8'), '0\n');
      t.equal((await hook.spool())[0]?.body.toString(), REFS.repeat(3_000));
      t.strictSame(await ownersIn(hook), [NOBODY]);
    });

    t.test('without setpriv, without an account, and without any way', async t => {
      const su = await stage(t, shell);
      t.match(await su.run(REFS, { env: await su.only('su') }), { status: 0, stdout: '', stderr: '' });
      t.strictSame(await ownersIn(su), [NOBODY]);

      const numbers = await stage(t, shell, NO_ACCOUNT);
      t.match(await numbers.run(REFS), { status: 0, stdout: '', stderr: '' });
      t.strictSame(await ownersIn(numbers), [NO_ACCOUNT]);

      const linked = await stage(t, shell);
      await rename(linked.home, `${linked.home}-elsewhere`);
      await symlink(`${linked.home}-elsewhere`, linked.home);
      t.match(await linked.run(REFS), { status: 0, stdout: '', stderr: '' });
      t.strictSame(await ownersIn(linked), [NOBODY]);

      const none = await stage(t, shell);
      await none.foreign(`cat >'${none.dir}/input'; exit 5`);
      t.match(await none.run(REFS, { env: await none.only() }), {
        status: 5,
        stdout: '',
        stderr: `belfry: the push succeeded, but webhooks are not told of it (neither setpriv nor su can make root the account ${NOBODY}, who owns the home); please tell the server's admin\n`,
      });
      t.equal(await readFile(join(none.dir, 'input'), 'utf8'), REFS);
      t.strictSame(await none.spool(), []);
    });

    t.test('links that the owner has laid lead root nowhere', async t => {
      const hook = await stage(t, shell);
      const roots = join(hook.dir, 'roots');
      await mkdir(roots, { mode: 0o700 });
      const canary = join(roots, 'canary');
      await writeFile(canary, '5\n', { mode: 0o600 });
      await symlink(canary, join(hook.home, 'log', 'worker.log'));
      await symlink(canary, join(hook.home, 'worker.pid'));
      await symlink(canary, join(hook.home, 'push.wait'));
      t.match(await hook.run(REFS), { status: 0, stdout: '', stderr: '' });
      t.strictSame(
        (await hook.spool())[0]?.header.filter(line => line.startsWith('wait')),
        [],
        'not a line of what only root may read',
      );
      for (const folder of ['tmp', 'new']) {
        const place = join(hook.home, 'spool', folder);
        await rename(place, `${place}.was`);
        await symlink(roots, place);
        t.match(await hook.run(REFS), {
          status: 0,
          stderr:
            "belfry: the push succeeded, but webhooks are not told of it (Permission denied); please tell the server's admin\n",
        });
        await rm(place);
        await rename(`${place}.was`, place);
      }
      t.strictSame(await readdir(roots), ['canary']);
      t.equal(await readFile(canary, 'utf8'), '5\n');
    });

    t.test('pipes that the owner has laid hold nobody up', async t => {
      const hook = await stage(t, shell);
      for (const name of ['worker.pid', 'push.wait', 'log/worker.log'])
        await must('mkfifo', [join(hook.home, name)], SYSTEM);
      t.match(await hook.run(REFS), { status: 0, stdout: '', stderr: '' });
      t.strictSame(await ownersIn(hook), [NOBODY]);
    });

    t.test('a program of the owner’s is never run by root', async t => {
      const hook = await stage(t, shell);
      await hook.fakeNode();
      await writeFile(join(hook.app, 'src', 'await-outcome.sh'), `id -u; cat >/dev/null; exit "$3"\n`);
      await chmod(hook.dir, 0o777);
      const env = { GIT_PUSH_OPTION_COUNT: '1', GIT_PUSH_OPTION_0: 'belfry.wait' };
      t.match(await hook.run(REFS, { env }), { status: 0, stdout: `${NOBODY}\n`, stderr: '' });
      t.equal((await stat(`/proc/${(await hook.started()).pid}`)).uid, NOBODY);
    });

    t.test('the owner of the home is root: nothing changes', async t => {
      const hook = await stage(t, shell, 0);
      t.match(await hook.run(REFS, { env: await hook.only() }), { status: 0, stdout: '', stderr: '' });
      t.strictSame(await ownersIn(hook), [0]);
      t.notOk((await hook.spool())[0]?.header.some(line => line.startsWith('env ')));
    });

    t.test('a git of root moves refs: one look for one git, the owner’s', async t => {
      const hook = await stage(t, shell);
      const text = await rendered(hook, 'reference-transaction');
      await rm(hook.repository, { recursive: true });
      await must('git', ['init', '-q', '--bare', hook.repository], { env: hook.env });
      await writeFile(join(hook.repository, 'hooks/reference-transaction'), text, { mode: 0o755 });
      const git = (args: string[], stdin = '') =>
        must('git', args, { cwd: hook.repository, env: hook.env, stdin });
      const blob = (await git(['hash-object', '-w', '--stdin'], 'x')).trim();
      const three = ['a', 'b', 'c'].map(name => `start\nupdate refs/tags/${name} ${blob}\nprepare\ncommit\n`);
      await git(['update-ref', '--stdin'], three.join(''));
      t.strictSame(await ownersIn(hook), [NOBODY]);
      t.match((await hook.spool())[0]?.name, /^look-/);
      t.ok((await hook.spool())[0]?.header.includes('env BELFRY_USER root'));
    });

    t.test('proc-receive: it is the owner that Node runs as, and the pusher is root', async t => {
      const hook = await stage(t, shell);
      await hook.fakeNode();
      await writeFile(join(hook.app, 'src', 'proc-receive.ts'), '');
      await chmod(hook.dir, 0o777);
      const text = await rendered(hook, 'proc-receive');
      const path = join(hook.repository, 'hooks', 'proc-receive');
      await writeFile(path, text, { mode: 0o755 });
      const running = hook.run('', { hook: path });
      const { pid, env, args } = await hook.started();
      t.equal((await stat(`/proc/${pid}`)).uid, NOBODY);
      t.ok(env.includes('BELFRY_USER=root'));
      t.strictSame(args.slice(0, 2), [`${hook.app}/src/proc-receive.ts`, '--home']);
      process.kill(pid);
      await running;
      t.match(await hook.run('', { hook: path, env: await hook.only() }), {
        status: 1,
        stderr: /merge requests are not available: neither setpriv nor su/,
      });
    });
  });
}

t.test('a member lays a directory where a look is to be: it is not moved into', async t => {
  if (!needs(t, 'dash', 'git')) return;
  const hook = await hookStage(t, 'dash');
  const text = await rendered(hook, 'reference-transaction');
  await rm(hook.repository, { recursive: true });
  await must('git', ['init', '-q', '--bare', hook.repository], { env: hook.env });
  const path = join(hook.repository, 'hooks', 'reference-transaction');
  await writeFile(path, text, { mode: 0o755 });
  // It runs as a part of the same git, before belfry's own: so it knows the name.
  await mkdir(`${path}.d`);
  await writeFile(
    join(`${path}.d`, 'reference-transaction'),
    `#!/bin/sh
read -r _ _ _ git _ </proc/$PPID/stat
stat=$(cat /proc/$git/stat); set -- \${stat##*) }
mkdir -p "${hook.home}/spool/new/look-$git-\${20}-$(cat /proc/sys/kernel/random/boot_id)"
`,
    { mode: 0o755 },
  );
  const git = (args: string[], stdin = '') =>
    run('git', args, { cwd: hook.repository, env: hook.env, stdin });
  const blob = (await git(['hash-object', '-w', '--stdin'], 'x')).stdout.trim();
  t.match(await git(['update-ref', 'refs/tags/a', blob]), { status: 0, stderr: '' });
  const place = join(hook.home, 'spool', 'new');
  const names = await readdir(place);
  const laid = names.find(name => name.startsWith('look-'))!;
  t.ok(laid, 'it was there before');
  t.strictSame(await readdir(join(place, laid)), []);
  const looks = names.filter(name => name !== laid);
  t.ok(looks.length > 0);
  for (const name of looks) t.match(await readFile(join(place, name), 'utf8'), /^belfry-look 1\n/);
  t.notOk(existsSync(join(hook.dir, 'started')));
});
