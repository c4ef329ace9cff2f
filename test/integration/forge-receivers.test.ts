/**
 * Real pushes to receivers that were made for forges, as Debian has them: adnanh/webhook, which checks signatures and picks from the
 * body what its rules say, and Buildbot's change hook.
 */
import t, { type Test } from 'tap';
import { adnanhWebhook, buildbot } from '../support/forge-receivers.ts';
import { needs } from '../support/needs.ts';
import { type Tower, tower } from '../support/tower.ts';

const SECRET = 'forge-secret-5d1c';

interface Shown {
  state: string;
  attempts_made: {
    status: number;
    verdict: string;
    hint: string | null;
    response_body: string;
    request_headers: [string, string][];
  }[];
}

async function add({ belfry }: Tower, url: string, kind: string, secret: string): Promise<number> {
  const args = ['webhook', 'add', url, '--all', '--kind', kind, '--secret-env', 'S'];
  return (await belfry.json<{ id: number }>(args, { env: { S: secret } })).id;
}

/** What became of the last delivery of a webhook. */
async function outcome({ belfry }: Tower, id: number): Promise<Shown> {
  const [line] = await belfry.json<{ id: string }[]>(['deliveries', '--webhook', String(id)]);
  return belfry.json<Shown>(['delivery', 'show', line!.id]);
}

async function push(stage: Tower, message = 'Ring\n'): Promise<string> {
  const tip = await stage.repository.commit({ files: { 'src/bell.ts': `${message}\n` }, message });
  const { status, stderr } = await stage.repository.push(['main']);
  if (status !== 0) throw new Error(stderr);
  return tip;
}

const header = (name: string, value: string) => ({
  type: 'value',
  value,
  parameter: { source: 'header', name },
});
const hmac = (name: string) => ({
  type: 'payload-hmac-sha256',
  secret: SECRET,
  parameter: { source: 'header', name },
});
const isMain = { type: 'value', value: 'refs/heads/main', parameter: { source: 'payload', name: 'ref' } };

const HOOKS = [
  {
    id: 'gitea',
    rules: [header('X-Gitea-Event', 'push'), hmac('X-Gitea-Signature'), isMain],
    told: ['after', 'commits.0.id', 'commits.0.modified.0', 'repository.full_name'],
  },
  {
    id: 'gogs',
    rules: [header('X-Gogs-Event', 'push'), hmac('X-Gogs-Signature')],
    told: ['repository.html_url'],
  },
  {
    id: 'gitlab',
    rules: [header('X-Gitlab-Event', 'Push Hook'), header('X-Gitlab-Token', SECRET), isMain],
    told: ['checkout_sha', 'commits.1.id', 'commits.0.title', 'project.path_with_namespace', 'object_kind'],
  },
];

t.test('adnanh/webhook takes what its rules for Gitea, Gogs and GitLab say', async (t: Test) => {
  if (!needs(t, 'webhook')) return;
  const stage = await tower(t);
  const url = await adnanhWebhook(t, stage.dir, HOOKS);
  const gitea = await add(stage, `${url}/gitea`, 'gitea', SECRET);
  const gogs = await add(stage, `${url}/gogs`, 'gogs', SECRET);
  const gitlab = await add(stage, `${url}/gitlab`, 'gitlab', SECRET);
  const forged = await add(stage, `${url}/gitea`, 'forgejo', 'another-secret');
  const wrong = await add(stage, `${url}/gitlab`, 'gitlab', 'another-secret');
  const nowhere = await add(stage, `${url}/nowhere`, 'gitea', SECRET);
  await push(stage, 'First\n');
  await stage.settled(6);
  await stage.repository.commit({ files: { 'src/bell.ts': 'second\n' }, message: 'Second\n\nmore\n' });
  const tip = await push(stage, 'Third\n');
  await stage.settled(12);

  const told = async (id: number) => (await outcome(stage, id)).attempts_made[0]!;
  t.match(await told(gitea), {
    status: 200,
    verdict: 'ok',
    hint: null,
    response_body: `${tip}\n${tip}\nsrc/bell.ts\nacme/app\n`,
  });
  t.match(await told(gogs), { verdict: 'ok', response_body: 'https://git.example.com/acme/app\n' });
  t.match(await told(gitlab), {
    verdict: 'ok',
    response_body: `${tip}\n${tip}\nSecond\nacme/app\npush\n`,
  });

  const refused = await outcome(stage, wrong);
  t.equal(refused.state, 'delivered', 'it says 200 all the same');
  t.match(refused.attempts_made[0], { status: 200, verdict: 'ok', hint: /secret/ });
  t.match(await told(forged), { status: 500, verdict: 'transient', hint: /secret/ });
  t.match(await told(nowhere), { status: 404, verdict: 'transient', hint: /no such hook/ });

  const { request_headers } = await told(gitlab);
  t.strictSame(
    request_headers.filter(([name]) => name === 'X-Gitlab-Token'),
    [['X-Gitlab-Token', '***']],
  );
});

t.test("Buildbot makes changes of GitLab's pushes and tags", async (t: Test) => {
  if (!needs(t, 'buildbot')) return;
  const stage = await tower(t);
  const { url, changes } = await buildbot(t, SECRET);
  const id = await add(stage, `${url}/gitlab`, 'gitlab', SECRET);
  const wrong = await add(stage, `${url}/gitlab`, 'gitlab', 'another-secret');
  const first = await push(stage, 'First\n');
  await stage.settled(2);
  changes.length = 0;
  const second = await stage.repository.commit({ files: { 'src/bell.ts': 'second\n' }, message: 'Second\n' });
  const tip = await push(stage, 'Third\n');
  await stage.repository.git('tag', '-a', '-m', 'Release', 'v1', tip);
  await stage.repository.push(['v1']);
  await stage.repository.push([`${first}:refs/heads/old`]);
  await stage.settled(8);
  await stage.repository.push([':refs/heads/old']);
  await stage.settled(10);

  t.strictSame(
    changes.map(({ revision, branch, category, files, repository, project }) => ({
      ...{ revision, branch, category, files, repository, project },
    })),
    [
      [second, 'main', 'push'],
      [tip, 'main', 'push'],
      [tip, 'v1', 'tag_push'],
    ].map(([revision, branch, category]) => ({
      ...{ revision, branch, category, files: ['src/bell.ts'] },
      ...{ repository: 'git@git.example.com:acme/app.git', project: 'app' },
    })),
  );
  t.equal(changes[0]!.comments, 'Second\n');
  const lines = await stage.belfry.json<{ webhook_id: number; last_status: number }[]>(['deliveries']);
  const statuses = (webhook: number) =>
    lines.filter(line => line.webhook_id === webhook).map(line => line.last_status);
  // It means 202, but what it has written by then says 200.
  t.strictSame(
    statuses(id).map(status => Math.floor(status / 100)),
    [2, 2, 2, 2, 2],
  );
  t.strictSame(new Set(statuses(wrong)), new Set([400]), 'another token');
});
