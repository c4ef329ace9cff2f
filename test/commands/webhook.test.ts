/** `belfry webhook …`: what may be given, what is shown, and what never is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import stringWidth from 'string-width';
import t, { type Test } from 'tap';
import { healCommand } from '../../src/commands/webhook/webhook-json.ts';
import { branches, claim, NOW, outcome, recordPush, register, settle } from '../store/samples.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { run as runProgram } from '../support/run.ts';
import { line } from './stage.ts';

const URL = 'https://ci.example.com/hook?token=very-secret-token';
const SECRET = 'SEC-never-to-be-shown';

async function stage(t: Test) {
  const cli = await line(t);
  await cli.store.roots.add('/srv/git');
  for (const name of ['acme/app', 'acme/lib', 'zebra/site']) {
    await register(cli.store, `/srv/git/${name}.git`, NOW);
  }
  return cli;
}

const KEYS = [
  'active',
  'auth',
  'branches',
  'clone_http',
  'clone_ssh',
  'company',
  'created_at',
  'custom',
  'disabled_reason',
  'events',
  'failing_since',
  'failures',
  'headers',
  'hmac_header',
  'id',
  'keyword',
  'kind',
  'language',
  'name',
  'repository',
  'scope',
  'state',
  'timeout_ms',
  'url',
];

t.test('added for a repository, a company, everybody; shown in a list; as JSON', async t => {
  const { home, run } = await stage(t);
  const added = await run(
    ['webhook', 'add', URL, '--repo', 'acme/app', '--secret-stdin', '--name', '持续集成'],
    {
      stdin: `${SECRET}\n`,
    },
  );
  t.match(added, {
    status: 0,
    stderr: '',
    stdout: `Created webhook 1: push → https://ci.example.com/hook?token=*** (gitee)\nTry it: belfry --home ${home} webhook test 1\n`,
  });
  const company = (
    await run([
      'webhook',
      'add',
      URL,
      '--company',
      'acme',
      '--events',
      'push, tag_push',
      '--branch',
      'main',
      '--branch',
      '!x/**',
      '--json',
    ])
  ).json();
  matches(t, company, {
    id: 2,
    scope: 'company',
    company: 'acme',
    repository: null,
    events: ['push', 'tag_push'],
    branches: ['main', '!x/**'],
    auth: 'none',
    state: 'active',
    url: 'https://ci.example.com/hook?token=***',
  });
  for (const key of KEYS) t.ok(key in company, key);
  t.match((await run(['webhook', 'add', URL, '--all', '--inactive', '--timeout', '2.5', '--json'])).json(), {
    scope: 'all',
    active: false,
    state: 'inactive',
    timeout_ms: 2_500,
  });
  const list = await run(['webhook', 'list']);
  t.equal(
    list.stdout,
    [
      'ID  NAME      FOR       KIND   EVENTS     STATE         URL',
      '1   持续集成  acme/app  gitee  push       active        https://ci.example.com/…',
      '2             acme/*    gitee  push,tag…  active        https://ci.example.com/…',
      '3             *         gitee  push       switched off  https://ci.example.com/…',
      '',
    ].join('\n'),
  );
  t.same(
    (await run(['webhook', 'list', '--json'])).json().map((one: { id: number }) => one.id),
    [1, 2, 3],
  );
  const shown = await run(['webhook', 'show', '1']);
  t.match(shown.stdout, /^webhook +1 \(持续集成\)$/m);
  t.match(shown.stdout, /^auth +signature$/m);
  t.match(shown.stdout, /No deliveries yet/);
  matches(t, (await run(['webhook', 'show', '1', '--json'])).json(), { id: 1, deliveries: [] });
});

t.test('the kind follows the host; a robot shows nothing of its token', async t => {
  const { run } = await stage(t);
  const token = '0123456789abcdef0123456789abcdef';
  const robot = await run([
    'webhook',
    'add',
    `https://oapi.dingtalk.com/robot/send?access_token=${token}`,
    '--all',
    '--json',
  ]);
  t.match(robot.json(), { kind: 'dingtalk', url: 'https://oapi.dingtalk.com/…cdef' });
  t.match(
    (await run(['webhook', 'add', 'https://example.com/x', '--all', '--kind', 'slack', '--json'])).json(),
    { kind: 'slack' },
  );
  for (const args of [
    ['webhook', 'list'],
    ['webhook', 'show', '1'],
    ['webhook', 'show', '1', '--json'],
    ['status'],
  ]) {
    t.notMatch((await run(args)).stdout, new RegExp(token.slice(0, 8)), args.join(' '));
  }
});

t.test('a secret comes by four ways, one at a time, and is shown only when belfry made it, once', async t => {
  const { run, store, home } = await stage(t);
  const add = (args: string[], options = {}) =>
    run(['webhook', 'add', URL, '--all', '--json', ...args], options);
  const secretOf = async (id: number) => (await store.webhooks.target(id)).secret;
  t.match((await add(['--secret', SECRET])).json(), { id: 1, auth: 'signature' });
  t.match((await add(['--secret-env', 'MY_SECRET'], { env: { MY_SECRET: SECRET } })).json(), { id: 2 });
  t.match((await add(['--secret-stdin', '--auth', 'password'], { stdin: `${SECRET}\r\n` })).json(), {
    id: 3,
    auth: 'password',
  });
  for (const id of [1, 2, 3]) t.equal(await secretOf(id), SECRET);
  const made = (await add(['--generate-secret'])).json();
  t.match(made.secret, /^whsec_[A-Za-z0-9+/]{32}$/);
  t.equal(await secretOf(4), made.secret);
  const text = await run(['webhook', 'edit', '4', '--generate-secret']);
  t.match(text.stdout, /^Changed webhook 4\nSecret \(shown only now\): whsec_\S{32}\n$/);
  const again = await secretOf(4);
  t.not(again, made.secret);

  const everything = [];
  for (const args of [
    ['list'],
    ['show', '1'],
    ['show', '4'],
    ['list', '--json'],
    ['show', '4', '--json'],
    ['edit', '4', '--name', 'x', '--json'],
  ]) {
    everything.push((await run(['webhook', ...args])).stdout);
  }
  t.notMatch(everything.join(), new RegExp(SECRET));
  t.notOk(everything.join().includes(again!));
  t.notOk(readFileSync(join(home, 'belfry.db')).includes(SECRET));

  const cases: [args: string[], options: object, said: RegExp][] = [
    [['--secret', ''], {}, /^belfry: secret: wanted a secret, got an empty one\n {2}Leave it out/],
    [['--secret-stdin'], { stdin: '\n' }, /^belfry: secret: wanted a secret, got an empty one/],
    [['--secret-env', 'NOT_SET'], {}, /^belfry: --secret-env: the environment has no variable NOT_SET/],
    [['--secret', 'a', '--generate-secret'], {}, /^belfry: Give only one of --secret, /],
    [['--secret', 'whsec_'], {}, /^belfry: secret: wanted a secret, got an empty one/],
    [
      ['--auth', 'signature'],
      {},
      /^belfry: Missing secret: --auth signature needs --generate-secret, --secret-stdin or --secret-env\n/,
    ],
  ];
  for (const [args, options, said] of cases) {
    const { status, stdout, stderr } = await add(args, options);
    t.equal(status, 2, args.join(' '));
    t.match(stderr, said);
    t.equal(stdout, '');
  }
  t.equal((await store.webhooks.list()).length, 4);
});

t.test('wrong input: the field, what was wanted, what came, the nearest names', async t => {
  const { run, store } = await stage(t);
  const add = (...args: string[]) => run(['webhook', 'add', ...args]);
  const cases: [args: string[], status: number, said: string | RegExp][] = [
    [
      ['ci.example.com', '--all'],
      2,
      /^belfry: url: wanted an http or https URL, got a text without https:\/\/ in front\n/,
    ],
    [['ftp://ci.example.com', '--all'], 2, /^belfry: url: wanted an http or https URL, got/],
    [[URL], 2, 'belfry: Missing scope: use --repo NAME, --company NAME or --all.\n'],
    [
      [URL, '--repo', 'acme/ap'],
      1,
      'belfry: Unknown repository acme/ap\n  Did you mean acme/app or acme/lib?\n',
    ],
    [
      [URL, '--repo', 'qqqqqqqqqqqqqqqqqqqqq'],
      1,
      /^belfry: Unknown repository q+\n {2}`belfry repo list` lists/,
    ],
    [[URL, '--company', 'acne'], 1, 'belfry: Unknown company acne\n  Did you mean acme?\n'],
    [
      [URL, '--all', '--branch', 'release/['],
      2,
      /^belfry: Branch filter "release\/\[": a \[ is not closed\n {2}Wanted: a glob/,
    ],
    [
      [URL, '--all', '--events', 'push,pull'],
      2,
      /^belfry: --events: wanted one of push, tag_push, .*, got "pull"\n/,
    ],
    [[URL, '--all', '--events', ','], 2, /^belfry: --events: wanted at least one of push, .*, got none\n/],
    // A URL is a key: it is not repeated, however wrong it is.
    [
      [`https://chat.example.com/${'k'.repeat(8_200)}`, '--all'],
      2,
      /^belfry: url: wanted a URL of at most 8192 characters\n/,
    ],
    [[URL, '--all', '--timeout', '0'], 2, /^belfry: --timeout: wanted 0\.1 to 600 seconds, got 0\n/],
    [[URL, '--all', '--timeout', 'abc'], 2, /^belfry: --timeout: wanted a number/],
    [[URL, '--all', '--kind', 'discord'], 2, /gitee.*dingtalk/s],
    [[URL, '--all', '--company', 'acme'], 2, /^belfry: Give only one of --company and --all\.\n/],
    [
      [URL, '--all', '--timeout', '0', '--events', 'x'],
      2,
      /^belfry: --events: [^\n]*\n {8}--timeout: [^\n]*\n {2}`/,
    ],
  ];
  for (const [args, status, said] of cases) {
    const got = await add(...args);
    t.equal(got.status, status, args.join(' '));
    t.match(got.stderr, said);
    t.notMatch(got.stderr, /very-secret-token/, 'nor is the URL shown');
    t.equal(got.stdout, '');
  }
  t.same(await store.webhooks.list(), []);
  t.match(await add(URL, '--repo', 'acme/app.git'), { status: 0 }, 'with .git it is the same');
  for (const command of ['show', 'remove', 'enable', 'disable', 'edit', 'test']) {
    t.match(await run(['webhook', command, '99']), {
      status: 1,
      stderr: 'belfry: Unknown webhook 99\n  `belfry webhook list` shows their ids.\n',
    });
  }
});

t.test('edited: what is named changes, the rest stays', async t => {
  const { run, store } = await stage(t);
  await run([
    'webhook',
    'add',
    URL,
    '--repo',
    'acme/app',
    '--secret',
    SECRET,
    '--branch',
    'main',
    '--name',
    'CI',
  ]);
  const edit = async (...args: string[]) => (await run(['webhook', 'edit', '1', '--json', ...args])).json();
  matches(t, await edit('--events', 'tag_push'), {
    events: ['tag_push'],
    branches: ['main'],
    name: 'CI',
    auth: 'signature',
  });
  matches(t, await edit('--branch', ''), { branches: [] });
  t.match(await edit('--company', 'zebra'), { scope: 'company', company: 'zebra', repository: null });
  t.match(await edit('--auth', 'password'), { auth: 'password' });
  t.match(await store.webhooks.target(1), { url: URL, secret: SECRET });
  t.match(await run(['webhook', 'edit', '1', '--url', 'http://other.example/x']), {
    status: 2,
    stderr: /^belfry: Missing secret: the URL leads to another server/,
  });
  t.match(await edit('--url', 'http://other.example/x', '--secret', SECRET), {
    url: 'http://other.example/x',
    kind: 'gitee',
  });
  t.match(await edit('--auth', 'none'), { auth: 'none' });
  t.match(await store.webhooks.target(1), { url: 'http://other.example/x', secret: null });
  t.match(await run(['webhook', 'edit', '1', '--auth', 'signature']), {
    status: 2,
    stderr:
      /^belfry: Missing secret: --auth signature needs --generate-secret, --secret-stdin or --secret-env\n/,
  });
});

t.test('edited with nothing named: it says so, and changes nothing', async t => {
  const { run, store } = await stage(t);
  await run(['webhook', 'add', URL, '--all']);
  const before = [await store.webhooks.get(1), await store.webhooks.revision(1)];
  for (const more of [[], ['--json']])
    t.match(await run(['webhook', 'edit', '1', ...more]), {
      status: 2,
      stdout: '',
      stderr:
        /^belfry: Nothing to change: webhook 1 stays as it is\n {2}Name what shall be changed, e\.g\. belfry webhook edit 1 --events /,
    });
  t.same([await store.webhooks.get(1), await store.webhooks.revision(1)], before);
  t.match(
    await run(['webhook', 'edit', '1', '--no-skip-ci']),
    { status: 0 },
    'what is switched off is named',
  );
});

t.test('disable, enable, remove say what becomes of pending deliveries', async t => {
  const { run, store } = await stage(t);
  await run(['webhook', 'add', URL, '--all']);
  await recordPush(store, branches('a', 'b'));
  t.equal((await run(['webhook', 'disable', '1'])).stdout, 'Disabled webhook 1; held 2 deliveries\n');
  t.same((await run(['webhook', 'disable', '1', '--json'])).json(), { id: 1, active: false, held: 0 });
  t.equal((await run(['webhook', 'enable', '1'])).stdout, 'Enabled webhook 1; sending 2 held deliveries\n');
  t.same((await run(['webhook', 'enable', '1', '--json'])).json(), { id: 1, active: true, released: 0 });
  t.match(
    await run(['webhook', 'remove', '1']),
    {
      status: 2,
      stdout: '',
      stderr:
        /^belfry: Remove webhook 1 \(https:\/\/ci\.example\.com\/hook\?token=\*\*\*\) and give up 2 pending deliveries\? Cannot ask: .*\n {2}Use --yes/,
    },
    'where there is no terminal to ask at',
  );
  t.equal((await store.webhooks.get(1)).active, true, 'and it is still there');
  t.equal(
    (await run(['webhook', 'remove', '1', '--yes'])).stdout,
    'Removed webhook 1; gave up 2 pending deliveries\n',
  );
  await run(['webhook', 'add', URL, '--all']);
  t.same((await run(['webhook', 'remove', '2', '--json'])).json(), {
    id: 2,
    removed: true,
    failed_deliveries: 0,
  });
});

t.test('asks before pending deliveries are given up, and takes no for an answer', async t => {
  if (!needs(t, 'script')) return;
  const { home, run, store } = await stage(t);
  await run(['webhook', 'add', URL, '--all']);
  await recordPush(store, branches('a'));
  const cli = `'${NODE}' '${join(PROJECT, 'src/cli.ts')}' --home '${home}' webhook remove 1`;
  const answer = async (text: string) =>
    runProgram('script', ['-qec', cli, '/dev/null'], {
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm' },
      stdin: text,
    });
  const no = await answer('\n');
  t.match(no.stdout, /Remove webhook 1 .* and give up 1 pending delivery\? \[y\/N\]/);
  t.match(no.stdout, 'Nothing was changed.');
  t.equal(no.status, 1);
  t.equal((await store.webhooks.list()).length, 1);
  t.match(await answer('y\n'), { status: 0, stdout: /Removed webhook 1; gave up 1 pending delivery/ });
  t.equal((await store.webhooks.list()).length, 0);
});

t.test('a second one with the same target and scope is said so, and added', async t => {
  const { run } = await stage(t);
  const add = (...args: string[]) => run(['webhook', 'add', ...args]);
  const note = /^note: webhook 1 has the same target and scope: what both want is sent twice\n$/;
  t.match(await add(URL, '--repo', 'acme/app'), { status: 0, stderr: '' });
  t.match(await add(URL, '--repo', 'acme/app', '--events', 'tag_push', '--json'), {
    status: 0,
    stderr: note,
  });
  t.match(await add(URL, '--repo', 'acme/lib'), { status: 0, stderr: '' }, 'another repository');
  t.match(
    await add(`${URL}-2`, '--repo', 'acme/app'),
    { status: 0, stderr: '' },
    'another target, which looks the same where its token is masked',
  );
  t.match(await add(URL, '--all', '--repo', 'a*,b*'), { status: 0, stderr: '' });
  t.match(await add(URL, '--all', '--repo', 'b*,a*'), { status: 0, stderr: /^note: webhook 5 has the same/ });
  t.match(await add(URL, '--repo', 'acme/app'), { stderr: /^note: webhooks 1, 2 have the same target/ });
});

t.test('a URL that no attempt could call is refused, with the setting that closes it', async t => {
  const { run, store } = await stage(t);
  const add = (url: string) => run(['webhook', 'add', url, '--all']);
  t.match(await add('http://169.254.169.254/latest'), {
    status: 2,
    stdout: '',
    stderr: `belfry: url: wanted a host that belfry may call, got 169.254.169.254: link-local address, refused by default; the setting net.allow can permit it
  If it is meant: belfry config set net.allow '169.254.169.254'
`,
  });
  t.match(await add('http://metadata.google.internal/'), { status: 2, stderr: /net\.allow/ });
  await run(['config', 'set', 'net.deny', '*.example.com']);
  t.match(await add(URL), { status: 2, stderr: /closed by net\.deny "\*\.example\.com"\n/ });
  t.same(await store.webhooks.list(), []);
  t.match(await add('http://10.1.2.3/'), { status: 0 });
  t.match(await run(['webhook', 'edit', '1', '--url', 'http://[fe80::1]/']), {
    status: 2,
    stderr: /fe80::1/,
  });
  await run(['config', 'set', 'net.deny', '10.0.0.0/8']);
  t.match(
    await run(['webhook', 'edit', '1', '--name', 'x']),
    { status: 0 },
    'what is closed later can be changed all the same',
  );
  t.match(await run(['webhook', 'edit', '1', '--url', 'http://10.1.2.3/x']), { status: 2 });
});

t.test('at 80 columns scope, state and host are whole, and names are there', async t => {
  const { run } = await stage(t);
  const far = 'https://hooks.build.internal.example.com:8443/generic/of/everything';
  await run(['webhook', 'add', far, '--repo', 'zebra/site', '--events', 'push,tag_push,merge_request,note']);
  t.notMatch((await run(['webhook', 'list'])).stdout, 'NAME', 'no column where none has a name');
  await run([
    'webhook',
    'add',
    far,
    '--company',
    'acme',
    '--name',
    'Build everything on every machine',
    '--inactive',
  ]);
  for (const args of [
    ['webhook', 'list'],
    ['repo', 'show', 'acme/app'],
  ]) {
    const { stdout } = await run(args);
    for (const text of stdout.split('\n')) t.ok(stringWidth(text) <= 80, text);
    t.match(stdout, /^ID +NAME +FOR /m);
    t.match(stdout, /^2 +Build .*acme\/\* .* switched off/m);
    t.match(stdout, 'https://hooks.build.internal.example.com:8443/');
  }
  t.match((await run(['webhook', 'list'])).stdout, /^1 .* zebra\/site .* active/m);
});

t.test('what strangers wrote is shown safely', async t => {
  const { run, store } = await stage(t);
  await run(['webhook', 'add', URL, '--all', '--name', 'a\u001b[31mb']);
  await recordPush(store, branches('evil\u001b]0;title\u0007\u202e'));
  const [job] = await claim(store, 1);
  await settle(store, [
    outcome(job!, { state: 'failed', health: null, record: { status: 500, hint: 'said \u001b[2J' } }),
  ]);
  for (const args of [['webhook', 'show', '1'], ['deliveries'], ['delivery', 'show', job!.id], ['status']]) {
    for (const json of [[], ['--json']]) {
      const { stdout } = await run([...args, ...json]);
      t.notMatch(stdout, /[\u001b\u0007\u202e]/, [...args, ...json].join(' '));
    }
  }
});

t.test('rotate says when the receiver must have the new secret', async t => {
  const { run } = await stage(t);
  for (const [auth, more, first, second] of [
    ['signature', [], /before (\S+ \S+)\./, /X-Gitee-Token and sign are made with the old one; from then on/],
    ['password', [], /before (\S+ \S+)\./, /the password is the old one; from then on/],
    ['signature', ['--now'], /at once: X-Gitee-Token and sign are made with the new one/, /^Until \S+ \S+, /],
  ] as const) {
    const added = await run(['webhook', 'add', URL, '--all', '--secret', SECRET, '--auth', auth, '--json']);
    const id = String(added.json().id);
    const { stdout } = await run(['webhook', 'rotate', id, '--secret', `${SECRET}2`, ...more]);
    const [give, then, ...rest] = stdout.trimEnd().split('\n');
    t.match(give, first, auth);
    t.match(then, second, auth);
    t.match(then, /webhook-signature carries the signatures of both secrets/);
    t.same(rest, []);
  }
});

t.test('what a lost key sealed is set again as the kind has it', t => {
  const edit = 'belfry webhook edit 7 --url-stdin';
  const both = `${edit} --secret-stdin < FILE   # URL on line 1, secret on line 2`;
  t.equal(healCommand({ id: 7, kind: 'gitee', auth: 'signature' }), both);
  t.equal(healCommand({ id: 7, kind: 'dingtalk', auth: 'none' }), both);
  for (const [kind, auth] of [
    ['gitee', 'none'],
    ['wecom', 'none'],
    ['slack', 'none'],
  ] as const)
    t.equal(healCommand({ id: 7, kind, auth }), `${edit} < FILE   # URL on line 1`);
  t.end();
});
