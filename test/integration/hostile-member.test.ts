/**
 * A member of the group does whatever the file system lets him do, in his repositories and in the spool, while root runs
 * `doctor --fix`, `install` and `scan`, the worker works, and others push. What belongs to others stays as it is, no
 * receiver is told what was not meant for it, and every honest push is announced.
 *
 * BELFRY_FUZZ_SEED repeats a walk, BELFRY_FUZZ_ROUNDS makes it longer.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { NODE, PROJECT } from '../support/belfry.ts';
import { must } from '../support/run.ts';
import { accountsCanBeMade, sharedHome } from '../support/shared-home.ts';
import { until } from '../support/until.ts';

const SEED = Number(process.env.BELFRY_FUZZ_SEED ?? 20_261_126);
const ROUNDS = Number(process.env.BELFRY_FUZZ_ROUNDS ?? 4);
/** Stands in every file that nobody but its owner may hear of. */
const CANARY = 'canary-that-never-sings';
const SYSTEM = { env: { PATH: process.env.PATH ?? '' } };

t.test(`a random walk of a hostile member, seed ${SEED}`, async t => {
  if (!accountsCanBeMade(t)) return;
  const stage = await sharedHome(t);
  const { alice, bob, carol, gid, path, home, srv, dir, env, git, belfry, hooked } = stage;

  // Carol's repository, which Bob may read and not write; her private one, which he may not even read.
  const safe = join(srv, 'safe');
  await mkdir(safe);
  await must('chown', [`${alice.uid}:${gid}`, safe], SYSTEM);
  await chmod(safe, 0o755);
  const honest = join(safe, 'honest.git');
  const secret = join(safe, 'secret.git');
  for (const repository of [honest, secret]) {
    await must('git', ['init', '-q', '--bare', '-b', 'main', repository], { env });
    await must('chown', ['-R', `${alice.uid}:${alice.gid}`, repository], SYSTEM);
  }
  await chmod(secret, 0o700);
  const mine = join(srv, 'acme', 'mine.git');
  await bob.must('git', ['init', '-q', '--bare', '-b', 'main', '--shared=group', mine], { env, cwd: '/' });
  await belfry('install', srv);
  await git(alice, ['push', '-q', honest, 'main:refs/heads/main']);
  await git(alice, ['commit', '-q', '--allow-empty', '-m', CANARY]);
  await git(alice, ['push', '-q', secret, 'main:refs/heads/main']);
  await git(alice, ['reset', '-q', '--hard', 'HEAD~1']);
  // What Alice tells of her own is meant for the receiver.
  await stage.told(2);

  const outside = join(dir, 'outside');
  await mkdir(outside);
  const canaries = [join(outside, 'of-root'), join(outside, 'of-alice'), join(outside, 'of-carol')];
  for (const [at, uid] of [0, alice.uid, carol.uid].entries()) {
    await writeFile(canaries[at]!, `${CANARY} ${at}\n`, { mode: 0o600 });
    await must('chown', [`${uid}:${uid}`, canaries[at]!], SYSTEM);
    await mkdir(`${canaries[at]!}.d`, { mode: 0o700 });
    await writeFile(join(`${canaries[at]!}.d`, 'post-receive'), `${CANARY}\n`, { mode: 0o600 });
    await must('chown', ['-R', `${uid}:${uid}`, `${canaries[at]!}.d`], SYSTEM);
  }
  // The hooks and the configuration of these are belfry's to renew; what they hold is nobody's.
  const watched = [outside, join(secret, 'objects'), join(home, 'key')];
  const before = await snapshot(watched);
  const pushedBefore = hooked.requests.length;

  const spool = join(home, 'spool');
  const inside = [path, mine].flatMap(repository => [
    repository,
    join(repository, 'hooks'),
    join(repository, 'hooks', 'post-receive.d'),
    join(repository, 'info'),
    join(repository, 'objects'),
    join(repository, 'objects', 'info'),
    join(repository, 'refs'),
    join(repository, 'refs', 'heads'),
  ]);
  const places = [...inside, join(srv, 'acme'), join(spool, 'new'), join(spool, 'tmp')];
  const targets = [
    ...canaries,
    ...canaries.map(one => `${one}.d`),
    join(home, 'key'),
    join(home, 'belfry.db'),
    join(home, 'log'),
    home,
    spool,
    secret,
    join(secret, 'objects'),
    join(secret, 'description'),
    honest,
    '/dev/zero',
  ];
  const walk = spawn(
    'setpriv',
    [
      `--reuid=${bob.uid}`,
      `--regid=${bob.gid}`,
      '--init-groups',
      NODE,
      join(PROJECT, 'test/support/hostile-member.ts'),
      String(SEED),
      JSON.stringify(places),
      JSON.stringify(targets),
    ],
    { cwd: '/', env: SYSTEM.env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let walked = '';
  walk.stdout.on('data', chunk => {
    walked += chunk;
  });
  const wanted: string[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const began = Date.now();
      const jobs = [belfry('doctor', '--fix'), belfry('install', srv), belfry('scan')];
      for (const user of [alice, carol]) {
        const ref = `refs/heads/${round}-${user.name}`;
        // Carol cannot write there: her pushes go through the shared repository before Bob's walk may have ended it.
        const ran = await git(user, ['push', '-q', user === alice ? honest : path, `main:${ref}`]);
        if (user === alice) t.equal(ran.status, 0, `${ref}: an honest push succeeds`);
        if (user === alice) wanted.push(ref);
      }
      await Promise.all(jobs);
      t.comment(`round ${round}: ${Date.now() - began} ms`);
    }
  } finally {
    walk.kill('SIGKILL');
    await new Promise(resolve => walk.once('close', resolve));
  }
  t.ok(walked.length > 10, `${walked.length * 10} operations of Bob's succeeded`);

  const told = () =>
    hooked.requests.slice(pushedBefore).map(({ body }) => {
      const said = JSON.parse(body.toString('utf8'));
      return { ref: said.ref, of: said.repository?.path_with_namespace, by: said.pusher?.username };
    });
  await until(
    'every honest push to be announced',
    () => {
      const refs = told().map(({ ref }) => ref);
      return wanted.every(ref => refs.includes(ref));
    },
    { limitMs: 120_000 },
  );
  t.strictSame(await snapshot(watched), before, 'owner, mode and content of what is others’ are as before');
  const bodies = hooked.requests.slice(pushedBefore).map(({ body }) => body.toString('utf8'));
  t.strictSame(
    bodies.filter(body => body.includes(CANARY)),
    [],
    'no receiver was told what a canary says',
  );
  const forged = told().filter(({ of, ref }) => of === 'safe/honest' && !wanted.includes(ref));
  t.strictSame(forged, [], 'and nothing of a repository that Bob may not write');
  t.strictSame(
    told().filter(({ by }) => by === 'ceo'),
    [],
    'nobody was spoken for',
  );
  t.strictSame(
    await foreignFiles(home, [alice.uid, bob.uid, carol.uid]),
    [],
    'root left nothing in the home',
  );
});

/** Owner, group, mode, and what files hold, of everything at or below some paths. */
async function snapshot(paths: string[]): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const path of paths) {
    const info = await lstat(path);
    const content = info.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : info.isSymbolicLink()
        ? await readlink(path)
        : '';
    all[path] = `${info.uid}:${info.gid} ${(info.mode & 0o7777).toString(8)} ${content}`;
    if (info.isDirectory())
      Object.assign(all, await snapshot((await readdir(path)).map(name => join(path, name))));
  }
  return all;
}

/** What belongs to none of these accounts. Links are not followed: some lead in a circle. */
async function foreignFiles(directory: string, uids: number[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    const info = await lstat(path).catch(() => null);
    if (info !== null && !uids.includes(info.uid)) found.push(path);
    if (entry.isDirectory()) found.push(...(await foreignFiles(path, uids)));
  }
  return found;
}
