/** The spool of a shared home: nobody speaks for another, reads what another has dropped, or holds it up. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { takeIn } from '../../src/announce/take-in.ts';
import { prepareHome } from '../../src/host/home.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { gitRepository } from '../support/git-repository.ts';
import { must } from '../support/run.ts';
import { accountsCanBeMade, sharedHome } from '../support/shared-home.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { until } from '../support/until.ts';

/** An account that every machine has. */
const NOBODY = '65534';
const SYSTEM = { env: { PATH: process.env.PATH ?? '' } };

t.test('the spool: each may drop, none may read, and no stranger gets in', async t => {
  if (!accountsCanBeMade(t)) return;
  const { alice, bob, carol, mallory, path, git, home } = await sharedHome(t);
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
  if (!accountsCanBeMade(t)) return;
  const { alice, bob, mallory, path, git, told, home, belfry, srv, envOf, hooked, dir } = await sharedHome(t);
  await git(alice, ['push', path, 'main:refs/heads/main']);
  const [{ after: tip = '' } = {}] = await told(1);
  // A repository of Alice's own, which Bob may read.
  const own = join(srv, 'acme', 'own.git');
  await alice.must('git', ['init', '-q', '--bare', '-b', 'main', own], { env: envOf(alice), umask: '022' });
  await git(alice, ['push', own, 'main:refs/heads/main']);
  await belfry('install', own);
  // Alice's files that Bob may write, or read: one in a directory of the group, one of hers alone.
  const body = (directory: string) =>
    `belfry-push 1\ndirectory ${directory}\nhook 1\nenv BELFRY_USER ceo\n\n${tip} ${tip} refs/heads/forged\n`;
  const writable = join(path, 'note');
  await alice.must('sh', ['-c', 'printf "" >"$1"', 'sh', writable], { env: envOf(alice), cwd: '/' });
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
    if (ref === 'refs/heads/forged')
      t.ok([bob.name, 'acme'].includes(pusher), 'what Bob may say, he says as Bob, or nobody does');
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

t.test(
  'a link that is turned between the look at who may write there and the push: nothing forged',
  async t => {
    if (!accountsCanBeMade(t)) return;
    const dir = t.testdir({});
    const home = join(dir, 'home');
    await prepareHome(home);
    const { path, commit, push } = await gitRepository(dir);
    const { store } = openTestStore(t, home);
    await store.roots.add(join(dir, 'root'));
    await store.webhooks.add(sampleWebhook(), '', Date.now());
    const tip = await commit({ files: { a: 'a' } });
    await push(['HEAD:refs/heads/main']);
    const mine = join(dir, 'mine.git');
    await must('cp', ['-R', path, mine], SYSTEM);
    await must('chown', ['-R', NOBODY, mine], SYSTEM);
    const link = join(dir, 'link');
    await symlink(mine, link);
    for (let n = 0; n < 100; n++) {
      const file = join(home, 'spool', 'new', `f${n}`);
      const update = `${'0'.repeat(40)} ${tip} refs/heads/forged-${n}`;
      await writeFile(file, `belfry-push 1\ndirectory ${link}\nhook 1\n\n${update}\n`);
      await must('chown', [NOBODY, file], SYSTEM);
    }
    const turn = `const { renameSync, symlinkSync } = require('node:fs');
    const [link, ...ends] = process.argv.slice(1);
    for (;;) for (const end of ends) { symlinkSync(end, link + '.next'); renameSync(link + '.next', link); }`;
    const turner = spawn(process.execPath, ['-e', turn, link, mine, path]);
    try {
      await takeIn({
        spool: openSpool(join(home, 'spool')),
        store,
        settings: resolveSettings(new Map(), 'host'),
        // Late enough for a look at the refs, where he is not believed.
        now: () => Date.now() + 60_000,
        log: () => {},
        onRecorded: () => {},
        stopping: () => false,
      });
    } finally {
      turner.kill('SIGKILL');
    }
    const told = await store.deliveries.list({ limit: 1_000 });
    const forged = told.filter(({ ref, repository }) => repository !== 'mine' && ref?.includes('forged'));
    t.same(forged, [], 'only his own repository is spoken of');
  },
);
