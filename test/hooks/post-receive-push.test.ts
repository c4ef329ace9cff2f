/** The hook as git runs it in a real push over a file path: what it writes, and what the pusher sees. */
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type GitRepository, type GitRepositoryOptions, gitRepository } from '../support/git-repository.ts';
import { needs } from '../support/needs.ts';
import { must } from '../support/run.ts';
import { type HookStage, hookStage, hookText, SHELLS, type Shell } from './hook-stage.ts';

const NONE = '0'.repeat(40);

for (const shell of SHELLS) {
  t.test(`under ${shell}`, async t => {
    if (!needs(t, shell)) return;

    t.test('reports branches and tags that are made, moved and deleted', async t => {
      const { repository, hook } = await stage(t, shell);
      const first = await repository.commit();
      t.match(await repository.push(['main']), { status: 0 });
      t.equal(await pushed(hook), `${NONE} ${first} refs/heads/main\n`);
      const second = await repository.commit();
      await repository.git('tag', '-a', '-m', 'one', 'v1');
      const tag = await repository.git('rev-parse', 'v1');
      t.match(await repository.push(['main', 'v1']), { status: 0 });
      t.equal(await pushed(hook), `${first} ${second} refs/heads/main\n${NONE} ${tag} refs/tags/v1\n`);
      t.match(await repository.push([':v1', '+HEAD~1:main']), { status: 0 });
      t.equal(
        (await pushed(hook)).split('\n').sort().join('\n').trim(),
        [`${second} ${first} refs/heads/main`, `${tag} ${NONE} refs/tags/v1`].sort().join('\n'),
      );
    });

    t.test('keeps ref names and push options of any bytes', async t => {
      const { repository, hook } = await stage(t, shell);
      const commit = await repository.commit();
      // One character per byte.
      const names = [
        'a$(touch>pwned)`id`;&|"\'<>%s',
        Buffer.from('钟楼/ü').toString('latin1'),
        '\xff\x81\x88',
        '!-{}#',
      ];
      const create = names.map(name => `create refs/heads/${name}\0${commit}\0`).join('');
      await must('git', ['update-ref', '--stdin', '-z'], {
        cwd: repository.work,
        env: repository.env,
        stdin: Buffer.from(create, 'latin1'),
      });
      const options = ['title=钟 $(touch pwned)', '', '-n', 'a "quoted" \\ \'one\'\t|&;'];
      t.match(await repository.push(['refs/*:refs/*'], { options }), { status: 0 });
      const [file] = await hook.spool();
      t.strictSame(
        file?.header.slice(3),
        options.map(option => `option ${Buffer.from(option).toString('latin1')}`),
      );
      const lines = ['main', ...names].map(name => `${NONE} ${commit} refs/heads/${name}`);
      t.strictSame(file?.body.toString('latin1').trim().split('\n').sort(), lines.sort());
      await t.rejects(access(join(repository.path, 'pwned')));
    });

    t.test('reports a SHA-256 repository', async t => {
      const { repository, hook } = await stage(t, shell, { format: 'sha256' });
      const commit = await repository.commit();
      t.match(await repository.push(['main']), { status: 0 });
      t.equal(await pushed(hook), `${'0'.repeat(64)} ${commit} refs/heads/main\n`);
    });

    t.test('shows the pusher nothing, and does not keep the push waiting for the worker', async t => {
      const { repository, hook } = await stage(t, shell);
      await hook.fakeNode();
      await repository.commit();
      const ran = await repository.push(['main']);
      t.equal(ran.status, 0);
      t.notMatch(ran.stderr, 'remote:');
      // The worker lives: had git waited for it, the push would not be over.
      const { pid, descriptors } = await hook.started();
      t.match(await readFile(`/proc/${pid}/comm`, 'utf8'), 'sleep');
      t.strictSame(descriptors.filter(line => Number.parseInt(line, 10) < 10).length, 3);
    });

    t.test('lets the push succeed without a spool, and says why in one line', async t => {
      const { repository, hook } = await stage(t, shell);
      await rm(hook.home, { recursive: true });
      await repository.commit();
      const ran = await repository.push(['main']);
      t.equal(ran.status, 0);
      const lines = ran.stderr.split('\n').filter(line => line.startsWith('remote:'));
      t.strictSame(
        lines.map(line => line.trim()),
        [
          "remote: belfry: the push succeeded, but webhooks are not told of it (no such directory); please tell the server's admin",
        ],
      );
    });

    t.test('shows the pusher the outcome after the push, when asked', async t => {
      const { repository, hook } = await stage(t, shell);
      await hook.fakeNode();
      await hook.fakeWaiting();
      await repository.commit();
      const ran = await repository.push(['main'], { options: ['belfry.wait=2'] });
      t.equal(ran.status, 0);
      t.match(ran.stderr, /^remote: waited: .*h o'me 2 0 *\nremote: [0-9a-f-]{36} *$/m);
      await hook.started();
    });
  });
}

t.test('takes 10,000 refs in one push', async t => {
  if (!needs(t, 'dash')) return;
  const { repository, hook } = await stage(t, 'dash');
  const commit = await repository.commit();
  const create = Array.from({ length: 10_000 }, (_, n) => `create refs/heads/b${n} ${commit}\n`).join('');
  await must('git', ['update-ref', '--stdin'], {
    cwd: repository.work,
    env: repository.env,
    stdin: create,
  });
  t.match(await repository.push(['refs/heads/*:refs/heads/*']), { status: 0 });
  t.equal((await pushed(hook)).split('\n').length, 10_002);
});

async function stage(
  t: Test,
  shell: Shell,
  options: GitRepositoryOptions = {},
): Promise<{ repository: GitRepository; hook: HookStage }> {
  const hook = await hookStage(t, shell);
  const repository = await gitRepository(t.testdir({}), options);
  await repository.server('config', 'receive.advertisePushOptions', 'true');
  await mkdir(join(repository.path, 'hooks'), { recursive: true });
  const text = await hookText(shell, hook.app, hook.home);
  await writeFile(join(repository.path, 'hooks', 'post-receive'), text, { mode: 0o755 });
  return { repository, hook };
}

/** The ref lines of the one push in the spool, which is emptied. */
async function pushed(hook: HookStage): Promise<string> {
  const [file, ...more] = await hook.spool();
  if (file === undefined || more.length > 0) throw new Error(`wanted one spool file, got ${more.length}`);
  await rm(join(hook.home, 'spool', 'new', file.name));
  return file.body.toString();
}
