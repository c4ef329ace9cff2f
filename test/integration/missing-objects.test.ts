/** Repositories in which objects are missing, by accident or on purpose, and real pushes and fetches into them. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { must } from '../support/run.ts';
import { type Tower, tower } from '../support/tower.ts';

/** More than `git` may die in one conversation, and more than are read at once. */
const COMMITS = 70;

interface Body {
  repository: { full_name: string };
  ref: string;
  before: string;
  after: string;
  total_commits_count: number;
  head_commit: { id: string; message: string } | null;
  commits: { id: string; message: string; added: string[]; modified: string[] }[] | null;
}

async function stage(t: Test) {
  const tall = await tower(t);
  await tall.webhook('/hook');
  let told = 0;
  return {
    ...tall,
    /** Pushes, and gives the one body that comes of it. */
    async pushed(...refs: string[]): Promise<Body> {
      const push = await tall.repository.push(refs);
      t.equal(push.status, 0, push.stderr);
      return bodyOf(tall, ++told);
    },
    next: () => bodyOf(tall, ++told),
    /** What was left out of the newest event, as `delivery show` has it. */
    async cut(): Promise<string[]> {
      const [newest] = await tall.settled(told);
      const { facts } = await tall.belfry.json<{ facts: { cut?: string[] } }>([
        'delivery',
        'show',
        newest!.id,
      ]);
      return facts.cut ?? [];
    },
    async quarantined(): Promise<string[]> {
      return readdir(join(tall.belfry.home, 'spool', 'bad')).catch(() => []);
    },
  };
}

async function bodyOf({ receiver }: Pick<Tower, 'receiver'>, count: number): Promise<Body> {
  return JSON.parse((await receiver.received(count))[count - 1]!.body.toString('utf8'));
}

/** Of the repository's loose objects one goes. */
async function lose({ repository }: Tower, name: string): Promise<string> {
  const id = await repository.server('rev-parse', name);
  await rm(join(repository.path, 'objects', id.slice(0, 2), id.slice(2)));
  return id.slice(0, 12);
}

t.test('a missing tree kept a whole push from being announced', async t => {
  const one = await stage(t);
  const { repository } = one;
  await repository.commit({ files: { 'a/x': '1', b: '1' }, message: 'one\n' });
  await one.pushed('main');
  for (const [what, file] of [
    ['main^{tree}', 'b'],
    ['main:a', 'a/x'],
  ] as const) {
    const lost = await lose(one, what);
    const tip = await repository.commit({
      files: { [file]: `${Math.random()}` },
      message: `after ${file}\n`,
    });
    const body = await one.pushed('main');
    t.equal(body.after, tip);
    t.equal(body.total_commits_count, 1);
    t.strictSame(
      body.commits?.map(({ id, message }) => [id, message]),
      [[tip, `after ${file}\n`]],
    );
    t.ok(
      (await one.cut()).some(text => text.includes(`the tree ${lost} is missing`)),
      `${what}: and said so`,
    );
  }
  t.strictSame(await one.quarantined(), []);
});

t.test('a missing file is nobody’s business', async t => {
  const one = await stage(t);
  const { repository } = one;
  await repository.commit({ files: { a: '1' } });
  await one.pushed('main');
  await lose(one, 'main:a');
  const tip = await repository.commit({ files: { a: '2' } });
  const { commits } = await one.pushed('main');
  t.strictSame(
    commits?.map(({ id, modified }) => [id, modified]),
    [[tip, ['a']]],
  );
  t.strictSame(await one.cut(), []);
});

t.test('a pack that is cut off behind a push: what can be read of it is told', async t => {
  const one = await stage(t);
  const { repository } = one;
  const first = await repository.commit({ files: { a: '1' } });
  await one.pushed('main');
  // Git takes no push into such a repository: the disk loses it a moment later.
  await repository.server('config', 'receive.unpackLimit', '1');
  const hooks = join(repository.path, 'hooks', 'post-receive.d');
  await mkdir(hooks);
  const losing = '#!/bin/sh\nchmod u+w objects/pack/*.pack && truncate -s 40 objects/pack/*.pack\n';
  await writeFile(join(hooks, 'post-receive'), losing, { mode: 0o755 });
  const tip = await repository.commit({ files: { last: '1' } });
  const body = await one.pushed('main:refs/heads/other', 'main');
  t.strictSame([body.after, body.head_commit], [tip, null]);
  t.ok(
    (await one.cut()).some(text => text.startsWith(`The new tip ${tip.slice(0, 12)} `)),
    'and said so',
  );
  const next = await one.next();
  t.strictSame(new Set([body.ref, next.ref]), new Set(['refs/heads/main', 'refs/heads/other']));
  t.equal([body, next].find(({ ref }) => ref === 'refs/heads/main')?.before, first);
  t.strictSame(await one.quarantined(), []);
});

for (const filter of ['blob:none', 'tree:0']) {
  t.test(
    `a partial mirror (${filter}) that fetches: its commits are told, and nothing is fetched for that`,
    async t => {
      const one = await stage(t);
      const { repository: upstream, belfry } = one;
      await upstream.server('config', 'uploadpack.allowFilter', 'true');
      await upstream.commit({ files: { 'd0/f': '0' } });
      await one.pushed('main');
      const path = join(one.root, 'acme', 'mirror.git');
      const clone = ['clone', '-q', '--mirror', `--filter=${filter}`, `file://${upstream.path}`, path];
      await must('git', clone, { env: upstream.env });
      await belfry.json(['install', '--mirror', path]);
      await belfry.json(['scan']);
      // More than one after the other could be given up for.
      for (let n = 1; n <= COMMITS; n++)
        await upstream.commit({ files: { [`d${n}/f`]: `${n}` }, message: `${n}\n` });
      const tip = await upstream.git('rev-parse', 'HEAD');
      await one.pushed('main');
      await must('git', ['remote', 'update'], { cwd: path, env: upstream.env });
      const body = await one.next();
      t.equal(body.repository.full_name, 'acme/mirror');
      t.equal(body.after, tip);
      t.equal(body.total_commits_count, COMMITS);
      t.strictSame(
        body.commits?.map(({ message }) => message),
        Array.from({ length: COMMITS }, (_, n) => `${COMMITS - n}\n`),
      );
      const paths = body.commits?.flatMap(({ added }) => added).length;
      t.equal(paths, filter === 'blob:none' ? COMMITS : 0);
      const cut = await one.cut();
      t.equal(cut.length > 0, filter === 'tree:0', 'what could not be known is said');
      t.ok(cut.length <= 10, `${cut.length} sentences`);
      t.ok(
        cut.every(text => !/promisor|lazy/.test(text)),
        `in belfry's words: ${cut[0]}`,
      );
      const missing = ['rev-list', '--all', '--objects', '--missing=print'];
      const objects = await must('git', missing, { cwd: path, env: upstream.env });
      t.equal(
        objects.match(/^\?/gm)?.length,
        COMMITS + 1,
        'of each commit one object, as before: nothing was fetched',
      );
      t.strictSame(await one.quarantined(), []);
    },
  );
}

t.test('a commit without an author or a committer is told with what it has', async t => {
  const one = await stage(t);
  const { repository } = one;
  const parent = await repository.commit({ files: { a: '1' } });
  await one.pushed('main');
  const tree = await repository.git('rev-parse', 'HEAD^{tree}');
  const committer = 'committer Li Si <li-si@example.com> 1600000000 +0000\n';
  for (const [n, people] of [committer, ''].entries()) {
    const literally = ['hash-object', '--literally', '-w', '-t', 'commit', '--stdin'];
    const stdin = `tree ${tree}\nparent ${parent}\n${people}\nNobody wrote this\n`;
    const id = (await must('git', literally, { cwd: repository.work, env: repository.env, stdin })).trim();
    const body = await one.pushed(`${id}:refs/heads/n${n}`);
    t.equal(body.after, id);
    t.equal(body.head_commit?.id, id);
    t.equal(body.head_commit?.message, 'Nobody wrote this\n');
    const next = await repository.git('commit-tree', '-p', id, '-m', 'after it', tree);
    const { commits } = await one.pushed(`${next}:refs/heads/n${n}`);
    t.strictSame(
      commits?.map(commit => commit.id),
      [next],
    );
  }
  t.strictSame(await one.quarantined(), []);
});
