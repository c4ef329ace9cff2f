/** A merge request from its first push to the merge, each body compared whole. */
import t from 'tap';
import { fullUser, type Json, repository as repositoryOf } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { requestStage } from '../support/request-stage.ts';
import { sortedCompact } from '../support/sorted-compact.ts';
import { WEB } from '../support/tower.ts';

const PAGE = `${WEB}/acme/app/pulls/1`;

t.test('open, update, comment, close, reopen, merge', async t => {
  const stage = await requestStage(t);
  const { repository, belfry } = stage;
  const ids = async () => {
    const users = await belfry.json<{ id: number; login: string }[]>(['user', 'list']);
    return (login: string) => users.find(user => user.login === login)!.id;
  };
  const merge = () => stage.ref('refs/pull/1/MERGE');

  const first = await stage.branch('work', { 'a.txt': '1\ntwo\n3\n', 'b.txt': 'b\n' }, 'Zwei\n\nWarum\n');
  const pushed = await stage.push(['HEAD:refs/for/main/topic/one']);
  t.match(pushed.stderr, `remote: merge request !1: ${PAGE}`);
  t.match(pushed.stderr, /\[new reference\] +HEAD -> refs\/pull\/1\/head/);
  t.equal(await stage.ref('refs/pull/1/head'), first);
  t.equal(await stage.ref('refs/for/main/topic/one'), null, 'what was pushed to is no ref');
  const trial = (await merge())!;
  t.equal(await repository.server('show', '-s', '--format=%P', trial), `${stage.root} ${first}`);

  const [opened] = await stage.next();
  const id = await ids();
  const pullBefore = opened!.pull_request as Json;
  const times = opened!.repository as Json;
  const owner = fullUser(id('acme'), 'acme');
  const alice = fullUser(id('alice'), 'alice');
  const project = repositoryOf((times.id as number) ?? 0, owner, times);
  const side = { project, repository: project };
  const pull = {
    additions: 2,
    assignee: null,
    assignees: [],
    base: { label: 'acme:main', ref: 'main', repo: project, sha: stage.root, user: owner },
    body: 'Warum',
    changed_files: 2,
    closed_at: null,
    comments: 0,
    commits: 1,
    created_at: pullBefore.created_at,
    deletions: 1,
    diff_url: `${PAGE}.diff`,
    head: { label: 'acme:topic/one', ref: 'topic/one', repo: project, sha: first, user: alice },
    html_url: PAGE,
    id: 1,
    issues: [],
    labels: [],
    languages: [],
    merge_commit_sha: trial,
    merge_reference_name: 'refs/pull/1/MERGE',
    merge_status: 'can_be_merged',
    mergeable: true,
    merged: false,
    merged_at: null,
    milestone: null,
    need_review: false,
    need_test: false,
    number: 1,
    patch_url: `${PAGE}.patch`,
    stale_issues: [],
    stale_labels: [],
    state: 'open',
    tester: null,
    testers: [],
    title: 'Zwei',
    updated_at: times.pushed_at,
    updated_by: alice,
    user: alice,
  };
  const request = stage.receiver.at('/mr')[0]!;
  const whole = {
    action: 'open',
    action_desc: 'open',
    author: alice,
    body: 'Warum',
    enterprise: { id: null, name: 'acme', url: `${WEB}/acme` },
    hook_id: 1,
    hook_name: 'merge_request_hooks',
    hook_url: `${WEB}/acme/app/hooks/1/edit`,
    iid: 1,
    languages: [],
    merge_commit_sha: trial,
    merge_status: 'can_be_merged',
    number: 1,
    password: '',
    project,
    pull_request: pull,
    push_data: null,
    repository: project,
    sender: alice,
    sign: '',
    source_branch: 'topic/one',
    source_repo: side,
    state: 'open',
    target_branch: 'main',
    target_repo: side,
    target_user: null,
    timestamp: headerOf(request, 'X-Gitee-Timestamp'),
    title: 'Zwei',
    updated_by: alice,
    url: PAGE,
  };
  t.same(opened, whole, 'open: the whole body');
  t.equal(request.body.toString('utf8'), sortedCompact(whole), 'open: the very bytes');
  t.equal(headerOf(request, 'X-Gitee-Event'), 'Merge Request Hook');

  const second = await repository.commit({ files: { 'b.txt': 'b\nc\n' }, message: 'More\n' });
  const again = await stage.push(['HEAD:refs/for/main'], { options: ['topic=topic/one', 'title=Neu  🔔'] });
  t.match(again.stderr, `remote: merge request !1: ${PAGE}`);
  const [updated] = await stage.next();
  const trial2 = await merge();
  t.not(trial2, trial);
  t.match(updated, {
    action: 'update',
    action_desc: 'source_branch_changed',
    title: 'Neu  🔔',
    body: 'Warum',
    merge_commit_sha: trial2,
    pull_request: { commits: 2, additions: 3, head: { sha: second }, merge_commit_sha: trial2 },
  });

  await repository.git('commit', '-q', '--amend', '--allow-empty', '-m', 'Other');
  const forced = await stage.push(['HEAD:refs/for/main/topic/one']);
  t.match(forced.stderr, /\+ \w+\.\.\.\w+ +HEAD -> refs\/pull\/1\/head \(forced update\)/);
  const third = await repository.git('rev-parse', 'HEAD');
  matches(t, await stage.next(), [{ action: 'update', pull_request: { head: { sha: third }, commits: 2 } }]);

  const text = Buffer.from('Zeile 1\nZeile 2 🔔').toString('base64');
  await stage.push(['HEAD:refs/for/main/topic/one'], {
    options: [`description={base64}${text}`, 'draft'],
  });
  matches(t, await stage.next(), [
    {
      action: 'update',
      action_desc: 'update',
      body: 'Zeile 1\nZeile 2 🔔',
      pull_request: { head: { sha: third } },
    },
  ]);
  t.match(await stage.show(1), { draft: true, title: 'Neu  🔔', body: 'Zeile 1\nZeile 2 🔔', state: 'open' });
  await stage.push(['HEAD:refs/for/main/topic/one'], { options: ['draft=false', 'title=Neu  🔔'] });
  matches(t, await stage.next(), [{ action: 'update', action_desc: 'update' }]);

  const said = await belfry.json<Json>(['mr', 'comment', '1', '--repo', 'acme/app', '--as', 'bob'], {
    stdin: 'Gut so\nwirklich\n',
  });
  t.match(said, { comment_id: 1, comments: 1, deliveries: 1 });
  const [note] = await stage.next();
  const bob = fullUser((await ids())('bob'), 'bob');
  t.match(note, {
    action: 'comment',
    hook_name: 'note_hooks',
    author: bob,
    sender: bob,
    comment: { body: 'Gut so\nwirklich', html_url: `${PAGE}#note_1`, id: 1, user: bob },
    issue: null,
    note: 'Gut so\nwirklich',
    noteable_id: 1,
    noteable_type: 'PullRequest',
    per_iid: '!1',
    short_commit_id: null,
    title: 'Neu  🔔',
    url: `${PAGE}#note_1`,
  });
  t.strictSame(Object.keys(note!.pull_request as Json), Object.keys(pull).sort(), 'labels too');
  t.match(note!.pull_request, { comments: 1, number: 1, user: alice });

  await stage.push(['HEAD:refs/for/main/topic/one'], { options: ['close'] });
  const [closed] = await stage.next();
  t.match(closed, {
    action: 'close',
    action_desc: 'close',
    state: 'closed',
    pull_request: { state: 'closed', merged: false },
  });
  t.type((closed!.pull_request as Json).closed_at, 'string');
  t.equal((await belfry.run(['mr', 'close', '1', '--repo', 'acme/app'])).status, 1, 'closed already');

  await belfry.json(['mr', 'reopen', '1', '--repo', 'acme/app', '--as', 'bob']);
  matches(t, await stage.next(), [
    {
      action: 'reopen',
      action_desc: 'reopen',
      state: 'open',
      sender: { login: 'bob' },
      author: { login: 'alice' },
      pull_request: { closed_at: null },
    },
  ]);
  await belfry.json(['mr', 'close', '1', '--repo', 'acme/app', '--as', 'bob']);
  await belfry.json(['mr', 'reopen', '1', '--repo', 'acme/app', '--as', 'bob']);
  matches(t, await stage.next(2), [{ action: 'close' }, { action: 'reopen' }]);

  await repository.git('checkout', '-q', 'main');
  await repository.git('merge', '-q', '--no-commit', '--no-ff', 'work');
  const merged = await repository.commit({ message: 'Merge\n' });
  const after = await repository.commit({ files: { 'c.txt': 'c\n' }, message: 'And more\n' });
  await stage.push(['main'], { as: 'carol' });
  const [done] = await stage.next();
  t.match(done, {
    action: 'merge',
    action_desc: 'merge',
    state: 'merged',
    merge_commit_sha: merged,
    sender: { login: 'carol' },
    author: { login: 'alice' },
    pull_request: {
      state: 'merged',
      merged: true,
      merge_commit_sha: merged,
      head: { sha: third },
      commits: 2,
    },
  });
  t.not(merged, after, 'the commit that did it, not the tip');
  t.equal((done!.pull_request as Json).merged_at, (done!.pull_request as Json).closed_at);
  t.equal(await merge(), merged);
  const reopened = await belfry.run(['mr', 'reopen', '1', '--repo', 'acme/app']);
  t.equal(reopened.status, 1);
  t.match(reopened.stderr, '!1 is merged');

  t.strictSame(await belfry.json(['mr', 'list', '--repo', 'acme/app']), [], 'nothing is open');
  matches(t, await belfry.json(['mr', 'list', '--state', 'all']), [
    { number: 1, state: 'merged', author: 'alice' },
  ]);
  t.match((await belfry.run(['mr', 'show', '1', '--repo', 'acme/app'])).stdout, 'comment 1 by bob');
});
