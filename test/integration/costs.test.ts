/**
 * What belfry's speed rests on, as counts: they are the same on every machine, and a change that raises one shows here
 * before any benchmark. The times are measured in bench/.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { NODE, PROJECT } from '../support/belfry.ts';
import { findProgram, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { type Tower, tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

/**
 * What was loaded is kept in the compile cache: one entry for each module, and one more for TypeScript without its types.
 * With an empty cache that is the count.
 */
function loaded(cache: string): number {
  return readdirSync(cache).flatMap(version => readdirSync(join(cache, version))).length;
}

/** Without what the test runner puts into every Node. */
const PLAIN_NODE = ['env', '-u', 'NODE_OPTIONS', NODE];

t.test('a command loads what it needs, and no more', async t => {
  const { dir, belfry } = await tower(t);
  const most: [args: string[], entries: number][] = [
    [['--help'], 92],
    [['webhook', 'list'], 246],
    [['deliveries'], 238],
    // It counts what `repo.exclude` holds.
    [['status'], 273],
  ];
  for (const [index, [args, limit]] of most.entries()) {
    const cache = join(dir, `cache-${index}`);
    const [program, ...rest] = [...PLAIN_NODE, join(PROJECT, 'src/cli.ts'), '--home', belfry.home, ...args];
    const ran = await run(program!, rest, { env: { ...belfry.env, NODE_COMPILE_CACHE: cache } });
    t.equal(ran.status, 0, ran.stderr);
    const entries = loaded(cache);
    t.ok(entries > 20 && entries <= limit, `${args.join(' ')} loads ${entries} entries, at most ${limit}`);
  }
});

/** The first worker of a home compares all refs, beside the pushes: what that costs is not counted here. */
async function withoutScans(stage: Tower): Promise<Tower> {
  await stage.belfry.json(['config', 'set', 'scan.every', '0']);
  return stage;
}

/**
 * Entries of a worker that has brought out a push: two for each of its own files. The first request loads of undici the two
 * classes that are used, with what they need.
 */
const MOST_OF_WORKER = 540;

/** A worker of our own, started as the hook would, through `prefix`; it lives until the test ends it. */
async function worker(stage: Tower, prefix: string[], env: Record<string, string>) {
  const entry = join(PROJECT, 'src/worker.ts');
  const [program, ...args] = [...prefix, ...PLAIN_NODE, entry, '--home', stage.belfry.home];
  const child = spawn(program!, args, { env: { ...stage.belfry.env, ...env }, stdio: 'ignore', cwd: '/' });
  const exited = once(child, 'exit');
  await until('the worker to be at work', () => stage.belfry.worker() !== null);
  return async () => {
    await stage.belfry.stopWorker();
    await exited;
  };
}

t.test(
  'the worker loads neither the schemas nor the words of robots for a webhook of the kind gitee',
  async t => {
    const stage = await withoutScans(await tower(t));
    await stage.webhook('/hook');
    const cache = join(stage.dir, 'cache');
    const stop = await worker(stage, [], { NODE_COMPILE_CACHE: cache });
    await stage.repository.commit();
    await stage.repository.push(['main']);
    await stage.settled(1);
    await stop();
    const entries = loaded(cache);
    t.ok(entries > 150 && entries <= MOST_OF_WORKER, `${entries} entries, at most ${MOST_OF_WORKER}`);
  },
);

t.test('git processes: the same few for a push of one ref and for one of sixty', async t => {
  if (!needs(t, 'strace')) return;
  const stage = await withoutScans(await tower(t));
  await stage.webhook('/hook');
  const { repository } = stage;
  const traced = await tracedWorker(stage, 'execve');
  // A program that is looked for on the PATH is tried in each of its directories.
  const gits = () => traced.calls(new RegExp(`execve\\("${findProgram('git')}"`, 'g'));
  let deliveries = 0;
  const pushed = async (...refs: string[]) => {
    const before = gits();
    await repository.commit();
    const push = await repository.push(refs);
    t.equal(push.status, 0);
    deliveries += refs.length;
    await stage.settled(deliveries);
    return gits() - before;
  };
  await pushed('main');
  const one = await pushed('main');
  const sixty = await pushed(...Array.from({ length: 60 }, (_, n) => `main:refs/heads/topic-${n}`));
  await traced.stop();
  t.ok(one > 0 && one <= 4, `${one} for one ref, at most 4`);
  t.ok(sixty <= one + 1, `${sixty} for sixty refs`);
});

t.test('file syncs: a handful for a push, however many webhooks it goes to', async t => {
  if (!needs(t, 'strace')) return;
  const few = await syncs(t, 1);
  const many = await syncs(t, 20);
  t.ok(few > 0 && few <= 10, `${few} for one webhook, at most 10`);
  t.ok(many <= few + 6, `${many} for twenty webhooks`);
});

/** Of the worker, from the push until all that it is owed is recorded. */
async function syncs(t: Test, webhooks: number): Promise<number> {
  const name = `webhooks-${webhooks}`;
  const stage = await withoutScans(await tower(t, { dir: join(t.testdir({ [name]: {} }), name) }));
  for (let n = 0; n < webhooks; n++) await stage.webhook(`/hook-${n}`);
  const traced = await tracedWorker(stage, 'fsync,fdatasync');
  const soFar = () => traced.calls(/ f(?:data)?sync\(/g);
  const before = soFar();
  await stage.repository.commit();
  await stage.repository.push(['main']);
  await stage.settled(webhooks);
  const count = soFar() - before;
  await traced.stop();
  return count;
}

t.test('a backlog costs for each push the same, however long it is', async t => {
  if (!needs(t, 'strace')) return;
  const short = await backlog(t, 40);
  const long = await backlog(t, 160);
  // Three for each where it is read by itself. A stretch that is read at once may last a second, also on a busy machine.
  t.ok(short.gits > 0 && short.gits <= 40, `${short.gits} git processes for 40 pushes`);
  t.ok(long.gits <= 160, `${long.gits} for 160`);
  // Each reads the directory to its end: a listing of so few is two calls.
  t.ok(long.listings <= short.listings + 20, `${short.listings} and ${long.listings} looks into the spool`);
});

/** What a worker does that finds so many pushes of one commit, of one repository, until all of them stand. */
async function backlog(t: Test, pushes: number) {
  const name = `backlog-${pushes}`;
  const stage = await withoutScans(await tower(t, { dir: join(t.testdir({ [name]: {} }), name) }));
  await stage.webhook('/hook');
  const { repository, belfry } = stage;
  const commits = [await repository.commit()];
  await repository.push(['main']);
  await stage.settled(1);
  await belfry.stopWorker();
  const tree = await repository.git('rev-parse', 'HEAD^{tree}');
  for (let n = 0; n < pushes; n++)
    commits.push(await repository.git('commit-tree', '-p', commits.at(-1)!, '-m', `${n}`, tree));
  // Without a push, whose hook would start a worker.
  await repository.git('update-ref', 'refs/heads/planned', commits.at(-1)!);
  await repository.server('fetch', '-q', repository.work, 'refs/heads/planned');
  await repository.server('update-ref', 'refs/heads/main', commits.at(-1)!);
  const spool = join(belfry.home, 'spool', 'new');
  for (const [n, next] of commits.slice(1).entries()) {
    const update = `${commits[n]} ${next} refs/heads/main`;
    writeFileSync(
      join(spool, `push-${n}`),
      `belfry-push 1\ndirectory ${repository.path}\nhook 1\n\n${update}\n`,
    );
    utimesSync(join(spool, `push-${n}`), 1_700_000_000 + n, 1_700_000_000 + n);
  }
  const traced = await tracedWorker(stage, 'execve,getdents64', ['-y']);
  await stage.settled(pushes + 1);
  await traced.stop();
  return {
    gits: traced.calls(new RegExp(`execve\\("${findProgram('git')}"`, 'g')),
    listings: traced.calls(/getdents64\(\d+<[^>]*\/spool\/new>/g),
  };
}

async function tracedWorker(stage: Tower, calls: string, more: string[] = []) {
  const trace = join(stage.dir, 'trace');
  const strace = ['strace', '-f', '-qq', '--seccomp-bpf', ...more, '-e', `trace=${calls}`, '-o', trace];
  const stop = await worker(stage, strace, {});
  return { stop, calls: (pattern: RegExp) => readFileSync(trace, 'utf8').match(pattern)?.length ?? 0 };
}
