/** Webhooks of the kinds `gitlab` and `gitea` on the command line: what may be given, what is said, and what never is. */
import t from 'tap';
import { headerOf, receiver } from '../support/receiver.ts';
import { line } from './stage.ts';

const SECRET = 'never-to-be-shown';
const ADD = ['webhook', 'add', 'https://ci.example.com/hook', '--all'];
const WITH_SECRET = { env: { S: SECRET } };

t.test("GitLab's token goes in clear, and adding such a webhook says so", async t => {
  const { run } = await line(t);
  const added = await run([...ADD, '--kind', 'gitlab', '--secret-env', 'S'], WITH_SECRET);
  t.equal(added.status, 0, added.stderr);
  t.match(added.stdout, /^Created webhook 1: push, tag_push → https:\/\/ci\.example\.com\/hook \(gitlab\)$/m);
  t.match(added.stdout, /^X-Gitlab-Token is the secret itself, in clear; https only$/m);
  t.notMatch(added.stdout, SECRET);

  const open = ['webhook', 'add', 'http://ci.example.com/hook', '--all', '--secret-env', 'S'];
  const alarm =
    /^X-Git(lab|ee)-Token is the secret itself, in clear; anybody on the way can read it: give the webhook an https URL$/m;
  t.match((await run([...open, '--kind', 'gitlab'], WITH_SECRET)).stdout, alarm);
  t.match(
    (await run([...open, '--auth', 'password'], WITH_SECRET)).stdout,
    alarm,
    "Gitee's password as well",
  );
  t.match((await run(['webhook', 'show', '2'])).stdout, alarm);
  t.notMatch(
    (await run(['webhook', 'show', '1'])).stdout,
    /in clear/,
    'over https it need not be said again',
  );

  const signed = await run(
    [...ADD, '--kind', 'gitlab', '--auth', 'signature', '--secret-env', 'S'],
    WITH_SECRET,
  );
  t.notMatch(signed.stdout, /in clear/);
  const json = (await run(['webhook', 'show', '1', '--json'])).json();
  t.strictSame([json.kind, json.auth, json.events], ['gitlab', 'password', ['push', 'tag_push']]);
  t.notMatch(JSON.stringify(json), SECRET);
});

t.test('forgejo and gogs are other names of gitea', async t => {
  const { run } = await line(t);
  for (const kind of ['gitea', 'forgejo', 'gogs']) {
    const added = (await run([...ADD, '--kind', kind, '--secret-env', 'S', '--json'], WITH_SECRET)).json();
    const { auth, events } = added;
    t.strictSame([added.kind, auth, events], ['gitea', 'signature', ['push', 'tag_push']], kind);
  }
});

t.test('create and delete are words of gitea, and not of gitlab', async t => {
  const { run } = await line(t);
  const events = ['--events', 'push,create,delete'];
  const taken = await run([...ADD, '--kind', 'gitea', ...events, '--json']);
  t.strictSame(taken.json().events, ['push', 'create', 'delete']);
  const refused = await run([...ADD, '--kind', 'gitlab', ...events]);
  t.equal(refused.status, 2);
  t.match(refused.stderr, /for kind gitlab, got create, delete/);
});

t.test('gitea knows no password', async t => {
  const { run } = await line(t);
  const refused = await run(
    [...ADD, '--kind', 'gitea', '--auth', 'password', '--secret-env', 'S'],
    WITH_SECRET,
  );
  t.equal(refused.status, 2);
  t.match(refused.stderr, /--auth: wanted signature or none for kind gitea, got password/);
});

t.test('while a secret is replaced, what has a single proof says when it changes', async t => {
  const { run } = await line(t);
  const rotate = async (...args: string[]) => {
    const { id } = (await run([...ADD, ...args, '--secret-env', 'S', '--json'], WITH_SECRET)).json();
    return (await run(['webhook', 'rotate', String(id), '--secret-env', 'N'], { env: { N: 'another-one' } }))
      .stdout;
  };
  t.match(await rotate('--kind', 'gitlab'), /, and X-Gitlab-Token is the old one; from then on/);
  t.match(
    await rotate('--kind', 'gitea'),
    /, and X-Gitea-Signature and the four like it are made with the old one; from then on/,
  );
  t.notMatch(await rotate('--kind', 'gitlab', '--auth', 'signature'), /X-Gitlab-Token/);
});

t.test(
  'a test of gitlab is a push, and the token is masked by its place: also one of three letters',
  async t => {
    const { run } = await line(t);
    const receives = await receiver(t);
    const add = ['webhook', 'add', `${receives.url}/hook`, '--all', '--kind', 'gitlab', '--secret-env', 'S'];
    t.equal((await run(add, { env: { S: 'abc' } })).status, 0);
    const said = await run(['webhook', 'test', '1']);
    t.equal(said.status, 0, said.stderr);
    t.match(said.stdout, /^X-Gitlab-Event: Push Hook$/m);
    t.match(said.stdout, /^X-Gitlab-Token: \*\*\*$/m);
    const [request] = receives.requests;
    t.equal(headerOf(request!, 'X-Gitlab-Token'), 'abc', 'but it was sent');
    const body = JSON.parse(request!.body.toString());
    t.match(body, { object_kind: 'push', total_commits_count: 1, checkout_sha: body.after });
    t.equal(body.commits.length, 1);
    const { attempt } = (await run(['webhook', 'test', '1', '--event', 'issue', '--json'])).json();
    t.strictSame(
      attempt.request_headers.filter(([name]: [string]) => /^X-Gitlab-(Token|Event)$/.test(name)),
      [
        ['X-Gitlab-Event', 'Issue Hook'],
        ['X-Gitlab-Token', '***'],
      ],
    );
  },
);

t.test('a test of gitea is a push that moves nothing', async t => {
  const { run } = await line(t);
  const receives = await receiver(t);
  const add = ['webhook', 'add', `${receives.url}/hook`, '--all', '--kind', 'gitea', '--secret-env', 'S'];
  t.equal((await run(add, WITH_SECRET)).status, 0);
  const said = await run(['webhook', 'test', '1']);
  t.equal(said.status, 0, said.stderr);
  const body = JSON.parse(receives.requests[0]!.body.toString());
  t.equal(body.before, body.after);
  t.strictSame([body.commits.length, body.total_commits, body.head_commit.id], [1, 1, body.after]);
  const refused = await run(['webhook', 'test', '1', '--event', 'ping']);
  t.match(refused.stderr, /for kind gitea, got ping/);
});
