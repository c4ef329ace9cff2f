/** `belfry mr`: what a person reads, what a program gets, and what is refused. */
import { rename } from 'node:fs/promises';
import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { requestStage } from '../support/request-stage.ts';
import { WEB } from '../support/tower.ts';

t.test('list, show and what is done, for people and for programs', async t => {
  const stage = await requestStage(t);
  const { belfry, repository, root } = stage;
  const mr = (...args: string[]) => belfry.run(['mr', ...args]);
  t.equal((await mr('list')).stdout, 'No merge requests\n');

  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main/login'], { options: ['title=A nicer login', 'draft'] });
  await stage.next();
  await repository.commit({ files: { 'a.txt': 'x\n', 'c.txt': 'c\n' } });
  await stage.push(['HEAD:refs/for/main']);
  await stage.next();

  const list = (await mr('list', '--repo', 'acme/app')).stdout.split('\n');
  t.match(list[0], /^MR +REPO +STATE +MERGE +BY +UPDATED \(UTC\) +BRANCH +TITLE$/);
  t.match(list[1], /^!2 +acme\/app +open +clean +alice +\d\d-\d\d \d\d:\d\d +main +Ring the bell$/);
  t.match(
    list[2],
    /^!1 +acme\/app +open, draft +clean +alice +\d\d-\d\d \d\d:\d\d +login → main +A nicer login$/,
  );
  t.ok(
    list.every(line => line.length <= 100),
    'no line is longer than the terminal',
  );
  t.equal((await mr('list', '--limit', '1')).stdout.trimEnd().split('\n').length, 2);

  const trial = await stage.ref('refs/pull/1/MERGE');
  const shown = (await mr('show', '1', '--repo', 'acme/app')).stdout;
  t.match(shown, /^!1 of acme\/app\n/);
  t.match(shown, /^state +open, draft$/m);
  t.match(shown, /^branch +login → main$/m);
  t.match(shown, new RegExp(`^head +${head} \\(refs/pull/1/head\\)$`, 'm'));
  t.match(shown, /^changes +1 commit, 1 file, \+1 -0$/m);
  t.match((await mr('show', '2', '--repo', 'acme/app')).stdout, /^changes +2 commits, 3 files, \+3 -3$/m);

  const document = await belfry.json<Json>(['mr', 'show', '1', '--repo', 'acme/app']);
  t.same(document, {
    id: 1,
    number: 1,
    target: 'main',
    topic: 'login',
    created_at: document.created_at,
    state: 'open',
    title: 'A nicer login',
    body: '',
    draft: true,
    head,
    base: root,
    merge_status: 'can_be_merged',
    mergeable: true,
    merge_commit: trial,
    additions: 1,
    deletions: 0,
    changed_files: 1,
    commits: 1,
    comments: 0,
    updated_at: document.updated_at,
    closed_at: null,
    merged_at: null,
    repository: 'acme/app',
    author: 'alice',
    updated_by: 'alice',
    head_ref: 'refs/pull/1/head',
    merge_ref: 'refs/pull/1/MERGE',
    url: `${WEB}/acme/app/pulls/1`,
    comments_list: [],
  });

  const comment = ['mr', 'comment', '1', '--repo', 'acme/app', '--as', 'bob'];
  t.equal(
    (await belfry.run(comment, { stdin: 'Well\n\x1b[31mdone\n' })).stdout,
    'Commented on !1 of acme/app: 1 delivery\n',
  );
  t.match((await mr('show', '1', '--repo', 'acme/app')).stdout, /^comment 1 by bob at .*\nWell\n\[31mdone$/m);
  t.equal((await mr('close', '1', '--repo', 'acme/app')).stdout, 'Closed !1 of acme/app: 1 delivery\n');
  t.equal(
    (await mr('reopen', '1', '--repo', 'acme/app', '--as', 'bob')).stdout,
    'Reopened !1 of acme/app: 1 delivery\n',
  );
  matches(t, await stage.next(3), [
    { note: 'Well\n[31mdone', sender: { login: 'bob' } },
    { action: 'close' },
    { action: 'reopen', sender: { login: 'bob' } },
  ]);
});

t.test('what is wrong is said with what is wanted', async t => {
  const stage = await requestStage(t);
  const { belfry } = stage;
  const cases: [args: string[], status: number, said: RegExp][] = [
    [['list', '--limit', '0'], 2, /--limit: wanted a whole number from 1, got 0/],
    [['list', '--limit', '-1'], 2, /--limit: wanted a whole number from 1, got -1/],
    [
      ['list', '--state', 'shut'],
      2,
      /belfry: --state: wanted one of open, .*all, got "shut"\n {2}For example: belfry mr list /,
    ],
    [['list', '--repo', 'acme/ap'], 1, /Unknown repository acme\/ap\n.*acme\/app/],
    [
      ['show', '1', '--repo', 'acme/app'],
      1,
      /Unknown merge request !1 in acme\/app\n.*mr list --repo acme\/app/,
    ],
    [['show', 'one', '--repo', 'acme/app'], 2, /number: wanted a number/],
    [['show', '1'], 2, /Missing --repo/],
    [['comment', '1', '--repo', 'acme/app'], 2, /Standard input: wanted a comment, got nothing/],
    [
      ['close', '1', '--repo', 'acme/app', '--as', 'a b'],
      2,
      /--as: wanted a login without spaces, got "a b"/,
    ],
    [['close', '1', '--repo', 'acme/app', '--as', ''], 2, /--as: wanted a login without spaces, got ""/],
    [[], 2, /Missing command: `belfry mr` needs one of list, show, close, reopen, comment/],
  ];
  for (const [args, status, said] of cases) {
    const ran = await belfry.run(['mr', ...args]);
    t.equal(ran.status, status, args.join(' '));
    t.match(ran.stderr, said, args.join(' '));
    t.equal(ran.stdout, '');
  }
  const args = ['mr', 'close', '1', '--repo', 'acme/app'];
  await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.next();
  await rename(stage.repository.path, `${stage.repository.path}-away`);
  const moved = await belfry.run(args);
  t.equal(moved.status, 1);
  t.match(moved.stderr, /^belfry: acme\/app no longer exists: \/.*app\.git\n.*belfry install DIR/);
  for (const name of ['list', 'show', 'comment', 'close', 'reopen'])
    t.match(
      (await belfry.run(['mr', name, '--help'])).stdout,
      new RegExp(`^Examples:\n  # .+\n  belfry mr ${name} `, 'm'),
      name,
    );
});
