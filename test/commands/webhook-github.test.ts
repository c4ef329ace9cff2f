/** Webhooks of the kind `github` at the command line: defaults, what is refused, what its receiver will be told, the test. */
import t from 'tap';
import { NOW, recordPush, sampleWebhook } from '../store/samples.ts';
import { answer } from '../support/behaviour.ts';
import { headerOf, receiver } from '../support/receiver.ts';
import { samplePush } from '../support/sample-events.ts';
import { line } from './stage.ts';

const URL = 'https://ci.example.com/hooks/a1b2c3d4e5f6a7b8c9d0?token=in-the-query';
const GITHUB = ['webhook', 'add', URL, '--all', '--kind', 'github'];

t.test('pushes and tags are its default, a secret signs, and of its URL no key is shown', async t => {
  const { run } = await line(t);
  const added = (await run([...GITHUB, '--secret-stdin', '--json'], { stdin: 'a secret' })).json();
  t.match(added, { kind: 'github', auth: 'signature', url: 'https://ci.example.com/hooks/***?token=***' });
  t.strictSame(added.events, ['push', 'tag_push']);
  const plain = (await run([...GITHUB, '--events', 'push,create,delete', '--json'])).json();
  t.strictSame([plain.auth, plain.events], ['none', ['push', 'create', 'delete']]);
  const moved = (
    await run(['webhook', 'edit', '2', '--url', 'https://other.example.com/x', '--json'])
  ).json();
  t.strictSame(
    [moved.kind, moved.url],
    ['github', 'https://other.example.com/x'],
    'another URL, the same kind',
  );
  const generated = await run([...GITHUB, '--generate-secret']);
  t.match(generated.stdout, /Secret \(shown only now\): whsec_/);
});

t.test('a webhook of Gitee’s becomes one of GitHub’s, and signs from then on', async t => {
  const { run, store } = await line(t);
  await store.webhooks.add(sampleWebhook({ auth: 'password' }), '', NOW);
  const edited = (await run(['webhook', 'edit', '1', '--kind', 'github', '--json'])).json();
  t.match(edited, { kind: 'github', auth: 'signature' });
});

t.test('what does not fit the kind is refused with what would', async t => {
  const { run, store } = await line(t);
  const rows: [args: string[], said: RegExp][] = [
    [
      [...GITHUB, '--auth', 'password', '--secret', 'x1'],
      /--auth: wanted signature or none for kind github, got password/,
    ],
    [[...GITHUB, '--auth', 'signature'], /Missing secret: --auth signature needs --generate-secret/],
    [
      ['webhook', 'add', URL, '--all', '--events', 'push,create'],
      /--events: wanted push, .* for kind gitee, got create/,
    ],
    [[...GITHUB, '--events', 'creat'], /--events/],
    [
      [...GITHUB, '--clone-http', 'https://me:pw@git.example.com'],
      /--clone-http: wanted an http or https URL without user/,
    ],
    [[...GITHUB, '--clone-http', 'git.example.com'], /--clone-http: wanted an http or https URL/],
    [
      [...GITHUB, '--clone-ssh', 'git.example.com'],
      /--clone-ssh: wanted a base such as git@git\.example\.com:/,
    ],
    [
      ['webhook', 'add', URL, '--all', '--clone-http', 'https://x.example.com'],
      /--clone-http: wanted none for kind gitee/,
    ],
    [
      ['webhook', 'add', URL, '--all', '--kind', 'githb'],
      /--kind: wanted one of gitee, .*github, .*got "githb"/,
    ],
  ];
  for (const [args, said] of rows) {
    const { status, stderr } = await run(args);
    t.not(status, 0, args.join(' '));
    t.match(stderr.replace(/\s+/g, ' '), said);
    t.notMatch(stderr, /in-the-query|me:pw/);
  }
  t.strictSame(await store.webhooks.list(), []);
});

t.test('show says by which URLs the receiver has to know the repository', async t => {
  const { run, store } = await line(t);
  await store.settings.set('web.url', 'https://git.example.com');
  await store.webhooks.add(sampleWebhook({ kind: 'github' }), 'x', NOW);
  t.notMatch((await run(['webhook', 'show', '1'])).stdout, /html_url/, 'of none that it has heard of');
  await recordPush(store, [samplePush()]);
  const shown = await run(['webhook', 'show', '1']);
  t.match(shown.stdout, /^matching {2}by one of these the receiver has to know acme\/app:$/m);
  t.match(shown.stdout, /^html_url {2}https:\/\/git\.example\.com\/acme\/app$/m);
  const bases = [
    '--clone-http',
    'https://git.example.com/srv/git',
    '--clone-ssh',
    'ssh://git@git.example.com:2222/srv/git/',
  ];
  const edited = await run(['webhook', 'edit', '1', ...bases]);
  t.equal(edited.status, 0, edited.stderr);
  const { receiver_sees } = (await run(['webhook', 'show', '1', '--json'])).json();
  t.strictSame(receiver_sees, {
    repository: 'acme/app',
    html_url: 'https://git.example.com/srv/git/acme/app',
    clone_url: 'https://git.example.com/srv/git/acme/app.git',
    ssh_url: 'ssh://git@git.example.com:2222/srv/git/acme/app.git',
  });
  const back = (await run(['webhook', 'edit', '1', '--clone-http', '', '--clone-ssh', '', '--json'])).json();
  t.strictSame([back.clone_http, back.clone_ssh], [null, null]);
});

t.test('a test is a ping; with --event push it is a push; an approval is nothing to GitHub', async t => {
  const { run, store } = await line(t);
  const receives = await receiver(t);
  const url = `${receives.url}/hook?token=in-the-query`;
  await store.webhooks.add(sampleWebhook({ kind: 'github', url }), url, NOW);
  receives.script('/hook', answer(200, { body: 'pong' }));
  const ping = await run(['webhook', 'test', '1']);
  t.equal(ping.status, 0, ping.stderr);
  t.match(ping.stdout, /^X-GitHub-Event: ping$/m);
  t.match(ping.stdout, /verdict: delivered – the test arrived\nTest delivered\n$/);
  const body = JSON.parse(receives.requests[0]!.body.toString());
  t.match(body, {
    hook_id: 1,
    hook: { config: { url: `${receives.url}/***` }, created_at: '2026-11-23T09:00:00Z' },
  });
  t.equal(body.repository.full_name, 'belfry/test');
  const push = (await run(['webhook', 'test', '1', '--event', 'push', '--json'])).json();
  t.match(push, { event: 'push', ok: true, attempt: { hint: 'the test arrived' } });
  t.equal(headerOf(receives.requests[1]!, 'X-GitHub-Event'), 'push');
  t.equal(JSON.parse(receives.requests[1]!.body.toString()).ref, 'refs/heads/test');
  const issue = (await run(['webhook', 'test', '1', '--event', 'issue', '--json'])).json();
  t.match(issue, { event: 'issue', ok: true });
  t.equal(headerOf(receives.requests[2]!, 'X-GitHub-Event'), 'issues');
  await store.webhooks.add(sampleWebhook({ url }), url, NOW);
  const gitee = await run(['webhook', 'test', '2', '--event', 'ping']);
  t.equal(gitee.status, 2);
  t.match(gitee.stderr, /--event: wanted one of push, .* for kind gitee, got ping/);
  t.equal(receives.requests.length, 3);
});
