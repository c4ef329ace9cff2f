/** Merge requests over SSH and HTTP, and in SHA-256. */
import t from 'tap';
import { httpGitServer } from '../support/http-git-server.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { requestStage } from '../support/request-stage.ts';
import { sshServer } from '../support/ssh-server.ts';

t.test('over SSH, and in SHA-256', async t => {
  if (!needs(t, 'sshd', 'ssh', 'ssh-keygen')) return;
  const stage = await requestStage(t, { format: 'sha256' });
  const server = await sshServer(t, stage.dir);
  const env = { GIT_SSH_COMMAND: await server.command('carol') };
  const url = server.url + stage.repository.path;
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  t.equal(head.length, 64);
  const pushed = await stage.repository.push(['HEAD:refs/for/main/topic'], {
    url,
    env,
    options: ['title=Über SSH'],
  });
  t.match(pushed, {
    status: 0,
    stderr: 'remote: merge request !1: https://git.example.com/acme/app/pulls/1',
  });
  const [opened] = await stage.next();
  const trial = (await stage.ref('refs/pull/1/MERGE'))!;
  t.match(opened, {
    action: 'open',
    title: 'Über SSH',
    author: { login: 'carol' },
    merge_commit_sha: trial,
    pull_request: { head: { sha: head }, base: { sha: stage.root }, additions: 1, deletions: 0, commits: 1 },
  });
  await stage.repository.commit({ args: ['--amend'], message: 'Anew\n' });
  const forced = await stage.repository.push(['HEAD:refs/for/main/topic'], { url, env });
  t.match(forced.stderr, 'forced update');
  matches(t, await stage.next(), [{ action: 'update', action_desc: 'source_branch_changed' }]);

  await stage.repository.git('checkout', '-q', 'main');
  await stage.repository.git('merge', '-q', '--squash', 'work');
  const squashed = await stage.repository.commit({ message: 'Squash\n' });
  await stage.repository.push(['main'], { url, env });
  matches(t, await stage.next(), [
    { action: 'merge', merge_commit_sha: squashed, sender: { login: 'carol' } },
  ]);
});

t.test('over smart HTTP: whoever logged in', async t => {
  const stage = await requestStage(t);
  const server = await httpGitServer(t, stage.dir);
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  for (const login of ['dora', 'emil']) {
    const url = server.url('acme/app.git', login);
    const pushed = await stage.repository.push(['HEAD:refs/for/main'], { url, options: ['title=Über HTTP'] });
    t.match(pushed, { status: 0, stderr: 'remote: merge request !' });
    matches(t, await stage.next(), [
      { action: 'open', title: 'Über HTTP', author: { login }, pull_request: { head: { sha: head } } },
    ]);
  }
  matches(t, await stage.belfry.json(['mr', 'list']), [{ author: 'emil' }, { author: 'dora' }]);
});

t.test('SHA-256: into a conflict, out of it, merged', async t => {
  const stage = await requestStage(t, { format: 'sha256' });
  const { repository, root } = stage;
  await stage.branch('work', { 'a.txt': '1\nours\n3\n' });
  await stage.push(['HEAD:refs/for/main']);
  matches(t, await stage.next(), [{ merge_commit_sha: /^[0-9a-f]{64}$/, pull_request: { mergeable: true } }]);
  const base = await stage.branch('theirs', { 'a.txt': '1\ntheirs\n3\n' });
  await stage.push(['theirs:main']);
  await stage.shows(1, { base, mergeable: false, merge_status: 'can_be_resolve', merge_commit: null });
  t.equal(await stage.ref('refs/pull/1/MERGE'), null);
  await stage.push([`+${root}:main`]);
  await stage.shows(1, { base: root, mergeable: true });
  await repository.git('checkout', '-q', 'work');
  await stage.push(['work:main'], { as: 'bob' });
  matches(t, await stage.next(), [
    { action: 'merge', merge_commit_sha: await repository.git('rev-parse', 'work') },
  ]);
});
