/**
 * Who pushed, on a stock sshd: the real one, with nothing permitted that is not by default; and where git-shell is the
 * login shell of the account, with a real account.
 */
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { findProgram, needs } from '../support/needs.ts';
import { must, run } from '../support/run.ts';
import { accountsCanBeMade } from '../support/shared-home.ts';
import { sshServer } from '../support/ssh-server.ts';
import { tower } from '../support/tower.ts';
import { unixUsers } from '../support/unix-users.ts';

const SHELL = join(PROJECT, 'hooks', 'belfry-shell');
const SYSTEM = { env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } };

/** Runs `ssh` with what GIT_SSH_COMMAND has, on a server's URL. @param what the command, or options of ssh */
function ssh(command: string, url: string, args: string[], more: string[] = []) {
  const { username, hostname, port } = new URL(url);
  const words = ['-p', port, ...more, `${username}@${hostname}`, ...args];
  return run('sh', ['-c', `exec ${command} "$@"`, 'ssh', ...words], SYSTEM);
}

t.test('on a stock sshd belfry-shell names whoever pushes, where environment= names nobody', async t => {
  if (!needs(t, 'sshd', 'ssh', 'ssh-keygen', 'git-shell')) return;
  const stage = await tower(t);
  const { repository, receiver, dir } = stage;
  await stage.webhook('/hook');
  const server = await sshServer(t, dir, { stock: true });
  const url = server.url + repository.path;
  const pusher = async (options: string, env: Record<string, string> = {}) => {
    const nth = receiver.requests.length + 1;
    await repository.commit();
    const GIT_SSH_COMMAND = await server.commandWith(options);
    const pushed = await repository.push(['main'], { url, env: { GIT_SSH_COMMAND, ...env } });
    if (pushed.status !== 0) throw new Error(pushed.stderr);
    const { body } = (await receiver.received(nth)).at(-1)!;
    return JSON.parse(body.toString('utf8')).pusher.username;
  };
  const forced = (login: string) => `restrict,command="'${SHELL}' ${login}"`;
  t.equal(await pusher(forced('alice')), 'alice');
  t.equal(await pusher(forced("'李四'")), '李四');
  t.equal(await pusher('restrict,environment="BELFRY_USER=alice"'), userInfo().username);

  const GIT_SSH_COMMAND = await server.commandWith(forced('alice'));
  const listed = await run('git', ['-c', 'protocol.version=2', 'ls-remote', url], {
    cwd: repository.work,
    env: { ...repository.env, GIT_SSH_COMMAND, GIT_TRACE_PACKET: '1' },
  });
  t.equal(listed.status, 0, listed.stderr);
  t.ok(/< version 2$/m.test(listed.stderr), 'GIT_PROTOCOL reaches git');
});

t.test('whoever has such a key gets nothing but git', async t => {
  if (!needs(t, 'sshd', 'ssh', 'ssh-keygen', 'git-shell')) return;
  const dir = t.testdir({});
  environment(dir);
  const server = await sshServer(t, dir, { stock: true });
  const alice = await server.commandWith(`restrict,command="'${SHELL}' alice"`);
  const prompt = await ssh(alice, server.url, []);
  t.strictSame(
    [prompt.status, prompt.stdout, prompt.stderr],
    [128, '', 'belfry-shell: interactive sessions are not enabled; alice may use git\n'],
  );
  const mark = join(dir, 'mark');
  for (const attack of [
    `touch ${mark}`,
    `git-upload-pack '/x'; touch ${mark}`,
    `git-upload-pack '/x'\ntouch ${mark}`,
    `git-upload-pack '$(touch ${mark})'`,
    `git-upload-pack \`touch ${mark}\``,
    `git-upload-pack '/x' && touch ${mark}`,
    `git-upload-pack --upload-pack=touch\\ ${mark} /x`,
    `git-upload-archive --remote=x --exec=touch\\ ${mark}`,
    ` -c "touch ${mark}"`,
    `git -c alias.x='!touch ${mark}' x`,
    `git-shell -c "touch ${mark}"`,
    `belfry-shell 'bob; touch ${mark}'`,
    `../../bin/touch ${mark}`,
    `sh -c 'touch ${mark}'`,
    'internal-sftp',
  ]) {
    const { status, stdout } = await ssh(alice, server.url, [attack]);
    t.strictSame([status, stdout], [128, ''], attack);
  }
  t.notOk(existsSync(mark));

  const inside = createServer(socket => socket.end('inside'));
  await new Promise<void>(resolve => inside.listen(0, '127.0.0.1', resolve));
  t.teardown(() => inside.close());
  const to = ['-W', `127.0.0.1:${(inside.address() as AddressInfo).port}`];
  t.equal((await ssh(alice, server.url, [], to)).stdout, '');
  const open = await server.commandWith(`command="'${SHELL}' alice"`);
  t.equal((await ssh(open, server.url, [], to)).stdout, 'inside', 'what `restrict` is for');
});

t.test('where git-shell is the login shell', async t => {
  if (!accountsCanBeMade(t) || !needs(t, 'sshd', 'ssh', 'ssh-keygen', 'git-shell')) return;
  const plain = await mkdtemp(join(tmpdir(), 'belfry-git-shell-'));
  t.teardown(() => rm(plain, { recursive: true, force: true }));
  await chmod(plain, 0o755);
  const git = await (await unixUsers(t)).add('s');
  const { HOME = '' } = environment(plain);
  await must('usermod', ['-s', findProgram('git-shell')!, '-d', HOME, git.name], SYSTEM);
  const program = join(plain, 'belfry-shell');
  await cp(SHELL, program);
  await chmod(program, 0o755);
  const repository = join(plain, 'app.git');
  const env = { ...environment(plain), GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.com' };
  await must('git', ['init', '-q', '--bare', repository], { env });
  const hook = `#!/bin/sh\nprintf '%s ' "\${BELFRY_USER-nobody}" "\${SSH_ORIGINAL_COMMAND-none}" >>'${repository}/who'\n`;
  await writeFile(join(repository, 'hooks', 'post-receive'), hook, { mode: 0o755 });
  await must('chown', ['-R', `${git.uid}:${git.gid}`, repository], SYSTEM);
  const work = join(plain, 'work');
  await must('git', ['init', '-q', '-b', 'main', work], { env });
  const server = await sshServer(t, plain, { stock: true });
  const url = server.url.replace(/\/\/[^@]*@/, `//${git.name}@`);
  let pushes = 0;
  const push = async (GIT_SSH_COMMAND: string) => {
    pushes += 1;
    const committer = { GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.com' };
    await must('git', ['commit', '-q', '--allow-empty', '-m', `${pushes}`], {
      cwd: work,
      env: { ...env, ...committer },
    });
    return run('git', ['push', '-q', url + repository, 'main'], {
      cwd: work,
      env: { ...env, GIT_SSH_COMMAND },
    });
  };

  const byPath = await server.commandWith(`restrict,command="${program} bob"`);
  t.equal((await push(byPath)).status, 128, 'git-shell starts nothing that has a path');

  const commands = join(HOME, 'git-shell-commands');
  await mkdir(commands);
  for (const name of ['belfry-shell', 'no-interactive-login']) await symlink(program, join(commands, name));
  const alice = await server.commandWith('restrict,command="belfry-shell alice"');
  const pushed = await push(alice);
  t.strictSame([pushed.status, pushed.stderr], [0, '']);
  const bare = await server.commandWith('restrict');
  t.equal((await push(bare)).status, 0, 'a key without a login still pushes');
  t.equal(await readFile(join(repository, 'who'), 'utf8'), 'alice none nobody none ');

  const claimed = await ssh(alice, url, [`belfry-shell bob`]);
  t.strictSame(
    [claimed.status, claimed.stdout, claimed.stderr],
    [128, '', 'belfry-shell: interactive sessions are not enabled; bob may use git\n'],
    'and nobody takes another login',
  );
  t.strictSame((await ssh(bare, url, ['belfry-shell bob'])).status, 128);
  for (const key of [alice, bare]) {
    const { status, stdout } = await ssh(key, url, []);
    t.strictSame([status === 0, stdout], [false, ''], 'no prompt');
  }
});
