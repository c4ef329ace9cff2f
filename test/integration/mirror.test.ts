/** Mirrors: what a fetch moves is announced at once, told as what the refs really did, and once. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { mirror } from '../support/mirror.ts';
import { must, run } from '../support/run.ts';

const ZERO = '0'.repeat(40);

t.test('a fetch: moved, new, gone, forced, tagged; and nothing for what is no branch or tag', async t => {
  const { upstream, git, told, quiet, belfry, settled, receiver } = await mirror(t);
  const first = await upstream.git('rev-parse', 'HEAD');
  const second = await upstream.commit({ message: 'second\n' });
  await upstream.push([
    'main',
    'main:refs/heads/new',
    'main:refs/tags/v1',
    ':refs/heads/old',
    'main:refs/notes/x',
    'main:refs/pull/1/head',
  ]);
  await git('remote', 'update', '--prune');
  t.same(
    new Set(await told(4)),
    new Set([
      ['refs/heads/main', first, second],
      ['refs/heads/new', ZERO, second],
      ['refs/heads/old', first, ZERO],
      ['refs/tags/v1', ZERO, second],
    ]),
  );
  const forced = await upstream.commit({ args: ['--amend'], message: 'another second\n' });
  await upstream.push(['+main']);
  await git('fetch', '-q');
  t.same((await told(5))[4], ['refs/heads/main', second, forced]);
  const rows = await settled(5);
  t.match(rows[0], { ref: 'refs/heads/main', recovered: false }, 'no hook was missing');
  const body = JSON.parse(receiver.requests[4]!.body.toString('utf8'));
  t.equal(body.pusher.username, userInfo().username, 'the account that fetched');

  await git('gc', '-q');
  await git('pack-refs', '--all');
  await git('symbolic-ref', 'HEAD', 'refs/heads/new');
  await git('fetch', '-q');
  await git('update-ref', 'refs/remotes/x/main', forced);
  await quiet();
  t.equal(receiver.requests.length, 5, 'packing, and refs that are no branches, are no news');

  await git('update-ref', 'refs/heads/by-hand', forced);
  t.same((await told(6))[5], ['refs/heads/by-hand', ZERO, forced], 'whoever moves a ref');
  const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
  t.notMatch(log, / (warn|error) /);
});

t.test('300 refs in one fetch: one look, one worker, one message for a chat', async t => {
  const { upstream, git, quiet, belfry, webhook, receiver } = await mirror(t);
  await webhook('/chat', ['--all', '--kind', 'slack']);
  await upstream.commit();
  const branches = Array.from({ length: 300 }, (_, n) => `main:refs/heads/b/${n}`);
  await upstream.push(branches);
  await git('fetch', '-q');
  await receiver.received(300, { path: '/hook', limitMs: 60_000 });
  await receiver.received(1, { path: '/chat', limitMs: 60_000 });
  await quiet();
  const told = receiver.at('/hook').map(({ body }) => JSON.parse(body.toString('utf8')).ref);
  t.equal(told.length, 300);
  t.equal(new Set(told).size, 300, 'each ref once');
  t.equal(receiver.at('/chat').length, 1);
  const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
  t.equal(log.match(/ push of /g)?.length, 1, 'one push');
  t.match(log, / push of 300 refs, 301 deliveries\n/);
});

t.test('a push into a mirror is told once, with its pusher, and so is a fetch at the same time', async t => {
  const { upstream, git, path, repository, quiet, settled, receiver } = await mirror(t);
  const tip = await repository.commit();
  const far = await upstream.commit();
  await upstream.push(['main']);
  await Promise.all([
    repository.push(['main:refs/heads/pushed', 'main:refs/tags/pushed'], {
      url: path,
      env: { BELFRY_USER: 'alice' },
    }),
    git('fetch', '-q'),
  ]);
  await receiver.received(3);
  await quiet();
  const bodies = receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')));
  t.same(
    new Set(bodies.map(({ ref, after, pusher }) => [ref, after, pusher.username])),
    new Set([
      ['refs/heads/pushed', tip, 'alice'],
      ['refs/tags/pushed', tip, 'alice'],
      ['refs/heads/main', far, userInfo().username],
    ]),
  );
  t.equal((await settled(3)).length, 3);
});

t.test('who fetches is told as who pushes is', async t => {
  const { upstream, path, receiver } = await mirror(t);
  await upstream.commit();
  await upstream.push(['main']);
  await must('git', ['fetch', '-q'], { cwd: path, env: { ...upstream.env, BELFRY_USER: 'mirror-bot' } });
  const [request] = await receiver.received(1);
  t.equal(JSON.parse(request!.body.toString('utf8')).pusher.username, 'mirror-bot');
});

t.test('a fetch that is killed when a ref has just moved: that is told, and the rest later', async t => {
  const { upstream, git, path, told, quiet, belfry } = await mirror(t);
  const first = await upstream.git('rev-parse', 'HEAD');
  const second = await upstream.commit();
  await upstream.push(['main', 'main:refs/heads/z']);
  const hook = join(path, 'hooks', 'reference-transaction');
  await rm(hook);
  // The foreign hook runs first: belfry's never hears that the ref has moved. Its parent is belfry's, whose parent is git.
  const killGit = `[ "$1" != committed ] || kill -KILL "$(cut -d ' ' -f 4 "/proc/$PPID/stat")"`;
  await writeFile(hook, `#!/bin/sh\n${killGit}\n`, { mode: 0o755 });
  await belfry.json(['install', '--mirror', path]);
  const fetched = await run('git', ['fetch', '-q'], { cwd: path, env: upstream.env });
  t.equal(fetched.signal, 'SIGKILL');
  t.same(await told(1), [['refs/heads/main', first, second]]);
  await rm(join(`${hook}.d`, 'reference-transaction'));
  await git('fetch', '-q');
  t.same((await told(2))[1], ['refs/heads/z', ZERO, second]);
  await quiet();
});
