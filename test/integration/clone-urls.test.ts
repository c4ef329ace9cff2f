/** What an event says about a repository is tried: its clone URLs clone, and its default branch can be checked out. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { httpGitServer } from '../support/http-git-server.ts';
import { must } from '../support/run.ts';
import { tower } from '../support/tower.ts';

/** Pushes `main` to a repository at a path below the root whose HEAD names `master`, and clones it by what a receiver is told. */
async function cloned(t: Test, place: string): Promise<Record<string, string>> {
  const stage = await tower(t);
  const { dir, belfry, repository } = stage;
  const path = join(stage.root, place);
  if (place !== 'acme/app.git') await rename(stage.repository.path, path);
  await must('git', ['--git-dir', path, 'symbolic-ref', 'HEAD', 'refs/heads/master'], {
    env: repository.env,
  });
  const http = await httpGitServer(t, dir);
  await belfry.json(['config', 'set', 'clone.http', http.url('')]);
  await belfry.json(['config', 'set', 'clone.ssh', `file://${stage.root}/`]);
  await belfry.json(['scan']);
  await stage.webhook('/hook');
  const tip = await repository.commit({ files: { a: '1' } });
  const pushed = await repository.push(['HEAD:refs/heads/main'], { url: path });
  t.equal(pushed.status, 0, pushed.stderr);
  const [request] = await stage.receiver.received(1);
  const body = JSON.parse(request!.body.toString('utf8')).repository;
  t.equal(body.full_name, 'acme/app');
  t.equal(body.default_branch, 'main', 'not master, which HEAD names and nobody has pushed');
  for (const key of ['clone_url', 'git_http_url', 'ssh_url', 'git_ssh_url']) {
    const to = join(dir, `clone-${key}`);
    await must('git', ['clone', '-q', '-b', body.default_branch, body[key], to], { env: repository.env });
    t.equal((await must('git', ['rev-parse', 'HEAD'], { cwd: to, env: repository.env })).trim(), tip, key);
  }
  return body;
}

t.test('a bare directory without `.git` was told with clone URLs that clone nothing', async t => {
  const { git_url, ssh_url } = await cloned(t, 'acme/app');
  t.match(ssh_url, /\/acme\/app$/);
  t.match(git_url, /\/acme\/app$/);
});

t.test('with `.git` as ever', async t => {
  const { git_url, ssh_url } = await cloned(t, 'acme/app.git');
  t.match(ssh_url, /\/acme\/app\.git$/);
  t.match(git_url, /\/acme\/app\.git$/);
});
