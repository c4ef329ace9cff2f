/** The mirrors' hook by itself, under both shells: what it writes, how seldom, and that it never refuses anything. */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { renderHook } from '../../src/installer/hook-file.ts';
import { PROJECT } from '../support/belfry.ts';
import { findProgram, needs } from '../support/needs.ts';
import { must, type Ran } from '../support/run.ts';
import { hookStage, SHELLS, type Shell } from './hook-stage.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const line = (ref: string) => `${OLD} ${NEW} ${ref}\n`;

async function stage(t: Test, shell: Shell) {
  const place = await hookStage(t, shell);
  const hook = join(place.repository, 'hooks', 'reference-transaction');
  const text = await renderHook('reference-transaction', { app: PROJECT, home: place.home });
  const interpreter = shell === 'dash' ? findProgram('dash') : `${findProgram('busybox')} ash`;
  await writeFile(
    hook,
    text
      .replace('#!/bin/sh', `#!${interpreter}`)
      .replace(`belfry_app='${PROJECT}'`, `belfry_app='${place.app}'`),
    { mode: 0o755 },
  );
  const call = (state: string, input: string, env: Record<string, string> = {}): Promise<Ran> =>
    place.run(input, { args: [state], hook, env: { GIT_DIR: '.', ...env } });
  const names = (folder: string) => readdir(join(place.home, 'spool', folder));
  return { ...place, hook, call, names };
}

for (const shell of SHELLS) {
  t.test(`under ${shell}`, async t => {
    if (!needs(t, shell, 'git')) return;

    t.test('what is neither branch nor tag, and what was aborted, leaves nothing', async t => {
      const { call, names } = await stage(t, shell);
      const others = [
        'HEAD',
        'FETCH_HEAD',
        'refs/remotes/origin/main',
        'refs/notes/x',
        'refs/pull/1/head',
        'refs/stash',
      ];
      for (const state of ['prepared', 'committed', 'aborted'])
        t.match(await call(state, others.map(line).join('')), { status: 0, stdout: '', stderr: '' });
      t.match(await call('aborted', line('refs/heads/main')), { status: 0, stdout: '', stderr: '' });
      t.match(await call('preparing', line('refs/heads/main')), { status: 0, stdout: '', stderr: '' });
      t.match(await call('committed', ''), { status: 0, stdout: '', stderr: '' });
      t.strictSame([...(await names('new')), ...(await names('tmp'))], []);
    });

    t.test('one file for a committed branch or tag, however far down it stands', async t => {
      const { call, spool, repository, names } = await stage(t, shell);
      const many = Array.from({ length: 2_000 }, (_, n) => line(`refs/pull/${n}/head`)).join('');
      // Without a git above it nobody can say when the fetch is over: so nothing is asked for before it has moved.
      t.match(await call('prepared', line('refs/heads/x')), { status: 0 });
      t.strictSame(await names('new'), []);
      t.match(await call('committed', `${many}${line('refs/tags/v1')}`, { BELFRY_USER: 'mirror' }), {
        status: 0,
        stderr: '',
      });
      const [file, ...more] = await spool();
      t.strictSame(more, []);
      t.match(file!.header[0], 'belfry-look 1');
      t.equal(file!.header[1], `directory ${repository}`);
      t.ok(file!.header.includes('env BELFRY_USER mirror'));
      t.equal(file!.body.length, 0);
    });

    t.test('a dispatcher eats or cuts its input: what nobody can see may have been a branch', async t => {
      for (const [input, before] of [
        ['', ':'],
        ['\n', ':'],
        [line('refs/heads/main').slice(0, -1), ':'],
        [line('refs/heads/main').slice(0, 85), ':'],
        [line('refs/heads/main'), 'exec <&-'],
      ] as const) {
        const { hook, home, run, spool, repository } = await stage(t, shell);
        await mkdir(`${hook}.d`);
        const dispatched = join(`${hook}.d`, 'belfry');
        await writeFile(dispatched, await readFile(hook, 'utf8'), { mode: 0o755 });
        const env = { GIT_DIR: '.' };
        t.match(await run(input, { args: ['committed'], hook: dispatched, env, before }), {
          status: 0,
          stdout: '',
          stderr: '',
        });
        const [file, ...more] = await spool();
        t.strictSame(more, [], home);
        t.equal(file?.header[1], `directory ${repository}`, JSON.stringify(input));
      }
      const { hook, run, names } = await stage(t, shell);
      await mkdir(`${hook}.d`);
      const dispatched = join(`${hook}.d`, 'belfry');
      await writeFile(dispatched, await readFile(hook, 'utf8'), { mode: 0o755 });
      const others = line('HEAD') + line('refs/pull/1/head');
      await run(others, { args: ['committed'], hook: dispatched, env: { GIT_DIR: '.' } });
      t.strictSame(await names('new'), [], 'what is whole, and neither branch nor tag, is no reason');
    });

    t.test('git itself: three refs, one file, written before the first has moved', async t => {
      const { hook, spool, repository, env, names } = await stage(t, shell);
      const text = await readFile(hook, 'utf8');
      await rm(repository, { recursive: true });
      await must('git', ['init', '-q', '--bare', repository], { env });
      await writeFile(hook, text, { mode: 0o755 });
      const git = (args: string[], stdin = '') => must('git', args, { cwd: repository, env, stdin });
      const tree = (await git(['mktree'])).trim();
      const who = {
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a',
      };
      const tip = (
        await must('git', ['commit-tree', tree, '-m', 'x'], { cwd: repository, env: { ...env, ...who } })
      ).trim();
      const three = ['a', 'b', 'c']
        .map(name => `start\nupdate refs/heads/${name} ${tip}\nprepare\ncommit\n`)
        .join('');
      await git(['update-ref', '--stdin'], three);
      const [file, ...more] = await spool();
      t.strictSame(more, [], 'one process, one file');
      t.match(file!.name, /^look-\d+-\d+-[0-9a-f-]{36}$/);
      t.ok(file!.header.some(one => /^process \d+ \d+$/.test(one)));
      await git(['update-ref', 'refs/heads/d', tip]);
      t.equal((await names('new')).length, 2, 'another process, another file');
      await git(['update-ref', '--stdin'], `start\nupdate refs/heads/e ${tip}\nprepare\nabort\n`);
      t.equal((await names('new')).length, 3, 'what did not move after all is looked at in vain');
    });

    t.test('a push asks for nothing where post-receive tells of it, however git is called', async t => {
      const { hook, spool, repository, env, names } = await stage(t, shell);
      const text = await readFile(hook, 'utf8');
      await rm(repository, { recursive: true });
      await must('git', ['init', '-q', '--bare', repository], { env });
      await writeFile(hook, text, { mode: 0o755 });
      const git = (args: string[], stdin = '') => must('git', args, { cwd: repository, env, stdin });
      const blob = (await git(['hash-object', '-w', '--stdin'], 'x')).trim();
      const calls = [
        'git-receive-pack',
        'git receive-pack',
        'git -c credential.helper= -c a.b=c receive-pack',
      ];
      const push = async (from: string) => {
        for (const [n, call] of calls.entries())
          await git(['push', '-q', `--receive-pack=${call}`, repository, `${blob}:refs/tags/${from}-${n}`]);
      };
      await push('untold');
      const looks = await spool();
      t.equal(looks.length, 3, 'without a post-receive nobody else would tell');
      for (const { header } of looks) t.match(header.at(-1), /^process \d+ \d+ push$/);

      await writeFile(join(repository, 'hooks', 'post-receive'), '#!/bin/sh\ncat >/dev/null\n', {
        mode: 0o755,
      });
      await push('told');
      t.equal((await names('new')).length, 3);
      await git(['-c', 'a.b=c', 'update-ref', '-m', ' receive-pack ', 'refs/tags/by-hand', blob]);
      t.equal((await names('new')).length, 4, 'what only speaks of receive-pack is none');
    });

    t.test('below a dispatcher too, it is one file for one git', async t => {
      const { hook, spool, repository, env } = await stage(t, shell);
      const text = await readFile(hook, 'utf8');
      await rm(repository, { recursive: true });
      await must('git', ['init', '-q', '--bare', repository], { env });
      await writeFile(
        hook,
        '#!/bin/sh\ndata=$(cat)\nfor h in "$0".d/*; do echo "$data" | "$h" "$@"; done\n',
        { mode: 0o755 },
      );
      await mkdir(`${hook}.d`);
      await writeFile(join(`${hook}.d`, 'belfry'), text, { mode: 0o755 });
      const blob = (
        await must('git', ['hash-object', '-w', '--stdin'], { cwd: repository, env, stdin: 'x' })
      ).trim();
      const two = ['a', 'b']
        .map(name => `start\nupdate refs/tags/${name} ${blob}\nprepare\ncommit\n`)
        .join('');
      await must('git', ['update-ref', '--stdin'], { cwd: repository, env, stdin: two });
      const [file, ...more] = await spool();
      t.strictSame(more, []);
      t.match(file!.name, /^look-/);
      t.equal(file!.header[1], `directory ${repository}`);
    });

    t.test('a spool that cannot be written: one line, and the refs move', async t => {
      const { call, home } = await stage(t, shell);
      await rm(join(home, 'spool', 'tmp'), { recursive: true });
      t.match(await call('prepared', line('refs/heads/x')), { status: 0, stderr: '' });
      t.match(await call('committed', line('refs/heads/x')), {
        status: 0,
        stdout: '',
        stderr:
          "belfry: the change of refs succeeded, but webhooks are not told of it (no such directory); please tell the server's admin\n",
      });
    });

    t.test('a foreign hook has the last word, its input whole', async t => {
      const { hook, call, repository, names } = await stage(t, shell);
      const foreign = join(`${hook}.d`, 'reference-transaction');
      await must('mkdir', [`${hook}.d`], { env: { PATH: process.env.PATH ?? '' } });
      await writeFile(foreign, '#!/bin/sh\ncat >"got-$1"\n[ "$1" != prepared ]\n');
      await chmod(foreign, 0o755);
      const input = line('refs/heads/x').repeat(3);
      t.equal((await call('prepared', input)).status, 1);
      t.equal((await call('committed', input)).status, 0);
      t.equal((await call('aborted', input)).status, 0);
      for (const state of ['prepared', 'committed', 'aborted'])
        t.equal(await readFile(join(repository, `got-${state}`), 'utf8'), input, state);
      t.equal((await names('new')).length, 1);
    });

    t.end();
  });
}

t.test('what is installed is one file that needs no other', async t => {
  const text = await renderHook('reference-transaction', { app: PROJECT, home: '/home' });
  t.notMatch(text, 'common.sh');
  t.match(text, '\nbelfry_publish() {\n');
});
