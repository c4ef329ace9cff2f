/**
 * A member of the group that shares the repositories, with every right that he has as that: he neither speaks as somebody
 * else's repository, nor is told of commits that he may not read, nor gets hooks into what is not his.
 */
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { matches } from '../support/matches.ts';
import { run } from '../support/run.ts';
import { accountsCanBeMade, sharedHome } from '../support/shared-home.ts';
import type { UnixUser } from '../support/unix-users.ts';

type Shared = Awaited<ReturnType<typeof stage>>;

/** With a git on the PATH, which installing asks for settings. */
async function stage(t: Test) {
  const shared = await sharedHome(t);
  const belfry = (...args: string[]) => run(join(shared.bin, 'belfry'), args, { cwd: '/', env: shared.env });
  return { ...shared, belfry };
}

/** Runs the repository's own hook as its member does, with what he wants to say. */
async function say(shared: Shared, who: UnixUser, repository: string, line: string): Promise<void> {
  const hook = join(shared.path, 'hooks', 'post-receive');
  await who.must('sh', [hook], { cwd: repository, env: shared.envOf(who), stdin: `${line}\n` });
}

async function addWebhook({ belfry, hooked }: Shared, path: string, ...scope: string[]): Promise<void> {
  const added = await belfry('webhook', 'add', hooked.url + path, ...scope, '--json');
  if (added.status !== 0) throw new Error(added.stderr);
}

/** Path of the webhook, repository and ref of each request. */
function heard({ hooked }: Shared): string[] {
  return hooked.requests
    .map(({ url, body }) => {
      const { ref, repository } = JSON.parse(body.toString('utf8'));
      return `${url} ${repository.full_name} ${ref}`;
    })
    .sort();
}

/** A push of Alice's, after which everything before it has been taken in. */
async function honestPush(shared: Shared, branch: string): Promise<void> {
  const pushed = await shared.git(shared.alice, ['push', shared.path, `main:refs/heads/${branch}`]);
  if (pushed.status !== 0) throw new Error(pushed.stderr);
  const ref = `refs/heads/${branch}`;
  const seen = () => heard(shared).filter(line => line.endsWith(` acme/app ${ref}`)).length >= 2;
  while (!seen()) await shared.hooked.received(shared.hooked.requests.length + 1, { limitMs: 60_000 });
}

t.test('a repository outside all roots does not speak as company/name, nor takes a name early', async t => {
  if (!accountsCanBeMade(t)) return;
  const shared = await stage(t);
  const { bob, alice, dir, srv, belfry, envOf, git } = shared;
  await addWebhook(shared, '/company', '--company', 'acme');
  await honestPush(shared, 'first');
  // His own, in a directory that is named like the company; that name is not taken below the root yet.
  const place = join(dir, 'work', 'acme');
  await bob.must('mkdir', [place], { cwd: '/' });
  const own = join(place, 'deploy.git');
  await bob.must('git', ['init', '-q', '--bare', '-b', 'main', own], { env: envOf(bob), cwd: '/' });
  await git(bob, ['push', own, 'main:refs/heads/main']);
  const tip = (await git(bob, ['rev-parse', 'main'])).stdout.trim();
  const zero = '0'.repeat(40);
  await say(shared, bob, own, `${zero} ${tip} refs/heads/main`);
  // Inside a repository below the root, and inside one of his own.
  const inside = join(shared.path, 'deploy.git');
  await bob.must('cp', ['-r', own, inside], { cwd: '/' });
  await say(shared, bob, inside, `${zero} ${tip} refs/heads/inside`);
  // A link of his, below the root, to what is Alice's alone but for reading.
  const hers = join(dir, 'work', 'hers.git');
  await alice.must('git', ['clone', '-q', '--bare', shared.path, hers], { env: envOf(alice), cwd: '/' });
  await bob.must('ln', ['-s', hers, join(srv, 'acme', 'deploy.git')], { cwd: '/' });
  await honestPush(shared, 'second');
  t.same(heard(shared), [
    '/company acme/app refs/heads/first',
    '/company acme/app refs/heads/second',
    '/hook acme/app refs/heads/first',
    '/hook acme/app refs/heads/second',
  ]);

  // The real one comes, and is what it is called.
  await bob.must('rm', [join(srv, 'acme', 'deploy.git')], { cwd: '/' });
  const real = join(srv, 'acme', 'deploy.git');
  await alice.must('git', ['init', '-q', '--bare', '-b', 'main', '--shared=group', real], {
    env: envOf(alice),
    cwd: '/',
  });
  const installed = await belfry('install', real);
  t.equal(installed.status, 0, installed.stdout + installed.stderr);
  await git(alice, ['push', real, 'main:refs/heads/real']);
  while (!heard(shared).includes('/company acme/deploy refs/heads/real'))
    await shared.hooked.received(shared.hooked.requests.length + 1, { limitMs: 60_000 });
  matches(t, JSON.parse((await belfry('repo', 'list', '--json')).stdout), [
    { full_name: 'acme/app', company: 'acme' },
    { full_name: 'acme/deploy', company: 'acme', path: real },
    { full_name: 'app.git/deploy', company: null, root: null },
    { full_name: 'deploy', company: null, root: null },
  ]);
});

t.test('nobody is told of commits that only the worker may read', async t => {
  if (!accountsCanBeMade(t)) return;
  const shared = await stage(t);
  const { bob, alice, path, srv, envOf, hooked, belfry, git } = shared;
  await addWebhook(shared, '/second', '--repo', 'acme/app');
  await honestPush(shared, 'first');
  // Alice's own: nobody else can look into it.
  const secret = join(srv, 'secret.git');
  const make =
    'git init -q --bare "$1" && cd "$1" && tree=$(git mktree </dev/null) && git commit-tree -m CANARY "$tree"';
  const env = {
    ...envOf(alice),
    GIT_AUTHOR_NAME: 'CANARY',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'c',
    GIT_COMMITTER_EMAIL: 'd@e',
  };
  const id = (await alice.must('sh', ['-c', make, 'sh', secret], { env, cwd: '/', umask: '077' })).trim();
  await alice.must('sh', ['-c', 'cd "$1" && echo "$2" >refs/heads/main', 'sh', secret, id], {
    cwd: '/',
    umask: '077',
  });
  t.not((await bob.run('ls', [secret], { cwd: '/' })).status, 0);

  const zero = '0'.repeat(40);
  const fan = id.slice(0, 2);
  // $1: his repository, $2: hers.
  const tricks: [name: string, plant: string, remove: string][] = [
    ['alternates', 'echo "$2/objects" >"$1/objects/info/alternates"', 'rm "$1/objects/info/alternates"'],
    ['fan', `ln -s "$2/objects/${fan}" "$1/objects/${fan}"`, `rm "$1/objects/${fan}"`],
    [
      'objects',
      'mv "$1/objects" "$1/aside" && ln -s "$2/objects" "$1/objects"',
      'rm "$1/objects" && mv "$1/aside" "$1/objects"',
    ],
    ['commondir', 'echo "$2" >"$1/commondir"', 'rm "$1/commondir"'],
  ];
  for (const [name, plant, remove] of tricks) {
    await bob.must('sh', ['-c', plant, 'sh', path, secret], { cwd: '/' });
    const before = hooked.requests.length;
    await say(shared, bob, path, `${zero} ${id} refs/heads/${name}`);
    await hooked.received(before + 2, { limitMs: 60_000 });
    if (name === 'alternates') {
      const { stdout, status } = await belfry('doctor', '--json');
      t.equal(status, 1);
      const findings = JSON.parse(stdout).findings as { subject: string; got: string }[];
      t.match(findings.filter(({ subject }) => subject === path)[0], {
        got: /borrows objects from .*secret/,
      });
    }
    await bob.must('sh', ['-c', remove, 'sh', path], { cwd: '/' });
  }
  const told = hooked.requests.map(({ body }) => body.toString('utf8'));
  t.same(
    told.filter(text => text.includes('CANARY')),
    [],
  );
  const moved = told.map(text => JSON.parse(text)).filter(({ after }) => after === id);
  t.equal(moved.length, tricks.length * 2, 'the bare facts go out');
  t.ok(moved.every(({ head_commit, user_name }) => head_commit === null && user_name === bob.name));

  // A ref that is a link to a file of hers.
  await bob.must('ln', ['-s', join(secret, 'refs', 'heads', 'main'), join(path, 'refs', 'heads', 'stolen')], {
    cwd: '/',
  });
  t.equal((await belfry('scan', 'acme/app')).status, 0);
  await bob.must('rm', [join(path, 'refs', 'heads', 'stolen')], { cwd: '/' });
  await honestPush(shared, 'last');
  t.notOk(heard(shared).some(line => line.endsWith('/stolen')));
  t.match(await git(alice, ['ls-remote', secret]), { stdout: new RegExp(id) });
});

t.test(
  'a link in a root that the group may write puts no hooks into the owner’s private repositories',
  async t => {
    if (!accountsCanBeMade(t)) return;
    const shared = await stage(t);
    const { bob, alice, srv, dir, belfry, envOf } = shared;
    const drawer = join(dir, 'work', 'drawer');
    await mkdir(drawer, { mode: 0o700 });
    await chmod(drawer, 0o755);
    const hers = join(dir, 'work', 'alice', 'private.git');
    await alice.must('git', ['init', '-q', '--bare', hers], { env: envOf(alice), cwd: '/', umask: '077' });
    await bob.must('ln', ['-s', hers, join(srv, 'acme', 'x.git')], { cwd: '/' });
    await bob.must('ln', ['-s', join(dir, 'work', 'alice'), join(srv, 'all')], { cwd: '/' });
    const installed = await belfry('install', srv);
    t.equal(installed.status, 0, installed.stdout + installed.stderr);
    t.match(
      installed.stdout,
      new RegExp(`x.git: this link is not followed: user ${bob.uid} made it, .* user ${alice.uid}’?'?s`),
    );
    t.match(installed.stdout, /all: this link is not followed/);
    t.notOk((await readdir(join(hers, 'hooks'))).includes('post-receive'));
    t.match((await belfry('doctor')).stdout, /this link|made by root, by the owner/);

    // Alice's link counts, and so does Bob's to what is his.
    await alice.must('ln', ['-s', hers, join(srv, 'acme', 'y.git')], { cwd: '/' });
    const his = join(dir, 'work', 'bob', 'his.git');
    await bob.must('git', ['init', '-q', '--bare', '--shared=group', his], { env: envOf(bob), cwd: '/' });
    await bob.must('chgrp', ['-R', shared.group, his], { cwd: '/' });
    await bob.must('ln', ['-s', his, join(srv, 'acme', 'z.git')], { cwd: '/' });
    await belfry('install', srv);
    const names = JSON.parse((await belfry('repo', 'list', '--json')).stdout).map(
      (row: { full_name: string }) => row.full_name,
    );
    t.ok(names.includes('acme/y'));
    t.ok(names.includes('acme/z'));
    t.notOk(names.includes('acme/x'));
  },
);
