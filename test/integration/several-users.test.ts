/**
 * Real Unix accounts that share repositories by their group: each push is told as the account that made it, at once
 * although only the home's owner may start the worker.
 */
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { fakeProgram, setPlaces } from '../install-stage.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { must, run } from '../support/run.ts';
import { accountsCanBeMade, sharedHome } from '../support/shared-home.ts';
import { sshServer } from '../support/ssh-server.ts';
import { until } from '../support/until.ts';

const SYSTEM = { env: { PATH: process.env.PATH ?? '' } };

t.test('each push is told as the account that made it, at once, and its pusher hears of it', async t => {
  if (!accountsCanBeMade(t)) return;
  const { alice, bob, carol, path, git, told, belfry, home, log } = await sharedHome(t);
  t.match(await git(alice, ['push', path, 'main:refs/heads/a']), { status: 0 });
  matches(t, await told(1), [{ ref: 'refs/heads/a', pusher: alice.name }]);
  t.match(await git(bob, ['push', path, 'main:refs/heads/b']), { status: 0 });
  t.match((await told(2))[1], { ref: 'refs/heads/b', pusher: bob.name });
  const claims = { BELFRY_USER: alice.name, GL_USER: 'root', REMOTE_USER: 'root', GITEA_PUSHER_NAME: 'root' };
  t.match(await git(carol, ['push', path, 'main:refs/heads/c'], claims), { status: 0 });
  t.match((await told(3))[2], { ref: 'refs/heads/c', pusher: carol.name }, 'whatever the environment says');
  t.match(await git(alice, ['push', path, 'main:refs/heads/d'], { BELFRY_USER: 'key-of-dave' }), {
    status: 0,
  });
  t.match((await told(4))[3], { pusher: 'key-of-dave' }, 'the owner of the home runs the server’s hooks');

  const waited = await git(bob, ['push', '-o', 'belfry.wait=60', path, 'main:refs/heads/e']);
  t.match(waited, { status: 0, stderr: /remote: belfry: 127\.0\.0\.1:\d+: HTTP 200 \(\d+ ms\)/ });
  await belfry('config', 'set', 'push.wait', '60');
  t.match(await git(carol, ['push', path, 'main:refs/heads/f']), {
    stderr: /remote: belfry: 127\.0\.0\.1:\d+: HTTP 200 /,
  });
  await told(6);
  t.same(await readdir(join(home, 'spool', 'bad')), []);
  t.notMatch(await log(), / (warn|error) /);
});

t.test('over SSH: who logs in with an account of his own is that account', async t => {
  if (!accountsCanBeMade(t) || !needs(t, 'sshd', 'ssh', 'ssh-keygen')) return;
  const { bob, path, git, told, dir, alice } = await sharedHome(t);
  await git(alice, ['push', path, 'main:refs/heads/main']);
  const plain = await mkdtemp(join(tmpdir(), 'belfry-ssh-'));
  t.teardown(() => rm(plain, { recursive: true, force: true }));
  await chmod(plain, 0o755);
  const server = await sshServer(t, plain);
  // sshd reads the keys as the account that logs in.
  const command = await server.command('ceo');
  await chmod(join(plain, 'ssh'), 0o711);
  await chmod(join(plain, 'ssh', 'keys'), 0o644);
  await writeFile(join(plain, 'user', '.gitconfig'), '[safe]\n\tdirectory = *\n');
  const url = server.url.replace(/\/\/[^@]*@/, `//${bob.name}@`) + path;
  const clone = join(dir, 'work', 'clone');
  await must('git', ['clone', '-q', path, clone], {
    ...SYSTEM,
    env: { ...SYSTEM.env, HOME: join(plain, 'user') },
  });
  const pushed = await run('git', ['push', '-o', 'belfry.wait=60', url, 'HEAD:refs/heads/ssh'], {
    cwd: clone,
    env: { ...SYSTEM.env, HOME: join(plain, 'user'), GIT_SSH_COMMAND: command },
  });
  t.match(pushed, { status: 0, stderr: /remote: belfry: 127\.0\.0\.1:\d+: HTTP 200 / });
  t.match((await told(2))[1], { ref: 'refs/heads/ssh', pusher: bob.name }, 'whatever the key says');
});

t.test('no worker runs: what the service starts brings a member’s push out, and stays', async t => {
  if (!accountsCanBeMade(t)) return;
  const place = await sharedHome(t);
  const { alice, bob, path, git, told, home, belfry, srv } = place;
  const pid = async () => Number(await readFile(join(home, 'worker.pid'), 'utf8').catch(() => '')) || null;
  const table = join(place.dir, 'crontab');
  const { env } = await fakeProgram(
    place,
    'crontab',
    `f='${table.replaceAll("'", "'\\''")}'\n[ "$1" != -u ] || shift 2\ncase $1 in -l) cat "$f" 2>/dev/null ;; -r) rm "$f" ;; -) cat >"$f.new"; mv "$f.new" "$f" ;; esac`,
  );
  await setPlaces(place.source, { systemd: '/nonexistent' });
  const args = place.places.filter(argument => argument !== '--no-service');
  t.match(await place.install([...args, srv], { env }), { status: 0, stderr: '' });
  const line = (await readFile(table, 'utf8')).split('\n').find(one => one.includes(home)) ?? '';
  const command = line.match(/^\* \* \* \* \* (.*)$/)?.[1]?.replaceAll('\\%', '%') ?? '';
  t.match(command, 'start-worker.sh', 'looked after every minute');

  const worker = await until('the worker that installing has started', pid);
  process.kill(worker, 'SIGKILL');
  await until('its end', async () => !(await stat(`/proc/${worker}`).catch(() => null)));
  await git(bob, ['push', path, 'main:refs/heads/b']);
  t.equal((await readdir(join(home, 'spool', 'new'))).length, 1, 'Bob cannot start it');
  const cron = alice.run('sh', ['-c', command], { cwd: '/' });
  matches(t, await told(1), [{ ref: 'refs/heads/b', pusher: bob.name }]);
  await belfry('config', 'set', 'worker.linger', '0');
  await git(bob, ['push', path, 'main:refs/heads/c']);
  t.match((await told(2))[1], { ref: 'refs/heads/c', pusher: bob.name });
  const staying = await until('the worker', pid);
  t.match(
    await alice.run('sh', ['-c', command], { cwd: '/' }),
    { status: 0 },
    'a minute later there is one already',
  );
  t.equal(await pid(), staying);
  process.kill(staying, 'SIGTERM');
  t.match(await cron, { status: 0, stdout: '', stderr: '' });
});
