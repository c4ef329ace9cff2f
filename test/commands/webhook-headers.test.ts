/** `--header` and `--hmac-header`: what may be given, what becomes of it, and that no value is ever shown. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { line } from './stage.ts';

const URL = 'https://ci.example.com/hook';
const KEY = 'k3y-that-nobody-may-see';

async function stage(t: Test) {
  const cli = await line(t);
  const outputs: string[] = [];
  const run: typeof cli.run = async (args, options) => {
    const said = await cli.run(args, options);
    outputs.push(said.stdout, said.stderr);
    return said;
  };
  /** Of everything that was said, and every byte of the home. */
  const shows = (text: string) => {
    const files = readdirSync(cli.home, { recursive: true, withFileTypes: true }).filter(one => one.isFile());
    const bytes = files.map(one => readFileSync(join(one.parentPath, one.name), 'latin1'));
    return [...outputs, ...bytes].some(one => one.includes(text));
  };
  const headers = async () => (await cli.store.webhooks.target(1)).headers;
  return { ...cli, run, shows, headers };
}

t.test('given in three ways, sealed, and shown by name', async t => {
  const { run, headers, shows, store } = await stage(t);
  const added = await run(
    [
      ...['webhook', 'add', '--url-stdin', '--secret-stdin', '--header-stdin', '--all'],
      ...['--header', 'X-One: 1st-value-of-all', '--header-env', 'X-Api-Key=KEY'],
      ...['--hmac-header', 'X-Signature=sha512'],
    ],
    {
      stdin: `${URL}\nthe-secret\nAuthorization: Bearer ${KEY}\n\nX-Two: two words \n`,
      env: { KEY: `env-${KEY}` },
    },
  );
  t.equal(added.status, 0, added.stderr);
  t.strictSame(await headers(), [
    ['X-One', '1st-value-of-all'],
    ['X-Api-Key', `env-${KEY}`],
    ['Authorization', `Bearer ${KEY}`],
    ['X-Two', 'two words'],
  ]);
  const target = await store.webhooks.target(1);
  t.equal(target.url, URL);
  t.equal(target.secret, 'the-secret');
  const json = (await run(['webhook', 'show', '1', '--json'])).json();
  t.strictSame(json.headers, [
    ['X-One', '***'],
    ['X-Api-Key', '***'],
    ['Authorization', '***'],
    ['X-Two', '***'],
  ]);
  t.equal(json.hmac_header, 'X-Signature=sha512:prefixed');
  const shown = (await run(['webhook', 'show', '1'])).stdout;
  t.match(shown, /^headers +X-One, X-Api-Key, Authorization, X-Two$/m);
  t.match(shown, /^signs +X-Signature=sha512:prefixed$/m);
  await run(['webhook', 'list', '--json']);
  for (const secret of [KEY, '1st-value-of-all', 'two words', 'the-secret']) t.notOk(shows(secret), secret);
  await store.key.rotate(5);
  t.equal((await headers()).length, 4, 'a new key opens them');
});

t.test('changed one by one, and taken away', async t => {
  const { run, headers } = await stage(t);
  await run([
    'webhook',
    'add',
    '--header',
    'X-A: 1',
    '--header',
    'X-B: 2',
    '--header',
    'X-C: 3',
    URL,
    '--all',
  ]);
  const edit = (...args: string[]) => run(['webhook', 'edit', '1', ...args]);
  await edit('--name', 'x');
  t.strictSame(
    await headers(),
    [
      ['X-A', '1'],
      ['X-B', '2'],
      ['X-C', '3'],
    ],
    'what is not named stays',
  );
  await edit('--header', 'x-b: new', '--header', 'X-A:');
  t.strictSame(await headers(), [
    ['x-b', 'new'],
    ['X-C', '3'],
  ]);
  const unknown = await edit('--header', 'X-Z:');
  t.equal(unknown.status, 2);
  t.equal(
    unknown.stderr,
    'belfry: --header X-Z: wanted a value, got none\n  Without a value a header is removed; those of this webhook: x-b, X-C.\n',
  );
  await edit('--header', '', '--header', 'X-D: 4');
  t.strictSame(await headers(), [['X-D', '4']]);
  await edit('--header', '');
  t.strictSame(await headers(), []);
});

t.test('another server is not told them, and that is said', async t => {
  const { run, headers } = await stage(t);
  await run(['webhook', 'add', URL, '--all', '--header', 'X-A: 1', '--header', 'X-B: 2']);
  const path = await run(['webhook', 'edit', '1', '--url', 'https://ci.example.com/other']);
  t.equal(path.stderr, '');
  t.equal((await headers()).length, 2, 'another path is the same server');
  for (const url of [
    'http://ci.example.com/hook',
    'https://ci.example.com:8443/hook',
    'https://evil.example.com/hook',
  ]) {
    await run(['webhook', 'edit', '1', '--url', URL, '--header', 'X-A: 1', '--header', 'X-B: 2']);
    const moved = await run(['webhook', 'edit', '1', '--url', url, '--header', 'X-B: again']);
    t.equal(moved.status, 0, moved.stderr);
    t.equal(
      moved.stderr,
      'note: the header X-A is dropped, because the URL leads to another server; if it is still wanted, give it again\n',
    );
    t.strictSame(await headers(), [['X-B', 'again']], url);
  }
  await run(['webhook', 'edit', '1', '--header', 'X-A: 1']);
  const both = await run(['webhook', 'edit', '1', '--url', URL, '--json']);
  t.match(both.stderr, /^note: the headers X-B, X-A are dropped, /);
  t.strictSame(both.json().headers, []);
});

t.test('what is refused, without the value', async t => {
  const { run, shows, store } = await stage(t);
  const cases: [args: string[], said: RegExp][] = [
    [
      ['--header', `Host: ${KEY}`],
      /^belfry: --header Host: wanted another name: belfry sets this header itself$/m,
    ],
    [['--header', `X-Gitee-Token: ${KEY}`], /--header X-Gitee-Token: wanted another name/],
    [['--header', KEY], /--header: wanted 'NAME: VALUE', got a text without a colon/],
    [['--header', `X-A: ${KEY}\r\nX-Evil: 1`], /--header X-A: wanted a value of printable ASCII/],
    [['--header', `X-A: é${KEY}`], /--header X-A: wanted a value of printable ASCII/],
    [['--header', `X A: ${KEY}`], /--header wanted a name of letters/],
    [['--header-env', 'X-A'], /--header-env: wanted NAME=VARIABLE, got "X-A"/],
    [['--header-env', 'X-A=NOPE'], /--header-env: the environment has no variable NOPE/],
    [['--hmac-header', 'X-S=sha256'], /--hmac-header: wanted a secret to sign with .*got none/],
    [['--hmac-header', 'X-S=md5', '--secret', KEY], /--hmac-header: wanted NAME=ALGORITHM .*got "X-S=md5"/],
    [['--hmac-header', 'Host', '--secret', KEY], /--header Host: wanted another name/],
    [['--kind', 'slack', '--header', `X-A: ${KEY}`], /--header wanted none for a slack robot/],
  ];
  for (const [args, said] of cases) {
    const ran = await run(['webhook', 'add', URL, '--all', ...args]);
    t.not(ran.status, 0, args.join(' ').replaceAll(/[^ -~]/g, '?'));
    t.match(ran.stderr, said);
  }
  t.notOk(shows(KEY));
  t.strictSame(await store.webhooks.list(), []);
});

t.test('a signature header without a secret any more is a mistake', async t => {
  const { run } = await stage(t);
  await run(['webhook', 'add', URL, '--all', '--generate-secret', '--hmac-header', 'X-S']);
  const none = await run(['webhook', 'edit', '1', '--auth', 'none']);
  t.match(none.stderr, /--hmac-header: wanted a secret to sign with/);
  t.equal((await run(['webhook', 'edit', '1', '--auth', 'none', '--hmac-header', ''])).status, 0);
});

t.test('a password is not told to another server because its URL was changed', async t => {
  const { run, store } = await stage(t);
  const add = ['webhook', 'add', `${URL}/a`, '--all', '--auth', 'password', '--secret-env', 'S'];
  t.equal((await run(add, { env: { S: KEY } })).status, 0);
  t.equal((await run(['webhook', 'edit', '1', '--url', `${URL}/b`])).status, 0, 'the same server');
  const moved = ['webhook', 'edit', '1', '--url', 'https://other.example.com/hook'];
  const refused = await run(moved);
  t.equal(refused.status, 2);
  t.match(
    refused.stderr,
    /Missing secret: the URL leads to another server, which would be sent the old password/,
  );
  const target = await store.webhooks.target(1);
  t.strictSame([target.url, target.secret], [`${URL}/b`, KEY], 'nothing was changed');
  t.equal((await run([...moved, '--secret-env', 'N'], { env: { N: 'another-one' } })).status, 0);
  t.equal((await run(['webhook', 'edit', '1', '--url', URL, '--auth', 'signature'])).status, 0);
});

t.test('what signed for one receiver is not told to a Jenkins in clear', async t => {
  const { run, store } = await stage(t);
  const add = ['webhook', 'add', URL, '--all', '--secret-env', 'S'];
  t.equal((await run(add, { env: { S: KEY } })).status, 0);
  const moved = 'http://jenkins.example.com/generic-webhook-trigger/invoke?token=JOBTOKEN';
  const edited = await run(['webhook', 'edit', '1', '--url', moved]);
  t.equal(edited.status, 0, edited.stderr);
  t.match(edited.stderr, /note: the secret is dropped, because Jenkins would be sent it in clear/);
  t.match(edited.stdout, /a token of Jenkins goes in clear/);
  t.equal((await store.webhooks.target(1)).secret, null);
  const printed = await run(['webhook', 'test', '1', '--print']);
  t.equal(printed.status, 0, printed.stderr);
  t.notMatch(printed.stdout, KEY);
});
