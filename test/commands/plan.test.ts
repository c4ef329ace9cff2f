/** `belfry export`, `plan` and `apply`: what a file wants, what that changes, and what it leaves alone. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { branches, NOW, recordPush, register } from '../store/samples.ts';
import { matches } from '../support/matches.ts';
import { planStage } from './plan-stage.ts';
import { line } from './stage.ts';

const URL = 'https://ci.example.com/hook';

t.test('made, changed, left alone, and then there is nothing to do', async t => {
  const { plan, apply, run, store } = await planStage(t);
  await run(['webhook', 'add', URL, '--all', '--name', 'other']);
  const file = `
webhooks:
  - name: ci
    scope: all
    url: ${URL}
    branches: [main, "release/*"]
    skip_ci: true
settings:
  keep.days: 60
  net.allow: [10.0.0.0/8, ci.internal]
users:
  - login: zhang-san
    name: 张三
    emails: [zhang@example.com]
`;
  const planned = await plan(file);
  t.equal(planned.status, 3, planned.stderr);
  t.equal(
    planned.stdout,
    [
      'create setting keep.days: 60',
      'create setting net.allow: 10.0.0.0/8,ci.internal',
      'create user zhang-san',
      '    name: 张三',
      '    emails: zhang@example.com',
      'create webhook ci',
      '    scope: all',
      `    url: ${URL}`,
      '    kind: gitee',
      '    events: push',
      '    branches: main, release/*',
      '    skip_ci: true',
      'note: 1 webhook not named by the file: untouched without --prune',
      '4 to create',
      '',
    ].join('\n'),
  );
  t.equal((await store.webhooks.list()).length, 1, 'a plan changes nothing');
  const applied = await apply(file);
  t.equal(applied.status, 0, applied.stderr);
  t.match(applied.stdout, /^Applied: 4 created$/m);
  matches(t, await store.webhooks.list(), [
    { name: 'other', branches: [] },
    { name: 'ci', scope: 'all', branches: ['main', 'release/*'], skip_ci: true, auth: 'none' },
  ]);
  t.equal((await store.settings.all()).get('net.allow'), '10.0.0.0/8,ci.internal');
  matches(t, await store.users.list(), [{ login: 'zhang-san', name: '张三', emails: ['zhang@example.com'] }]);
  const again = await plan(file);
  t.match(again, { status: 0, stdout: /^Nothing to do$/m });

  const changed = file
    .replace('main, "release/*"', 'main')
    .replace('    skip_ci: true\n', '')
    .replace('60', '90');
  const second = await plan(changed, ['--json']);
  t.equal(second.status, 3);
  t.strictSame(second.json().changes, [
    {
      ...{ action: 'change', what: 'setting', name: 'keep.days', id: null },
      fields: [{ field: 'value', from: '60', to: '90' }],
    },
    {
      ...{ action: 'change', what: 'webhook', name: 'ci', id: 2 },
      fields: [
        { field: 'branches', from: 'main, release/*', to: 'main' },
        { field: 'skip_ci', from: 'true', to: 'false' },
      ],
    },
  ]);
  t.equal((await apply(changed)).status, 0);
  t.match(await store.webhooks.get(2), { skip_ci: false });
});

t.test('what the file does not name goes with --prune, after a question', async t => {
  const { plan, apply, run, store, root } = await planStage(t);
  await run(['webhook', 'add', URL, '--all', '--name', 'old']);
  await run(['webhook', 'add', URL, '--all']);
  await run(['config', 'set', 'keep.days', '5']);
  await store.roots.add(root);
  await recordPush(store, branches('a'));
  const empty = 'webhooks: []\nsettings: {}\nroots: []\n';
  t.match(await plan(empty), {
    status: 0,
    stdout:
      'note: 2 webhooks, 1 setting, 2 roots not named by the file: untouched without --prune\nNothing to do\n',
  });
  const pruned = await plan(empty, ['--prune']);
  t.match(pruned, { status: 3, stdout: /^6 to remove|5 to remove$/m });
  for (const what of [
    'webhook old (1)',
    'webhook webhook-2 (2)',
    'setting keep.days: 5 → the default',
    `root ${root}`,
  ])
    t.ok(pruned.stdout.includes(`remove ${what}`), what);
  const asked = await apply(empty, ['--prune']);
  t.match(asked, { status: 2, stderr: /Remove 2 roots and 1 setting and 2 webhooks.*Use --yes/s });
  t.equal((await store.webhooks.list()).length, 2);
  await store.roots.remove('/srv/git');
  const done = await apply(empty, ['--prune', '--yes']);
  t.equal(done.status, 0, done.stderr);
  t.match(done.stdout, /^Gave up 2 pending deliveries$/m);
  t.strictSame(await store.webhooks.list(), []);
  t.strictSame(await store.roots.list(), []);
  t.equal((await store.settings.all()).size, 0);
  await run(['config', 'set', 'keep.days', '5']);
  t.match(
    await plan('webhooks: []\n', ['--prune']),
    { status: 0 },
    'a section that is not there is not pruned',
  );
});

t.test('export, apply on an empty home, export again: the same bytes', async t => {
  const { run, store, root, repository, dir } = await planStage(t);
  for (const name of ['acme/app', 'acme/lib', 'zebra/site']) repository(name);
  t.equal((await run(['install', root])).status, 0);
  const add = async (args: string[], stdin = '') => {
    const said = await run(['webhook', 'add', ...args], { stdin });
    t.equal(said.status, 0, said.stderr);
  };
  await add([
    URL,
    '--repo',
    'acme/app',
    '--generate-secret',
    '--branch',
    'main,!x/**',
    '--tag',
    'v*',
    '--name',
    'ci',
  ]);
  await add([
    `${URL}?token=secret-in-the-url`,
    '--company',
    'acme',
    '--header',
    'X-Key: secret-header',
    '--inactive',
  ]);
  await add(
    ['--url-stdin', '--secret-stdin', '--all', '--kind', 'dingtalk', '--lang', 'zh', '--name', 'chat: "1"'],
    [
      'https://oapi.dingtalk.com/robot/send?access_token=secret-token-of-a-robot',
      'SEC-secret-of-a-robot',
    ].join('\n'),
  );
  await add([
    'https://argo.example.com/api/webhook',
    '--repo',
    'acme/*,!acme/lib',
    '--kind',
    'github',
    '--skip-ci',
  ]);
  await add([
    ...[
      'https://api.example.com/tickets',
      '--repo',
      'zebra/site',
      '--kind',
      'custom',
      '--method',
      'PUT',
      '--name',
      'on',
    ],
    ...[
      '--template',
      '{\n  "ref": "{{ref}}"\n}\n',
      '--success',
      '200,201',
      '--latest-only',
      '30',
      '--pusher',
      '!bot',
    ],
    ...['--proxy', 'http://proxy.example.com:3128', '--insecure', '--timeout', '2.5', '--path', 'docs/**'],
  ]);
  await add([
    'http://jenkins.example.com/git/notifyCommit?token=secret-jenkins',
    '--all',
    '--notify',
    'build',
  ]);
  await run(['webhook', 'edit', '1', '--hmac-header', 'X-Sig=sha512:hex']);
  for (const [key, value] of [
    ['keep.days', '7'],
    ['net.allow', '10.0.0.0/8 *.internal'],
    ['repo.exclude', '**/*.wiki,acme/tmp-*'],
    ['time.offset', '-03:30'],
    ['mr.enabled', 'on'],
    ['proxy.https', 'http://proxy.example.com:3128'],
  ])
    t.equal((await run(['config', 'set', key!, value!])).status, 0, key!);
  await run([
    'user',
    'add',
    'zhang-san',
    '--name',
    '张三',
    '--email',
    'a@example.com',
    '--email',
    'b@example.com',
  ]);
  await store.users.ensure('li', {}, NOW);

  const file = join(dir, 'exported.yaml');
  t.match(await run(['export', file]), { status: 0, stdout: `Exported 6 webhooks to ${file}\n` });
  const text = readFileSync(file, 'utf8');
  t.notMatch(text, /secret-|SEC-|whsec_/, 'nothing secret stands in it');
  t.equal((await run(['export'])).stdout, text);
  t.match(await run(['plan', file]), { status: 0, stdout: 'Nothing to do\n' });

  // Hooks report to one home.
  t.equal((await run(['uninstall', root])).status, 0);
  const other = await line(t, join(dir, 'other'));
  const applied = await other.run(['apply', file]);
  t.equal(applied.status, 0, applied.stderr);
  t.match(applied.stdout, new RegExp(`^Repository root: ${root}$`, 'm'), 'hooks of a new root are installed');
  t.equal((await other.run(['export'])).stdout, text);
  const reports = (await other.run(['plan', file])).stdout;
  t.match(reports, /^note: webhook ci: secret missing: secret: what it is owed is held$/m);
  t.match(reports, /^Nothing to do$/m);
  t.strictSame(
    (await other.store.webhooks.list()).map(one => [one.name, one.missing]),
    [
      ['chat: "1"', ['url', 'secret']],
      ['ci', ['secret']],
      ['on', []],
      ['webhook-2', ['url', 'headers.X-Key']],
      ['webhook-4', []],
      ['webhook-6', ['url']],
    ],
  );
  t.notMatch((await other.run(['webhook', 'list'])).stderr, /./);
});

t.test('a secret that is missing holds what the webhook is owed until one is given', async t => {
  const { apply, run, store } = await planStage(t);
  const file = `webhooks: [{ name: ci, scope: all, url: "${URL}", secret: { keep: true } }]`;
  t.match(await apply(file), { status: 0, stdout: /secret missing: secret/ });
  await recordPush(store, branches('a'));
  matches(t, await store.deliveries.list({ limit: 9 }), [{ state: 'held' }]);
  matches(t, (await run(['webhook', 'show', '1', '--json'])).json(), {
    state: 'secret-missing',
    problem: 'secret missing: secret',
    missing: ['secret'],
  });
  t.match((await run(['webhook', 'list'])).stdout, /secret missing/);
  const status = await run(['status']);
  t.equal(status.status, 1);
  t.match(
    status.stdout,
    /webhook 1 \(\*\): secret missing: secret\n +belfry .*webhook edit 1 --secret-stdin/,
  );
  t.match(await run(['webhook', 'enable', '1']), { status: 1, stderr: /secret missing: secret/ });
  t.match(await run(['webhook', 'test', '1']), { status: 1, stderr: /secret missing: secret/ });
  t.match(await apply(file), { status: 0, stdout: /Nothing to do/ });
  const edited = await run(['webhook', 'edit', '1', '--secret-stdin'], { stdin: 'given by hand' });
  t.equal(edited.status, 0, edited.stderr);
  matches(t, await store.deliveries.list({ limit: 9 }), [{ state: 'pending' }]);
  t.match(await apply(file), { status: 0, stdout: 'Nothing to do\n' }, 'and from then on it is kept');
  t.equal((await store.webhooks.target(1)).secret, 'given by hand');
});

t.test('secrets from the environment, from files, and made once', async t => {
  const { plan, apply, store, dir, said } = await planStage(t);
  const secrets = join(dir, 'secrets');
  mkdirSync(join(secrets, 'ci'), { recursive: true, mode: 0o755 });
  writeFileSync(join(secrets, 'ci/key'), 'secret-of-a-file\n', { mode: 0o600 });
  const file = `
webhooks:
  - name: ci
    scope: all
    url: { env: BELFRY_CI_URL }
    secret: { generate: true }
    headers: { X-Key: { file: ci/key } }
  - name: docs
    scope: all
    url: https://docs.example.com/
    secret: { env: BELFRY_DOCS }
`;
  const env = { BELFRY_CI_URL: `${URL}?token=secret-of-a-url`, BELFRY_DOCS: 'secret-of-a-variable' };
  const args = ['--secrets', secrets];
  const planned = await plan(file, args, { env });
  t.equal(planned.status, 3, planned.stderr);
  for (const line of ['url: from BELFRY_CI_URL', 'secret: generated', 'headers.x-key: from file ci/key'])
    t.ok(planned.stdout.includes(`    ${line}\n`), line);
  t.match(await apply(file, args, { env }), { status: 2, stderr: /Missing --secrets-out/ });
  const out = join(dir, 'new.yaml');
  const applied = await apply(file, [...args, '--secrets-out', out], { env });
  t.equal(applied.status, 0, applied.stderr);
  t.equal(statSync(out).mode & 0o7777, 0o600);
  const [, made = ''] = /^"ci": "(whsec_[\w+/=]{32,})"\n$/.exec(readFileSync(out, 'utf8')) ?? [];
  t.match(await store.webhooks.target(1), { url: env.BELFRY_CI_URL, secret: made, auth: 'signature' });
  t.strictSame((await store.webhooks.target(1)).headers, [['X-Key', 'secret-of-a-file']]);
  t.equal((await store.webhooks.target(2)).secret, 'secret-of-a-variable');
  t.match(await plan(file, args, { env }), { status: 0 }, 'what was made is kept');
  const changed = await plan(file, args, { env: { ...env, BELFRY_DOCS: 'secret-that-is-new' } });
  t.match(changed, { status: 3, stdout: /change webhook docs \(2\)\n {4}secret: .* → from BELFRY_DOCS\n/ });
  const again = file.replace('name: ci', 'name: ci2').replace('BELFRY_CI_URL', 'BELFRY_CI2_URL');
  const twice = await apply(again, [...args, '--secrets-out', out], {
    env: { ...env, BELFRY_CI2_URL: `${URL}?2` },
  });
  t.match(twice, { status: 1, stderr: /wanted a new file, got one that is there/ });
  t.equal((await store.webhooks.list()).length, 2);
  t.notMatch(said(), /secret-of|secret-that/);
  t.notOk(made === '' || said().includes(made));
});

t.test('a repository, a company and a root that are only on the disk', async t => {
  const { apply, plan, root, repository, store } = await planStage(t);
  const path = repository('acme/app');
  const file = `
webhooks:
  - { name: ci, scope: "repository:acme/app", url: "${URL}" }
  - { name: all, scope: "company:acme", url: "${URL}" }
roots: [${root}]
`;
  const applied = await apply(file, ['--json']);
  t.equal(applied.status, 0, applied.stderr);
  matches(t, applied.json().hooks.installed.repositories, [{ full_name: 'acme/app', changed: true }]);
  const row = await store.repositories.byName('acme/app');
  t.equal(row?.path, path);
  matches(t, await store.webhooks.list(), [{ scope: `repository:${row!.id}` }, { scope: 'company:acme' }]);
  t.ok(statSync(join(path, 'hooks/post-receive')).isFile());
  t.match(await plan(file), { status: 0 });
});

t.test('an unnamed webhook is known by its alias, and stays without a name', async t => {
  const { plan, apply, run, store } = await planStage(t);
  await run(['webhook', 'add', URL, '--all']);
  await run(['webhook', 'add', URL, '--all', '--name', 'webhook-3']);
  await run(['webhook', 'add', URL, '--all']);
  const { stdout } = await run(['export']);
  t.strictSame(
    [...stdout.matchAll(/- name: (.*)/g)].map(([, name]) => name!),
    ['webhook-1', 'webhook-3', 'webhook-3-unnamed'],
  );
  t.match(await plan(stdout), { status: 0 });
  t.equal((await apply(stdout.replace(/(name: webhook-1\n(.*\n)*?.*kind: )gitee/, '$1gitlab'))).status, 0);
  matches(t, await store.webhooks.list(), [
    { name: '', kind: 'gitlab' },
    { name: 'webhook-3' },
    { name: '' },
  ]);
});

t.test('JSON, standard input, and the name of a repository that is known', async t => {
  const { run, store } = await planStage(t);
  await store.roots.add('/srv/git');
  await register(store, '/srv/git/acme/app.git', NOW);
  const json = JSON.stringify({
    webhooks: [{ name: 'a', scope: 'repository:acme/app', url: URL, kind: 'forgejo' }],
  });
  const said = await run(['apply', '-'], { stdin: json });
  t.equal(said.status, 0, said.stderr);
  matches(t, await store.webhooks.list(), [{ name: 'a', kind: 'gitea', events: ['push', 'tag_push'] }]);
  t.match(await run(['plan', '/no/such/file']), { status: 1, stderr: /cannot be read \(ENOENT\)/ });
});
