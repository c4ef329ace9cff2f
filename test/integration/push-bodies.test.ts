/** Each row of the table of cases in gitee-format.md §4, and what the issue adds to it, as an exact body. */
import t from 'tap';
import { AUTHOR } from '../support/git-repository.ts';
import {
  type CommitFacts,
  commit as commitOf,
  fullUser,
  type Json,
  repository as repositoryOf,
  shortUser,
} from '../support/gitee-literals.ts';
import { headerOf } from '../support/receiver.ts';
import { sortedCompact } from '../support/sorted-compact.ts';
import { type Tower, tower, WEB } from '../support/tower.ts';

const ZERO = '0'.repeat(40);
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/;
const PAGE = `${WEB}/acme/app`;

t.test('bodies of a push', async t => {
  const stage = await tower(t);
  const { repository, belfry } = stage;
  await belfry.json(['user', 'add', 'zhang-san', '--name', '张三', '--email', AUTHOR.email]);
  const hookId = await stage.webhook('/hook', ['--all', '--events', 'push,tag_push']);
  const authorId = await userId(stage, 'zhang-san');
  const commit = (id: string, facts: CommitFacts) => commitOf(repository, authorId, id, facts);

  /** Pushes, and compares the one body that comes of it whole: parsed, and byte by byte. */
  const check = async (what: string, refs: string[], own: Json) => {
    const before = Date.now();
    const nth = stage.receiver.requests.length + 1;
    const pushed = await repository.push(refs, { env: { BELFRY_USER: 'zhang-san' } });
    if (pushed.status !== 0) throw new Error(pushed.stderr);
    const request = (await stage.receiver.received(nth))[nth - 1]!;
    const body = JSON.parse(request.body.toString('utf8')) as Json;
    const times = body.repository as Json;
    const pusher = fullUser(authorId, 'zhang-san', '张三', AUTHOR.email);
    const owner = fullUser(await userId(stage, 'acme'), 'acme');
    const project = repositoryOf(await repositoryId(stage), owner, times);
    const expected = {
      ...own,
      enterprise: { id: null, name: 'acme', url: `${WEB}/acme` },
      hook_id: hookId,
      hook_name: (own.ref as string).startsWith('refs/tags/') ? 'tag_push_hooks' : 'push_hooks',
      hook_url: `${PAGE}/hooks/${hookId}/edit`,
      password: '',
      project,
      push_data: null,
      pusher: shortUser(pusher),
      repository: project,
      sender: pusher,
      sign: '',
      timestamp: headerOf(request, 'X-Gitee-Timestamp'),
      user: shortUser(pusher),
      user_email: AUTHOR.email,
      user_id: authorId,
      user_name: '张三',
    };
    t.same(body, expected, what);
    t.equal(request.body.toString('utf8'), sortedCompact(expected), `${what}: the very bytes`);
    t.equal(headerOf(request, 'Content-Length'), String(request.body.length), `${what}: its length in bytes`);
    t.match(times.created_at, RFC3339);
    t.match(times.pushed_at, RFC3339);
    const pushedAt = Date.parse(times.pushed_at as string);
    t.ok(pushedAt >= before - 1_000 && pushedAt <= Date.now(), `${what}: pushed_at is the time of the push`);
  };

  const root = await repository.commit({
    files: { 'README.md': 'hello\n', 'docs/说明.md': '说明\n' },
    message: 'Erste Glocke 🔔 <a/b>\n\nBody "quoted" \\ back\tslash\n',
  });
  const second = await repository.commit({ files: { 'README.md': 'hello again\n' }, message: 'Second\n' });

  await check('create a branch', ['main'], {
    after: second,
    before: ZERO,
    commits: null,
    commits_more_than_ten: false,
    compare: `${PAGE}/compare/${ZERO}...${second}`,
    created: true,
    deleted: false,
    head_commit: await commit(second, { modified: ['README.md'], message: 'Second\n' }),
    ref: 'refs/heads/main',
    total_commits_count: 2,
  });

  const third = await repository.commit({
    files: { 'README.md': null, 'docs/说明.md': 'mehr\n', 'new file.txt': 'x\n' },
    message: 'Add, change and remove\n',
    author: { date: '2020-02-29T23:59:59-03:30' },
  });
  await check('push 1 commit', ['main'], {
    after: third,
    before: second,
    commits: [
      await commit(third, {
        added: ['new file.txt'],
        removed: ['README.md'],
        modified: ['docs/说明.md'],
        message: 'Add, change and remove\n',
        time: '2020-02-29T23:59:59-03:30',
      }),
    ],
    commits_more_than_ten: false,
    compare: `${PAGE}/compare/${second}...${third}`,
    created: false,
    deleted: false,
    head_commit: await commit(third, {
      added: ['new file.txt'],
      removed: ['README.md'],
      modified: ['docs/说明.md'],
      message: 'Add, change and remove\n',
      time: '2020-02-29T23:59:59-03:30',
    }),
    ref: 'refs/heads/main',
    total_commits_count: 1,
  });

  const older = await repository.commit({ message: 'No file at all\n' });
  await repository.git('mv', 'new file.txt', 'renamed.txt');
  const newer = await repository.commit({ message: 'Rename' });
  const renamed = await commit(newer, {
    added: ['renamed.txt'],
    removed: ['new file.txt'],
    message: 'Rename',
  });
  await check(
    'push 2 commits: the newest first; an empty one, a renamed file, a message without a line end',
    ['main'],
    {
      after: newer,
      before: third,
      commits: [renamed, await commit(older, { message: 'No file at all\n' })],
      commits_more_than_ten: false,
      compare: `${PAGE}/compare/${third}...${newer}`,
      created: false,
      deleted: false,
      head_commit: renamed,
      ref: 'refs/heads/main',
      total_commits_count: 2,
    },
  );

  await repository.git('checkout', '-q', '-b', 'side', second);
  const side = await repository.commit({ files: { 'side.txt': 'side\n' }, message: 'Side\n' });
  await repository.git('checkout', '-q', 'main');
  await repository.git('merge', '-q', '--no-commit', '--no-ff', 'side');
  const merge = await repository.commit({ message: "Merge branch 'side'\n" });
  const merged = await commit(merge, {
    added: ['side.txt'],
    message: "Merge branch 'side'\n",
  });
  t.same(merged.parent_ids, [newer, side]);
  await check('a merge: its files against the first parent, and the commits it brought', ['main'], {
    after: merge,
    before: newer,
    commits: [merged, await commit(side, { added: ['side.txt'], message: 'Side\n' })],
    commits_more_than_ten: false,
    compare: `${PAGE}/compare/${newer}...${merge}`,
    created: false,
    deleted: false,
    head_commit: merged,
    ref: 'refs/heads/main',
    total_commits_count: 2,
  });

  await repository.git('checkout', '-q', '-B', 'main', root);
  const forced = await repository.commit({ files: { 'README.md': 'other\n' }, message: 'Anew\n' });
  const forcedCommit = await commit(forced, { modified: ['README.md'], message: 'Anew\n' });
  await check('a forced push looks like an ordinary one', ['+main'], {
    after: forced,
    before: merge,
    commits: [forcedCommit],
    commits_more_than_ten: false,
    compare: `${PAGE}/compare/${merge}...${forced}`,
    created: false,
    deleted: false,
    head_commit: forcedCommit,
    ref: 'refs/heads/main',
    total_commits_count: 1,
  });

  const rows: Json[] = [];
  let tip = forced;
  for (let i = 1; i <= 11; i += 1) {
    tip = await repository.commit({ files: { 'count.txt': `${i}\n` }, message: `Count ${i}\n` });
    const files = i === 1 ? { added: ['count.txt'] } : { modified: ['count.txt'] };
    rows.unshift(await commit(tip, { ...files, message: `Count ${i}\n` }));
  }
  await check('more than ten', ['main'], {
    after: tip,
    before: forced,
    commits: rows,
    commits_more_than_ten: true,
    compare: `${PAGE}/compare/${forced}...${tip}`,
    created: false,
    deleted: false,
    head_commit: rows[0],
    ref: 'refs/heads/main',
    total_commits_count: 11,
  });

  await repository.git('tag', 'light', tip);
  await check('create a light tag', ['refs/tags/light'], {
    after: tip,
    before: ZERO,
    commits: null,
    commits_more_than_ten: null,
    compare: `${PAGE}/compare/${ZERO}...${tip}`,
    created: true,
    deleted: false,
    head_commit: rows[0],
    ref: 'refs/tags/light',
    total_commits_count: null,
  });

  await repository.git(
    '-c',
    'user.name=Li Si',
    '-c',
    'user.email=li-si@example.com',
    'tag',
    '-a',
    '-m',
    'Release',
    'v1.0',
    forced,
  );
  const annotated = await repository.git('rev-parse', 'v1.0');
  await check(
    'create an annotated tag: after is the tag, head_commit what it stands for',
    ['refs/tags/v1.0'],
    {
      after: annotated,
      before: ZERO,
      commits: null,
      commits_more_than_ten: null,
      compare: `${PAGE}/compare/${ZERO}...${annotated}`,
      created: true,
      deleted: false,
      head_commit: forcedCommit,
      ref: 'refs/tags/v1.0',
      total_commits_count: null,
    },
  );

  await check('delete a tag', [':refs/tags/v1.0'], {
    after: ZERO,
    before: annotated,
    commits: [],
    commits_more_than_ten: null,
    compare: `${PAGE}/compare/${annotated}...${ZERO}`,
    created: false,
    deleted: true,
    head_commit: null,
    ref: 'refs/tags/v1.0',
    total_commits_count: null,
  });

  const before = stage.receiver.requests.length;
  await repository.git('push', '-q', 'origin', 'side');
  await stage.receiver.received(before + 1);
  await check('delete a branch', [':side'], {
    after: ZERO,
    before: side,
    commits: [],
    commits_more_than_ten: null,
    compare: `${PAGE}/compare/${side}...${ZERO}`,
    created: false,
    deleted: true,
    head_commit: null,
    ref: 'refs/heads/side',
    total_commits_count: null,
  });
});

async function userId({ belfry }: Tower, login: string): Promise<number> {
  const users = await belfry.json<{ id: number; login: string }[]>(['user', 'list']);
  return users.find(user => user.login === login)!.id;
}

async function repositoryId({ belfry }: Tower): Promise<number> {
  return (await belfry.json<{ id: number }>(['repo', 'show', 'acme/app'])).id;
}
