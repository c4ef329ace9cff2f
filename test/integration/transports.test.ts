/** The same hook over a file path, SSH and smart HTTP, and who it says has pushed. */
import { userInfo } from 'node:os';
import t from 'tap';
import { httpGitServer } from '../support/http-git-server.ts';
import { needs } from '../support/needs.ts';
import type { ReceivedRequest } from '../support/receiver.ts';
import { sshServer } from '../support/ssh-server.ts';
import { type Tower, tower } from '../support/tower.ts';

t.test('over a file path', async t => {
  const stage = await tower(t);
  await stage.webhook('/hook');
  const cases: [what: string, env: Record<string, string>, pusher: Record<string, string>][] = [
    ['the Unix account', {}, { username: userInfo().username, name: userInfo().username }],
    ['an SSH key’s login', { BELFRY_USER: 'bell' }, { username: 'bell' }],
    ['smart HTTP', { REMOTE_USER: 'remote', BELFRY_USER: 'bell' }, { username: 'remote' }],
    ['gitolite', { GL_USER: 'gito', REMOTE_USER: 'remote', BELFRY_USER: 'bell' }, { username: 'gito' }],
    [
      'Gitea, which knows the address too',
      { GITEA_PUSHER_NAME: 'tea', GITEA_PUSHER_EMAIL: 'tea@example.com', GL_USER: 'gito' },
      { username: 'tea', email: 'tea@example.com' },
    ],
    ['a name that is none', { GL_USER: '  ', BELFRY_USER: '李 四' }, { username: '李 四' }],
  ];
  for (const [what, env, pusher] of cases) t.match(await pusherOf(stage, { env }), pusher, what);
  const users = await stage.belfry.json<{ login: string }[]>(['user', 'list']);
  const logins = users.map(user => user.login);
  for (const [, , { username }] of cases) t.ok(logins.includes(username!), `${username} has become a user`);
});

t.test('over SSH', async t => {
  if (!needs(t, 'sshd', 'ssh', 'ssh-keygen')) return;
  const stage = await tower(t);
  await stage.webhook('/hook');
  const server = await sshServer(t, stage.dir);
  const url = server.url + stage.repository.path;
  const push = async (login: string | null) =>
    pusherOf(stage, { url, env: { GIT_SSH_COMMAND: await server.command(login) } });
  t.match(await push('alice'), { username: 'alice' }, 'the login of the key');
  t.match(await push(null), { username: userInfo().username }, 'a key without a login: the Unix account');
});

t.test('over smart HTTP', async t => {
  const stage = await tower(t);
  await stage.webhook('/hook');
  const server = await httpGitServer(t, stage.dir);
  t.match(await pusherOf(stage, { url: server.url('acme/app.git', 'bob') }), { username: 'bob' });
});

/** Pushes a new commit; gives what the body says about the pusher, and that it says so everywhere. */
async function pusherOf(
  stage: Tower,
  options: { url?: string; env?: Record<string, string> },
): Promise<Record<string, unknown>> {
  const { repository, receiver } = stage;
  // Its delivery may be there before the push has come back.
  const before = receiver.requests.length;
  await repository.commit({ message: `Commit ${before}\n` });
  const pushed = await repository.push(['main'], options);
  if (pushed.status !== 0) throw new Error(pushed.stderr);
  const request = (await receiver.received(before + 1))[before] as ReceivedRequest;
  const body = JSON.parse(request.body.toString('utf8'));
  t.same(body.pusher, body.user);
  t.match(body.sender, body.pusher);
  t.equal(body.user_id, body.pusher.id);
  t.equal(body.user_name, body.pusher.name);
  t.equal(body.user_email, body.pusher.email);
  return body.pusher;
}
