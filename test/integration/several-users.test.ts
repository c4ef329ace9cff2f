/**
 * Real Unix accounts that share repositories by their group: each push is told as the account that made it, at once
 * although only the home's owner may start the worker, and nobody can speak for, read or hold up another.
 */
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { installStage } from '../install-stage.ts';
import { needs } from '../support/needs.ts';
import { receiver } from '../support/receiver.ts';
import { must } from '../support/run.ts';
import { type UnixUser, unixUsers } from '../support/unix-users.ts';
import { until } from '../support/until.ts';

const SYSTEM = { env: { PATH: process.env.PATH ?? '' } };
const ROOT = process.getuid?.() === 0;

/** Alice's home; Bob and Carol are members of the group, Mallory is not. */
async function stage(t: Test) {
  const { group, gid, add } = await unixUsers(t);
  const [alice, bob, carol, mallory] = [
    await add('a'),
    await add('b'),
    await add('c'),
    await add('m', false),
  ];
  const place = await installStage(t);
  const hooked = await receiver(t);
  const path = join(place.srv, 'acme', 'app.git');
  await must('git', ['init', '-q', '--bare', '-b', 'main', '--shared=group', path], { env: place.env });
  await must('chown', ['-R', `${alice.uid}:${gid}`, place.srv], { env: place.env });
  await must('chmod', ['2775', place.srv, join(place.srv, 'acme')], { env: place.env });
  await mkdir(join(place.dir, 'work'), { mode: 0o777 });
  await chmod(join(place.dir, 'work'), 0o1777);
  const installed = await place.install([...place.places, place.srv]);
  if (installed.status !== 0) throw new Error(installed.stderr);
  const belfry = (...args: string[]) => place.belfry(...args);
  const webhook = JSON.parse(
    (await belfry('webhook', 'add', `${hooked.url}/hook`, '--all', '--events', 'push,tag_push', '--json'))
      .stdout,
  );
  const env = (user: UnixUser) => ({ ...place.env, HOME: join(place.dir, 'work', user.name) });
  const git = async (user: UnixUser, args: string[], more: Record<string, string> = {}) => {
    const clone = join(place.dir, 'work', user.name);
    if (!(await stat(clone).catch(() => null))) {
      await user.must('git', ['init', '-q', '-b', 'main', clone], { env: env(user), cwd: '/' });
      // Git's own condition for repositories of somebody else.
      await user.must('git', ['config', '--global', 'safe.directory', '*'], { env: env(user), cwd: clone });
      await user.must('git', ['config', 'user.name', user.name], { env: env(user), cwd: clone });
      await user.must('git', ['config', 'user.email', `${user.name}@example.com`], {
        env: env(user),
        cwd: clone,
      });
      await user.must('git', ['commit', '-q', '--allow-empty', '-m', user.name], {
        env: env(user),
        cwd: clone,
      });
    }
    return user.run('git', args, { env: { ...env(user), ...more }, cwd: clone });
  };
  const told = async (count: number) =>
    (await hooked.received(count, { limitMs: 60_000 })).map(({ body }) => {
      const { ref, pusher, after } = JSON.parse(body.toString('utf8'));
      return { ref, pusher: pusher.username, after };
    });
  const log = () => readFile(join(place.home, 'log', 'worker.log'), 'utf8');
  return {
    ...place,
    path,
    group,
    gid,
    alice,
    bob,
    carol,
    mallory,
    hooked,
    belfry,
    webhook,
    git,
    told,
    log,
    env,
  };
}

t.test('each push is told as the account that made it, at once, and its pusher hears of it', async t => {
  if (!ROOT || !needs(t, 'useradd', 'groupadd', 'setpriv'))
    return void (ROOT || t.pass('only root', { skip: 'only root can make accounts' }));
  const { alice, bob, carol, path, git, told, belfry, home, log } = await stage(t);
  t.match(await git(alice, ['push', path, 'main:refs/heads/a']), { status: 0 });
  t.match(await told(1), [{ ref: 'refs/heads/a', pusher: alice.name }]);
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
  t.match(waited, { status: 0, stderr: /remote: belfry: 127\.0\.0\.1:\d+ 200 in \d+ ms/ });
  await belfry('config', 'set', 'push.wait', '60');
  t.match(await git(carol, ['push', path, 'main:refs/heads/f']), {
    stderr: /remote: belfry: 127\.0\.0\.1:\d+ 200 in /,
  });
  await told(6);
  t.same(await readdir(join(home, 'spool', 'bad')), []);
  t.notMatch(await log(), / (warn|error) /);
});

t.test('the spool: each may drop, none may read, and no stranger gets in', async t => {
  if (!ROOT || !needs(t, 'useradd', 'groupadd', 'setpriv'))
    return void (ROOT || t.pass('only root', { skip: 'only root can make accounts' }));
  const { alice, bob, carol, mallory, path, git, home } = await stage(t);
  await git(bob, ['push', path, 'main:refs/heads/0']);
  const incoming = join(home, 'spool', 'new');
  const can = async (user: UnixUser, script: string) =>
    (await user.run('sh', ['-c', script, 'sh', incoming], { cwd: '/' })).status === 0;
  for (const user of [bob, carol]) {
    t.notOk(await can(user, 'ls "$1"'), 'nobody lists it');
    t.notOk(await can(user, 'ls "$1/../.."'), 'nor the home');
    t.notOk(
      await can(
        user,
        'cat "$1/../../key" || cat "$1/../../belfry.db" || ls "$1/../bad" || ls "$1/../../log"',
      ),
    );
  }
  t.notOk(await can(mallory, 'echo x >"$1/m"'), 'a stranger drops nothing');
  t.not((await git(mallory, ['push', path, 'main:refs/heads/m'])).status, 0, 'and pushes nothing');

  // As the hook writes it: nobody takes it in meanwhile.
  const pid = Number(await readFile(join(home, 'worker.pid'), 'utf8'));
  process.kill(pid, 'SIGSTOP');
  try {
    await git(bob, ['push', path, 'main:refs/heads/1']);
    const [name = ''] = (await readdir(incoming)).filter(one => !one.startsWith('.'));
    const info = await stat(join(incoming, name));
    t.same(
      [info.uid, info.gid, info.mode & 0o777],
      [bob.uid, alice.gid, 0o640],
      'the writer’s, readable by the owner of the home',
    );
    t.notOk(await can(carol, `cat "$1/${name}"`), 'not even by another member who knows its name');
    t.notOk(await can(carol, `rm -f "$1/${name}" || mv "$1/${name}" "$1/other" || echo x >>"$1/${name}"`));
    t.ok(await can(bob, `cat "$1/${name}"`));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await until('an empty spool', async () => (await readdir(incoming)).length === 0, { limitMs: 60_000 });
});

t.test('what members may drop: nobody is spoken for, nothing waits, nothing grows', async t => {
  if (!ROOT || !needs(t, 'useradd', 'groupadd', 'setpriv'))
    return void (ROOT || t.pass('only root', { skip: 'only root can make accounts' }));
  const { alice, bob, mallory, path, git, told, home, belfry, srv, env, hooked, dir } = await stage(t);
  await git(alice, ['push', path, 'main:refs/heads/main']);
  const [{ after: tip = '' } = {}] = await told(1);
  // A repository of Alice's own, which Bob may read.
  const own = join(srv, 'acme', 'own.git');
  await alice.must('git', ['init', '-q', '--bare', '-b', 'main', own], { env: env(alice), umask: '022' });
  await git(alice, ['push', own, 'main:refs/heads/main']);
  await belfry('install', own);
  // Alice's files that Bob may write, or read: one in a directory of the group, one of hers alone.
  const body = (directory: string) =>
    `belfry-push 1\ndirectory ${directory}\nhook 1\nenv BELFRY_USER ceo\n\n${tip} ${tip} refs/heads/forged\n`;
  const writable = join(path, 'note');
  await alice.must('sh', ['-c', 'printf "" >"$1"', 'sh', writable], { env: env(alice), cwd: '/' });
  const readable = join(dir, 'work', 'checked-out');
  await alice.must('sh', ['-c', 'cat >"$1"', 'sh', readable], { cwd: '/', stdin: body(path), umask: '022' });

  const before = (await readdir(join(home, 'spool', 'bad'))).length;
  const script = `
    cd "$1"
    ln -s "$4" symlink
    cat "$2" >"$3"; ln "$3" hardlink; cp "$2" mine; ln mine mine-again
    cat "$2" >"$3.2" 2>/dev/null; mkfifo fifo; mkdir -m 700 closed; mkdir -m 700 closed/full
    mkdir readable; printf x >"$(printf '%0250d' 7)"; printf x >'a b'; (umask 077; printf x >secret)
    dd if=/dev/zero of=huge bs=1 count=0 seek=9000000000 2>/dev/null
    (umask 027; cat "$5" >other-repository; cat "$2" >plain)
    mv "$3" moved
    i=0; while [ $i -lt 300 ]; do echo rubbish >"many-$i"; i=$((i + 1)); done`;
  const copies = join(dir, 'work', 'bodies');
  await mkdir(copies, { mode: 0o755 });
  await chmod(copies, 0o755);
  const [forged, foreign] = [join(copies, 'forged'), join(copies, 'foreign')];
  await must('tee', [forged], { ...SYSTEM, stdin: body(path) });
  await must('tee', [foreign], { ...SYSTEM, stdin: body(own) });
  const dropped = await bob.run(
    'sh',
    ['-c', script, 'sh', join(home, 'spool', 'new'), forged, writable, readable, foreign],
    { cwd: '/' },
  );
  t.equal(dropped.stdout, '');
  t.match(await git(alice, ['push', path, 'main:refs/heads/after']), { status: 0 });
  const heard = await until(
    'the push of Alice behind all that',
    async () => {
      const all = await told(hooked.requests.length);
      return all.some(({ ref }) => ref === 'refs/heads/after') && all;
    },
    { limitMs: 90_000 },
  );
  t.same(
    heard.filter(({ pusher }) => pusher === 'ceo'),
    [],
    'nobody was spoken for',
  );
  for (const { ref, pusher } of heard)
    if (ref === 'refs/heads/forged') t.equal(pusher, bob.name, 'what Bob may say, he says as Bob');
  const repositories = hooked.requests.map(
    ({ body }) => JSON.parse(body.toString('utf8')).repository.path_with_namespace,
  );
  t.same([...new Set(repositories)], ['acme/app'], 'and not of a repository that he may not write');
  await until(
    'what nobody can use to be out of the way',
    async () => (await readdir(join(home, 'spool', 'new'))).every(name => name.startsWith('.')),
    { limitMs: 90_000 },
  );
  const reasons = (await readdir(join(home, 'spool', 'bad'))).filter(name => name.endsWith('.reason'));
  t.ok(reasons.length - before >= 310, `all of it is named (${reasons.length})`);
  const status = await readFile(
    `/proc/${Number(await readFile(join(home, 'worker.pid'), 'utf8'))}/status`,
    'utf8',
  );
  t.ok(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) < 300_000, 'and the worker stays below 300 MB');
  t.ok(mallory.uid);
});
