/** The hook of mirrors among other hooks, in odd places, and when it cannot do its work. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { directoryPicture } from '../hooks/directory-picture.ts';
import { mirror } from '../support/mirror.ts';
import { must, run } from '../support/run.ts';

t.test('wherever git was started, also in a worktree', async t => {
  const { upstream, path, dir, told } = await mirror(t);
  const cases: [what: string, args: string[], cwd: string, env: Record<string, string>][] = [
    ['a path', [`--git-dir=${path}`, 'fetch', '-q'], '/', {}],
    ['a relative path', ['fetch', '-q'], dir, { GIT_DIR: 'root/acme/mirror.git', CDPATH: '/' }],
    ['inside', ['fetch', '-q'], join(path, 'refs'), {}],
  ];
  for (const [n, [what, args, cwd, env]] of cases.entries()) {
    const tip = await upstream.commit({ message: `${what}\n` });
    await upstream.push(['main']);
    await must('git', args, { cwd, env: { ...upstream.env, ...env } });
    t.equal((await told(n + 1))[n]![2], tip, what);
  }
  const work = join(dir, 'worktree');
  await must('git', ['worktree', 'add', '-q', '-b', 'wt', work], { cwd: path, env: upstream.env });
  t.equal((await told(4))[3]![0], 'refs/heads/wt');
  const who = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@x',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@x',
  };
  await must('git', ['commit', '-q', '--allow-empty', '-m', 'x'], {
    cwd: work,
    env: { ...upstream.env, ...who },
  });
  t.equal((await told(5))[4]![0], 'refs/heads/wt');
});

t.test('no fetch fails when belfry cannot write, and one line says why', async t => {
  const { upstream, path, belfry, git, told } = await mirror(t);
  await belfry.stopWorker();
  const spool = join(belfry.home, 'spool');
  await rm(spool, { recursive: true });
  const tip = await upstream.commit();
  await upstream.push(['main']);
  const fetched = await run('git', ['fetch', '-q'], { cwd: path, env: upstream.env });
  t.equal(fetched.status, 0);
  t.equal(
    fetched.stderr,
    "belfry: the fetch succeeded, but webhooks are not told of it (no such directory); please tell the server's admin\n",
  );
  t.equal(await git('rev-parse', 'main'), `${tip}\n`);
  t.match(await belfry.run(['scan']), { status: 1, stderr: /spool\/new is missing\n.*doctor --fix/ });
  await belfry.run(['doctor', '--fix']);
  await belfry.json(['scan']);
  t.equal((await told(1))[0]![2], tip, 'and a scan finds it');
});

t.test('a foreign hook keeps its word, and everything is given back to the byte', async t => {
  const { upstream, path, belfry, told } = await mirror(t);
  await belfry.json(['uninstall', path]);
  const hook = join(path, 'hooks', 'reference-transaction');
  const foreign = '#!/bin/sh\ncase "$1 $(cat)" in prepared*refs/heads/no*) exit 1 ;; esac\n';
  await writeFile(hook, foreign, { mode: 0o755 });
  const before = await directoryPicture(path, { times: false });
  await belfry.json(['install', '--mirror', path]);
  const installed = await directoryPicture(path, { times: false });
  t.match(installed['hooks/reference-transaction'], "# belfry's reference-transaction:");
  t.match(installed.config, '[belfry]\n\tmirror = true\n');
  const again = await belfry.json<{ repositories: { changed: boolean }[] }>(['install']);
  t.ok(
    again.repositories.every(one => !one.changed),
    'it stays a mirror when it is installed again',
  );
  await upstream.commit();
  await upstream.push(['main:refs/heads/no', 'main:refs/heads/yes']);
  const fetch = (ref: string) =>
    run('git', ['fetch', '-q', 'origin', `${ref}:${ref}`], { cwd: path, env: upstream.env });
  t.not((await fetch('refs/heads/no')).status, 0, 'what it refuses is refused');
  t.equal((await fetch('refs/heads/yes')).status, 0);
  t.strictSame(
    (await told(1)).map(([ref]) => ref),
    ['refs/heads/yes'],
  );
  await must('git', ['update-ref', '-d', 'refs/heads/yes'], { cwd: path, env: upstream.env });
  await told(2);
  await belfry.json(['uninstall', path]);
  const after = await directoryPicture(path, { times: false });
  const own = (picture: Record<string, string>) =>
    Object.fromEntries(Object.entries(picture).filter(([name]) => /^(hooks|config)/.test(name)));
  t.strictSame(own(after), own(before));
});

t.test('doctor: a mirror whose hook is missing, stale, foreign', async t => {
  const { path, belfry } = await mirror(t);
  const hook = join(path, 'hooks', 'reference-transaction');
  const text = await readFile(hook, 'utf8');
  const findings = async () => {
    const { findings } = (await belfry.run(['doctor', '--json'])).json<{
      findings: { area: string; subject: string; got: string }[];
    }>();
    return findings.filter(({ area }) => area === 'repositories').map(({ subject, got }) => [subject, got]);
  };
  t.same(await findings(), []);
  await rm(hook);
  t.same(await findings(), [[hook, 'none']]);
  await writeFile(hook, `${text}# older\n`, { mode: 0o755 });
  t.same(await findings(), [[hook, 'that of another version']]);
  await writeFile(hook, '#!/bin/sh\n', { mode: 0o755 });
  t.same(await findings(), [[hook, 'another hook, which does not run it']]);
  t.equal((await belfry.run(['doctor', '--fix'])).status, 0);
  t.same(await findings(), []);
  t.match(await belfry.run(['install', '--mirror']), {
    status: 2,
    stderr: /^belfry: Missing DIR: --mirror needs/,
  });
});
