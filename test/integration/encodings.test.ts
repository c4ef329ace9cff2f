/** Texts, names and ids that are not the usual ones: what a strict reader of JSON gets to see of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { matches } from '../support/matches.ts';
import { must } from '../support/run.ts';
import { type Tower, tower } from '../support/tower.ts';

interface Body {
  ref: string;
  after: string;
  before: string;
  head_commit: Commit;
  commits: Commit[] | null;
  total_commits_count: number | null;
  commits_more_than_ten: boolean | null;
}

interface Commit {
  id: string;
  tree_id: string;
  message: string;
  timestamp: string;
  parent_ids: string[];
  author: { name: string; email: string; time: string };
  added: string[];
  removed: string[];
  modified: string[];
}

t.test('texts in other encodings, and bytes in none', async t => {
  const stage = await tower(t);
  const { repository } = stage;
  await stage.webhook('/hook');

  await repository.commit({
    message: Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0x0a]),
    config: ['i18n.commitEncoding=gbk'],
  });
  t.equal((await push(stage, 'main')).head_commit.message, '中文\n', 'a message in GBK that says so');

  // `git commit` itself would take such bytes for Latin-1; other programs write them as they are.
  const [head, tree] = (await repository.git('rev-parse', 'HEAD', 'HEAD^{tree}')).split('\n');
  const written = await must('git', ['hash-object', '-w', '-t', 'commit', '--stdin'], {
    cwd: repository.work,
    env: repository.env,
    stdin: Buffer.from(
      `tree ${tree}\nparent ${head}\nauthor \xff <a@b> 0 +0000\ncommitter c <c@d> 0 +0000\n\ncaf\xe9 \xff\xfe\n`,
      'latin1',
    ),
  });
  await repository.git('reset', '-q', '--hard', written.trim());
  const broken = (await push(stage, 'main')).head_commit;
  t.equal(broken.message, 'caf\ufffd \ufffd\ufffd\n', 'bytes that are no UTF-8');
  t.equal(broken.author.name, '\ufffd');

  const path = Buffer.concat([Buffer.from(`${repository.work}/`), Buffer.from('na\xefve', 'latin1')]);
  await writeFile(path, 'x');
  await writeFile(join(repository.work, 'tab\tand "quotes" and\nline 中'), 'x');
  await repository.git('add', '-A');
  await repository.commit({ message: 'Paths\n' });
  t.same(
    new Set((await push(stage, 'main')).head_commit.added),
    new Set(['na\ufffdve', 'tab\tand "quotes" and\nline 中']),
    'paths are neither quoted nor escaped',
  );

  await repository.commit({
    author: { name: 'makewheels', email: 'not-an-address', date: '2021-10-08T05:26:59+0000' },
  });
  t.match((await push(stage, 'main')).head_commit.author, {
    name: 'makewheels',
    email: 'not-an-address',
    time: '2021-10-08T05:26:59+00:00',
  });
  await repository.commit({ author: { date: '2021-10-08T05:26:59+0545' } });
  t.equal(
    (await push(stage, 'main')).head_commit.timestamp,
    '2021-10-08T05:26:59+05:45',
    'the commit’s own offset',
  );

  await repository.commit({ message: '' });
  t.equal((await push(stage, 'main')).head_commit.message, '', 'no message');

  const branch = 'ветка/"x"/中文';
  t.equal((await push(stage, `main:refs/heads/${branch}`)).ref, `refs/heads/${branch}`);
});

t.test('a submodule is a path like others', async t => {
  const stage = await tower(t);
  const { repository } = stage;
  await stage.webhook('/hook');
  const tip = await repository.commit({ files: { a: 'a' } });
  await push(stage, 'main');
  await repository.git('update-index', '--add', '--cacheinfo', `160000,${tip},vendor/lib`);
  await repository.commit({ files: { '.gitmodules': '[submodule "x"]\n' } });
  t.same((await push(stage, 'main')).head_commit.added.toSorted(), ['.gitmodules', 'vendor/lib']);
});

t.test('SHA-256', async t => {
  const stage = await tower(t, { format: 'sha256' });
  await stage.webhook('/hook', ['--all', '--events', 'push,tag_push']);
  const first = await stage.repository.commit();
  const created = await push(stage, 'main');
  t.match(created, { before: '0'.repeat(64), after: first, total_commits_count: 1 });
  matches(t, created.head_commit, { id: first, parent_ids: [] });
  const second = await stage.repository.commit();
  matches(t, await push(stage, 'main'), {
    before: first,
    after: second,
    commits: [{ id: second, parent_ids: [first] }],
  });
  t.match(await push(stage, 'main:refs/tags/v1'), { ref: 'refs/tags/v1', after: second });
});

t.test('more commits than are listed: the total is the truth', async t => {
  const stage = await tower(t);
  const { repository } = stage;
  await stage.webhook('/hook');
  const base = await repository.commit();
  await push(stage, 'main');
  const lines = [`reset refs/heads/main\nfrom ${base}\n`];
  for (let i = 1; i <= 150; i += 1)
    lines.push(
      `commit refs/heads/main\ncommitter A <a@example.com> ${1_600_000_000 + i} +0000\ndata 4\n${String(i).padStart(3, '0')}\n\n`,
    );
  await must('git', ['fast-import', '--quiet', '--force'], {
    cwd: repository.work,
    env: repository.env,
    stdin: lines.join(''),
  });
  const body = await push(stage, 'main');
  t.equal(body.total_commits_count, 150);
  t.equal(body.commits_more_than_ten, true);
  t.equal(body.commits!.length, 100);
  t.equal(body.commits![0]!.message, '150\n', 'newest first');
  t.equal(body.commits![99]!.message, '051\n');
});

t.test('tags that stand for no commit, and refs that are neither branch nor tag', async t => {
  const stage = await tower(t);
  const { repository, receiver, belfry } = stage;
  await stage.webhook('/hook', ['--all', '--events', 'push,tag_push']);
  await repository.commit({ files: { a: 'a' } });
  const tree = await repository.git('rev-parse', 'main^{tree}');
  const body = await push(stage, `${tree}:refs/tags/tree`);
  t.match(body, { ref: 'refs/tags/tree', after: tree, created: true });
  t.equal(body.head_commit, null);

  const before = receiver.requests.length;
  const pushed = await repository.push(['main:refs/notes/x', 'main:refs/changes/y', 'main:refs/heads/z']);
  t.equal(pushed.status, 0, pushed.stderr);
  await receiver.received(before + 1);
  await stage.settled(2);
  t.equal(receiver.requests.length, before + 1, 'only the branch');
  await belfry.stopWorker();
});

/** Pushes one ref, and gives the body that comes of it. */
async function push({ repository, receiver }: Tower, ref: string): Promise<Body> {
  const nth = receiver.requests.length;
  const pushed = await repository.push([ref]);
  if (pushed.status !== 0) throw new Error(pushed.stderr);
  const requests = await receiver.received(nth + 1);
  return JSON.parse(requests[nth]!.body.toString('utf8'));
}
