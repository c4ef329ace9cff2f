/** Whoever may edit the file must not be able to send a secret of the server to himself, or see one. */
import { chmodSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { authority } from '../http/certificates.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { mistakesIn, planStage } from './plan-stage.ts';

const URL = 'https://ci.example.com/hook';
const SECRET = 'the-secret-of-ci';
const KEY = 'the-key-of-ci';
/** An account that every machine has. */
const NOBODY = 65_534;

/** One webhook with a password and a header, which both are its receiver's only. */
async function stage(t: Test, url = URL) {
  const cli = await planStage(t);
  const args = ['webhook', 'add', url, '--all', '--name', 'ci', '--auth', 'password'];
  const added = await cli.run([...args, '--secret-stdin', '--header-stdin'], {
    stdin: `${SECRET}\nX-Key: ${KEY}\n`,
  });
  t.equal(added.status, 0, added.stderr);
  const before = await cli.store.webhooks.target(1);
  return {
    ...cli,
    /** The mistakes of a file that is refused: nothing has changed, and nothing secret was said. */
    async refused(text: string, what: string, args: string[] = [], env: Record<string, string> = {}) {
      const planned = await cli.plan(text, args, { env });
      const applied = await cli.apply(text, [...args, '--yes'], { env });
      t.strictSame([planned.status, applied.status], [1, 1], `${what}: ${planned.stdout}${applied.stdout}`);
      t.strictSame(await cli.store.webhooks.target(1), before, what);
      t.equal((await cli.store.webhooks.list()).length, 1, what);
      t.notMatch(cli.said(), new RegExp(`${SECRET}|${KEY}`), what);
      return mistakesIn(planned);
    },
  };
}

const entry = (fields: string) => `webhooks:\n  - { name: ci, scope: all, auth: password, ${fields} }\n`;
const KEEP = 'secret: { keep: true }, headers: { X-Key: { keep: true } }';

t.test('another server, with what is kept', async t => {
  const { refused, plan } = await stage(t);
  t.match(await plan(entry(`url: "${URL}", ${KEEP}`)), { status: 0 });
  t.match(
    await plan(entry(`url: "https://ci.example.com/other", ${KEEP}`)),
    { status: 3 },
    'on the same server',
  );
  for (const url of [
    'https://evil.example/hook',
    'http://ci.example.com/hook',
    'https://ci.example.com:8443/hook',
    'https://ci.example.com.evil.example/hook',
  ]) {
    const mistakes = await refused(entry(`url: "${url}", ${KEEP}`), url);
    t.strictSame(
      mistakes.map(([, path]) => path),
      ['webhooks[0].secret', 'webhooks[0].headers.X-Key'],
      url,
    );
    t.match(mistakes[0]![2], /wanted a new one: the URL leads to another server, got the one that it has/);
  }
  const moved = await plan(entry('url: "https://evil.example/", headers: {}').replace('password', 'none'));
  t.match(moved, { status: 3 }, 'without them it may go there');
});

t.test('the same server, read on the way', async t => {
  if (!needs(t, 'openssl')) return;
  const { refused, plan, dir } = await stage(t);
  const pem = authority(dir).ca;
  for (const way of [
    'insecure: true',
    `ca: ${JSON.stringify(pem)}`,
    'insecure: true, proxy: "http://evil.example:3128"',
  ]) {
    const [first] = await refused(entry(`url: "${URL}", ${KEEP}, ${way}`), way);
    t.match(first![2], /its proxy, its CA or `insecure` changes/);
  }
  const proxy = entry(`url: "${URL}", ${KEEP}, proxy: "http://proxy.example:3128"`);
  t.match(await plan(proxy), { status: 3 }, 'a proxy sees nothing of TLS');
});

t.test('a proxy for what goes in clear, for the webhook or for all', async t => {
  const { refused, plan } = await stage(t, 'http://ci.example.com/hook');
  const kept = `url: "http://ci.example.com/hook", ${KEEP}`;
  t.match(await plan(entry(kept)), { status: 0 });
  t.equal((await refused(entry(`${kept}, proxy: "http://evil.example:3128"`), 'its own')).length, 2);
  t.equal(
    (await refused(`${entry(kept)}settings: { proxy.http: "http://evil.example:3128" }`, 'for all')).length,
    2,
  );
  const left = await refused(
    'settings: { proxy.http: "http://evil.example:3128" }',
    'for one that it does not name',
  );
  t.strictSame(
    left.map(([at, path]) => [at, path]),
    [['1:25', 'settings.proxy.http']],
  );
  t.match(left[0]![2], /a reference: who chooses this proxy/);
  const env = { BELFRY_PROXY: 'http://proxy.example:3128' };
  const given = 'settings: { proxy.http: { env: BELFRY_PROXY } }';
  t.match(await plan(given, [], { env }), { status: 3 }, 'whoever runs apply may choose one');
  t.match(await plan('settings: { proxy.https: "http://proxy.example:3128" }'), { status: 3 });
});

t.test('an address that belfry never calls, unless the same file opens it', async t => {
  const { refused, plan } = await stage(t);
  const own = entry(`url: "${URL}", ${KEEP}`);
  const inside = `${own}  - { name: metadata, scope: all, url: "http://169.254.169.254/latest" }\n`;
  const mistakes = await refused(inside, 'the metadata of a cloud');
  t.strictSame(
    mistakes.map(([, path]) => path),
    ['webhooks[1].url'],
  );
  t.match(mistakes[0]![2], /a host that belfry may call.*169\.254\.169\.254/);
  const opened = `${inside}settings: { net.allow: [169.254.169.254] }\n`;
  t.match(await plan(opened), { status: 3 });
});

t.test('the value of a variable, for another server too', async t => {
  const { refused, plan } = await stage(t);
  const env = { BELFRY_CI: SECRET, BELFRY_NEW: 'the-new-secret-of-ci' };
  const spy = (fields: string) =>
    `webhooks: [{ name: spy, scope: all, url: "https://evil.example/", auth: password, ${fields} }]`;
  const own = entry(`url: "${URL}", secret: { env: BELFRY_CI }, headers: { X-Key: { keep: true } }`);
  t.match(await plan(own, [], { env }), { status: 0 });
  const moved = entry(`url: "https://evil.example/", secret: { env: BELFRY_CI }`);
  t.equal((await refused(moved, 'of the webhook itself', [], env)).length, 1);
  const other = await refused(spy('secret: { env: BELFRY_CI }'), 'in another webhook', [], env);
  t.match(
    other[0]![2],
    'wanted a secret for this destination alone, got BELFRY_CI, which webhook "ci" has for another one',
  );
  await refused(
    spy('auth: none, headers: { X-Key: { env: BELFRY_CI } }').replace('auth: password, ', ''),
    'as a header',
    [],
    env,
  );
  const both = `${entry(`url: "${URL}", secret: { env: BELFRY_NEW }`)}  - { name: spy, scope: all, url: "https://evil.example/", secret: { env: BELFRY_NEW } }\n`;
  t.equal((await refused(both, 'of a variable that is new', [], env)).length, 1);
  const pruned = await refused(
    spy('secret: { env: BELFRY_CI }'),
    'while the other one goes',
    ['--prune'],
    env,
  );
  t.equal(pruned.length, 1);
});

t.test('a generated secret does not go along to another server', async t => {
  const { apply, store, dir } = await planStage(t);
  const file = (url: string) =>
    `webhooks: [{ name: ci, scope: all, url: "${url}", secret: { generate: true } }]`;
  await apply(file(URL), ['--secrets-out', join(dir, 'one')]);
  const before = (await store.webhooks.target(1)).secret;
  await apply(file('https://ci.example.com/other'));
  t.equal((await store.webhooks.target(1)).secret, before);
  t.equal((await apply(file('https://evil.example/'), ['--secrets-out', join(dir, 'two')])).status, 0);
  t.match(await store.webhooks.target(1), { url: 'https://evil.example/', secret: /^whsec_/ });
  t.not((await store.webhooks.target(1)).secret, before);
});

t.test('variables that are not meant for it', async t => {
  const { refused } = await stage(t);
  const env = { PATH: SECRET, AWS_SECRET: SECRET, BELFRY_: SECRET, belfry_x: SECRET, XBELFRY_A: SECRET };
  for (const name of [
    'PATH',
    'AWS_SECRET',
    'BELFRY_',
    'belfry_x',
    'XBELFRY_A',
    'BELFRY_A B',
    '__proto__',
    '',
  ]) {
    const [[, path, said] = []] = await refused(
      entry(`url: "${URL}", secret: { keep: true }, headers: { X-Key: { env: ${JSON.stringify(name)} } }`),
      name,
      [],
      env,
    );
    t.equal(path, 'webhooks[0].headers.X-Key', name);
    t.match(said, 'wanted a variable whose name is BELFRY_');
  }
  const [[, , unset] = []] = await refused(entry(`url: "${URL}", secret: { env: BELFRY_UNSET }`), 'unset');
  t.match(unset, 'wanted the variable BELFRY_UNSET in the environment, got none');
});

t.test('files elsewhere, links, and what others may write', async t => {
  const { refused, dir, home, plan } = await stage(t);
  const secrets = join(dir, 'secrets');
  mkdirSync(join(secrets, 'open'), { recursive: true });
  const write = (name: string, mode = 0o600) => {
    writeFileSync(join(secrets, name), SECRET, { mode });
    chmodSync(join(secrets, name), mode);
  };
  write('good');
  write('others-write', 0o602);
  write('group-writes', 0o660);
  write('open/good');
  chmodSync(join(secrets, 'open'), 0o777);
  writeFileSync(join(dir, 'outside'), SECRET);
  symlinkSync(join(dir, 'outside'), join(secrets, 'link'));
  symlinkSync(dir, join(secrets, 'up'));
  linkSync(join(home, 'key'), join(secrets, 'hard'));
  mkdirSync(join(secrets, 'directory'));
  writeFileSync(join(secrets, 'empty'), '');
  writeFileSync(join(secrets, 'large'), 'x'.repeat(1_000_001));
  const file = (name: string) => entry(`url: "${URL}", secret: { file: ${JSON.stringify(name)} }`);
  const args = ['--secrets', secrets];
  t.match(await plan(file('good'), args), { status: 3 });
  for (const name of [
    '../outside',
    '/etc/passwd',
    'a/../../outside',
    './good',
    '',
    '.',
    '..',
    'up\0x',
    '.hidden',
    'a//b',
  ]) {
    const [[, path, said] = []] = await refused(file(name), name, args);
    t.equal(path, 'webhooks[0].secret', name);
    t.match(said, /a name that is none, or leads elsewhere$/, name);
  }
  const cases: [name: string, said: RegExp][] = [
    ['link', /got a symbolic link$/],
    ['up/outside', /got a symbolic link$/],
    ['hard', /got one with 2 names$/],
    ['directory', /got a directory$/],
    ['others-write', /got one that others may write$/],
    ['group-writes', /got one that others may write$/],
    ['open/good', /got one that others may write$/],
    ['empty', /got an empty file$/],
    ['large', /got a larger one$/],
    ['missing', /got none$/],
    ['good/below', /got /],
  ];
  for (const [name, said] of cases) t.match((await refused(file(name), name, args))[0]![2], said, name);
  t.match((await refused(file('good'), 'no directory'))[0]![2], /got no --secrets$/);
  for (const [place, said] of [
    [home, /does not hold the home/],
    [dir, /does not hold the home/],
    [join(secrets, 'open'), /others may write/],
    [join(dir, 'none'), /cannot be read/],
  ] as const)
    t.match(await plan(file('good'), ['--secrets', place]), { status: 2, stderr: said }, place);
});

t.test('references are no values: not in names, templates, keywords or certificates', async t => {
  const { refused, dir } = await stage(t);
  const secrets = join(dir, 'secrets');
  mkdirSync(secrets);
  writeFileSync(join(secrets, 'good'), SECRET, { mode: 0o600 });
  const args = ['--secrets', secrets];
  const env = { BELFRY_CI: SECRET };
  for (const reference of ['{ file: good }', '{ env: BELFRY_CI }'])
    for (const field of [
      `keyword: ${reference}`,
      `clone_http: ${reference}`,
      `branches: [${reference}]`,
      `hmac_header: ${reference}`,
      `kind: custom, custom: { template: ${reference} }`,
      `ca: ${reference}`,
      `client_cert: ${reference}`,
      `url: ${reference}`,
    ])
      await refused(entry(field.startsWith('url') ? field : `url: "${URL}", ${field}`), field, args, env);
});

t.test('what a robot is known by stays hidden when its kind changes, and so does a token', async t => {
  const { plan, apply, run, store, said } = await planStage(t);
  const url = 'https://hooks.slack.com/services/T0/B0/the-secret-of-ci';
  await run(['webhook', 'add', '--url-stdin', '--all', '--name', 'chat'], { stdin: url });
  const file = (kind: string) => `webhooks: [{ name: chat, scope: all, url: { keep: true }, kind: ${kind} }]`;
  t.match(await plan(file('slack')), { status: 0 });
  for (const kind of ['gitee', 'jenkins', 'github', 'feishu'])
    t.match(await plan(file(kind)), { status: 1, stderr: /the kind changes from slack to/ }, kind);
  const env = { BELFRY_CHAT: url };
  t.equal((await apply(file('gitee').replace('keep: true', 'env: BELFRY_CHAT'), [], { env })).status, 0);
  t.equal(
    (await store.webhooks.get(1)).url_masked,
    'https://hooks.slack.com/…f-ci',
    'as it was shown before',
  );
  const fresh = file('gitee').replace('keep: true', 'env: BELFRY_CHAT').replace('name: chat', 'name: new');
  t.equal((await apply(fresh, [], { env })).status, 0);
  t.equal((await store.webhooks.get(2)).url_masked, 'https://hooks.slack.com/***');
  t.match((await run(['export'])).stdout, /url: \{ keep: true \}/);
  t.match(await plan(file('slack').replace('{ keep: true }', `"${url}"`)), {
    status: 1,
    stderr: /has the key in it/,
  });
  t.notMatch(said(), /the-secret-of-ci/);
});

t.test('a secret that signed does not become a token of Jenkins', async t => {
  const { run, plan, said } = await planStage(t);
  await run(['webhook', 'add', URL, '--all', '--name', 'ci', '--secret-stdin'], { stdin: SECRET });
  const file = `webhooks: [{ name: ci, scope: all, kind: jenkins, url: "https://ci.example.com/git/notifyCommit", secret: { keep: true } }]`;
  t.match(await plan(file), { status: 1, stderr: /wanted the token of this Jenkins/ });
  t.notMatch(said(), SECRET);
});

t.test('what is wrong is said without what stands there', async t => {
  const { plan, said, home, run } = await planStage(t);
  const secret = 'pasted-in-a-hurry';
  for (const text of [
    `webhooks: [{ name: a, scope: all, url: "${URL}", secret: ${secret} }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", secret: { env: ${secret} } }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", secret: [${secret}] }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", secret: { value: ${secret} } }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", headers: { X-Key: ${secret} } }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", headers: ${secret} }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}?token=${secret}" }]`,
    `webhooks: [{ name: a, scope: all, url: "https://me:${secret}@ci.example.com/" }]`,
    `webhooks: [{ name: a, scope: all, url: "ftp://me:${secret}@ci.example.com/" }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", proxy: "http://me:${secret}@proxy/" }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", client_key: ${secret} }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", ca: ${secret} }]`,
    `webhooks: [{ name: a, scope: all, url: "${URL}", clone_http: "https://me:${secret}@x/" }]`,
    `settings: { proxy.https: "http://me:${secret}@proxy.example:1" }`,
    `settings: { web.url: "ftp://me:${secret}@proxy.example:1" }`,
    `secret: "${secret}`,
    `secret: *${secret}`,
    `secret: !${secret} x`,
    `a: ${secret}: ${secret}`,
    `@${secret}`,
    `"\\q${secret}"`,
  ])
    t.equal((await plan(text)).status, 1, text);
  t.notMatch(said(), secret);
  await run(['webhook', 'add', URL, '--all', '--generate-secret']);
  t.equal((await run(['plan', join(home, 'key')])).status, 1);
  t.notMatch(said(), readFileSync(join(home, 'key'), 'utf8').trim());
});

t.test('values from outside that will not do are not repeated', async t => {
  const { plan, said } = await planStage(t);
  const value = 'v4lue-of-a-variable';
  const env = { BELFRY_X: `${value}\nline`, BELFRY_Y: `ftp-${value}://x`, BELFRY_Z: `x${value.repeat(600)}` };
  for (const [field, name] of [
    ['url', 'BELFRY_Y'],
    ['url', 'BELFRY_Z'],
    ['secret', 'BELFRY_X'],
    ['secret', 'BELFRY_Z'],
    ['proxy', 'BELFRY_Y'],
    ['client_key', 'BELFRY_X'],
  ]) {
    const url = field === 'url' ? '' : `url: "${URL}", `;
    const text = `webhooks: [{ name: a, scope: all, ${url}${field}: { env: ${name} } }]`;
    t.equal((await plan(text, [], { env })).status, 1, text);
  }
  const header = `webhooks: [{ name: a, scope: all, url: "${URL}", headers: { X-Key: { env: BELFRY_X } } }]`;
  const refused = await plan(header, [], { env });
  const [[at, path, what] = []] = mistakesIn(refused);
  t.strictSame([at, path], ['1:89', 'webhooks[0].headers.X-Key']);
  t.match(what, /^wanted a value of printable ASCII/);
  t.equal((await plan('settings: { proxy.http: { env: BELFRY_Y } }', [], { env })).status, 1);
  t.notMatch(said(), value);
});

t.test('run by root, files are read as the owner of the home', async t => {
  if (process.getuid?.() !== 0) {
    t.pass('skipped', { skip: 'only root' });
    return;
  }
  const { home, dir, store } = await planStage(t);
  const secrets = join(dir, 'secrets');
  mkdirSync(secrets, { mode: 0o755 });
  const file = join(dir, 'belfry.yaml');
  const write = (name: string, mode: number) => {
    writeFileSync(join(secrets, name), SECRET, { mode });
    chmodSync(join(secrets, name), mode);
  };
  write('of-root', 0o600);
  write('for-all', 0o644);
  await run('chown', ['-R', `${NOBODY}:${NOBODY}`, home], { env: { PATH: process.env.PATH ?? '' } });
  const apply = (name: string) => {
    writeFileSync(file, `webhooks: [{ name: ci, scope: all, url: "${URL}", secret: { file: ${name} } }]`);
    const command = [join(PROJECT, 'src/cli.ts'), '--home', home, 'apply', file, '--secrets', secrets];
    return run(NODE, command, { env: environment(dir) });
  };
  const refused = await apply('of-root');
  t.match(refused, { status: 1, stderr: /that the home's owner may read, got one that he may not/ });
  const applied = await apply('for-all');
  t.equal(applied.status, 0, applied.stderr);
  t.equal((await store.webhooks.list()).length, 1);
});
