/** Every mistake of a file at once: where it stands, what was wanted and what came; and the schema that editors have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { parse } from 'yaml';
import { PROJECT } from '../support/belfry.ts';
import { mistakesIn, planStage } from './plan-stage.ts';

t.test('all of them', async t => {
  const { plan, root, repository, run } = await planStage(t);
  repository('acme/app');
  await run(['install', root]);
  const said = await plan(
    `
webhooks:
  - name: ci
    scope: repository:acme/ap
    url: https://ci.example.com/hook
    taggs: [main]
    branches: [refs/heads/main, "a..b", ok]
    events: [push, psuh]
    skip_ci: 1
    latest_only: 0
  - name: ci
    scope: company:acne
    url: https://ci.example.com/hook
    auth: signature
  - name: chat
    scope: everybody
    url: nonsense
    kind: slak
  - name: robot
    scope: all
    url: { env: BELFRY_ROBOT }
    kind: wecom
    secret: { env: BELFRY_SECRET }
    latest_only: 5
    jenkins: { notify: poll }
  - name: custom
    scope: all
    url: https://api.example.com/
    kind: custom
    custom: { template: '{"a":"{{reff}}"}', success: { statuses: [99] } }
  - name: custom2
    scope: all
    url: https://api.example.com/
    kind: custom
    custom: { template: '{"a":"{{reff}}"}' }
    headers: { Host: { env: BELFRY_SECRET } }
  - text
settings:
  keep.dais: 5
  push.wait: many
  time.offset: "3"
  net.allow: [10.0.0.0/33]
users:
  - login: a b
    emails: [nobody]
  - login: li
    emails: [x@example.com]
  - login: li
    emails: [X@example.com]
  - login: wang
    emails: [x@example.com]
roots:
  - relative
  - /no/such/directory
  - ${root}/acme/app.git
webhook: []
`,
    [],
    { env: { BELFRY_ROBOT: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k', BELFRY_SECRET: 's' } },
  );
  t.equal(said.status, 1);
  t.equal(said.stdout, '');
  const found = mistakesIn(said);
  const expected: [at: string, path: string, said: RegExp][] = [
    [
      '4:12',
      'webhooks[0].scope',
      /^wanted a repository that belfry knows .*such as acme\/app, got "acme\/ap"$/,
    ],
    ['6:5', 'webhooks[0].taggs', /^wanted tags.*, got an unknown key$/],
    ['7:16', 'webhooks[0].branches[0]', /^wanted a glob that can match, got "refs\/heads\/main": /],
    ['7:33', 'webhooks[0].branches[1]', /^wanted a glob that can match, got "a\.\.b": /],
    ['8:20', 'webhooks[0].events[1]', /^wanted one of push, tag_push, .* got "psuh"$/],
    ['9:14', 'webhooks[0].skip_ci', /^wanted true or false, got 1$/],
    ['10:18', 'webhooks[0].latest_only', /^wanted 1 to 86400 seconds, got 0$/],
    ['11:11', 'webhooks[1].name', /^wanted a name of its own, got that of webhooks\[0\]$/],
    ['12:12', 'webhooks[1].scope', /^wanted a company that belfry knows .*such as acme, got "acne"$/],
    ['14:11', 'webhooks[1].auth', /^wanted a secret for signature or password, got none$/],
    ['16:12', 'webhooks[2].scope', /^wanted all, company:NAME or repository:NAME, got "everybody"$/],
    ['17:10', 'webhooks[2].url', /^wanted an http or https URL, got a text without https:\/\/ in front$/],
    ['18:11', 'webhooks[2].kind', /^wanted one of gitee, .* got "slak"$/],
    ['23:13', 'webhooks[3].secret', /^wanted none for a wecom robot: its URL is its key, got one$/],
    ['24:18', 'webhooks[3].latest_only', /^wanted none for kind wecom/],
    ['25:14', 'webhooks[3].jenkins', /^wanted none for kind wecom, got an object$/],
    ['30:67', 'webhooks[4].custom.success.statuses[0]', /^wanted at least 200, got 99$/],
    [
      '35:25',
      'webhooks[5].custom.template',
      /^wanted for \{\{reff\}\} a path of the gitee payload, e\.g\. ref/,
    ],
    ['36:22', 'webhooks[5].headers.Host', /^wanted another name: belfry sets this header itself/],
    ['37:5', 'webhooks[6]', /^wanted an object, got a text$/],
    ['39:3', 'settings.keep.dais', /^wanted keep\.days.*, got an unknown key$/],
    ['40:14', 'settings.push.wait', /^wanted a number of seconds .*got "many"$/],
    ['41:16', 'settings.time.offset', /^wanted an offset such as \+08:00 .*got "3"$/],
    ['42:14', 'settings.net.allow', /^wanted .*10\.0\.0\.0\/33/],
    ['44:12', 'users[0].login', /^wanted a word without spaces, got "a b"$/],
    ['45:14', 'users[0].emails[0]', /^wanted an address, got "nobody"$/],
    ['48:12', 'users[2].login', /^wanted each login once, got "li" again$/],
    ['51:14', 'users[3].emails[0]', /^wanted an address of this user alone, got one of "li" too$/],
    ['53:5', 'roots[0]', /^wanted the absolute path of a directory, got "relative"$/],
    [
      '54:5',
      'roots[1]',
      /^wanted a directory of bare repositories, got \/no\/such\/directory does not exist$/,
    ],
    ['55:5', 'roots[2]', /^wanted a directory of bare repositories, got a repository$/],
    ['56:1', 'webhook', /^wanted one of webhooks, users, settings, roots, got an unknown key$/],
  ];
  t.strictSame(
    found.map(([at, path]) => `${at} ${path}`),
    expected.map(([at, path]) => `${at} ${path}`),
  );
  for (const [i, [, path, pattern]] of expected.entries()) t.match(found[i]?.[2], pattern, path);
  t.match(said.stderr, /^belfry: 32 mistakes; nothing was changed\.$/m);
});

t.test('YAML that is none', async t => {
  const { plan, run } = await planStage(t);
  const cases: [text: string, at: string, said: string][] = [
    ['a: [1, 2', '1:9', 'wanted a closing bracket, or the indentation of its neighbours, got neither'],
    ['webhooks: []\nwebhooks: []\n', '2:1', 'wanted each key once, got one that stands above already'],
    ['webhooks:\n\t- a', '2:1', 'wanted spaces, got a tab'],
    ['webhooks: !!binary aGk=\n', '1:11', 'wanted a value without a tag, got one with a tag'],
    ['webhooks: []\n---\nwebhooks: []\n', '2:1', 'wanted one document, got several'],
    ['webhooks: *none\n', '1:11', 'wanted an alias of an anchor above it, got another one'],
    ['[1]: 2\n', '1:1', 'wanted a text as key, got another one'],
    [`${'['.repeat(60)}${']'.repeat(60)}`, '1:52', 'wanted at most 50 levels, got more'],
    ['"\\q"', '1:2', 'wanted an escape that YAML knows, got another one'],
    ['- a', '1:1', 'wanted an object, got a list of 1'],
    ['just text', '1:1', 'wanted an object, got a text'],
  ];
  for (const [text, at, said] of cases) {
    const got = mistakesIn(await plan(text));
    t.strictSame([got[0]?.[0], got[0]?.[2]], [at, said], text.slice(0, 40));
  }
  t.equal(mistakesIn(await plan('['.repeat(200_000))).length > 0, true, 'as deep as the file is long');
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [i, letter] of [...'bcdefghi'].entries())
    bomb.push(`${letter}: &${letter} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(', ')}]`);
  t.match((await plan(bomb.join('\n'))).stderr, 'wanted at most 1000000 values, got more');
  t.match(await plan(''), { status: 0, stdout: 'Nothing to do\n' });
  t.match(await run(['plan', '-'], { stdin: '\ufeffwebhooks: []' }), { status: 0 });
  const json = await run(['plan', '-', '--json'], { stdin: 'a: 1' });
  t.equal(json.status, 1);
  t.strictSame(json.json().mistakes, [
    {
      line: 1,
      column: 1,
      path: 'a',
      wanted: 'one of webhooks, users, settings, roots',
      got: 'an unknown key',
    },
  ]);
});

t.test('anchors and aliases', async t => {
  const { apply, store } = await planStage(t);
  const said = await apply(`
webhooks:
  - { name: a, scope: all, url: https://ci.example.com/, branches: &main [main, "release/*"] }
  - { name: b, scope: all, url: https://ci.example.com/, branches: *main }
`);
  t.equal(said.status, 0, said.stderr);
  t.strictSame((await store.webhooks.get(2)).branches, ['main', 'release/*']);
});

t.test('the schema takes what apply takes', async t => {
  const { run } = await planStage(t);
  const schema = (await run(['apply', '--schema'])).json();
  t.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  const example = parse(readFileSync(join(PROJECT, 'examples/webhooks-in-git/belfry.yaml'), 'utf8'));
  t.ok(validate(example), JSON.stringify(validate.errors));
  await run(['webhook', 'add', 'https://ci.example.com/?a=b', '--all', '--generate-secret']);
  await run(['config', 'set', 'keep.days', '5']);
  t.ok(validate(parse((await run(['export'])).stdout)), JSON.stringify(validate.errors));
  for (const wrong of [
    { webhook: [] },
    { webhooks: [{ name: 'a', scope: 'all' }] },
    { webhooks: [{ name: 'a', scope: 'all', url: 'https://x/', secret: 'text' }] },
    { webhooks: [{ name: 'a', scope: 'all', url: 'https://x/', secret: { env: 'PATH' } }] },
    { webhooks: [{ name: 'a', scope: 'all', url: 'https://x/', branch: ['main'] }] },
    { settings: { 'keep.dais': 1 } },
  ])
    t.notOk(validate(wrong), JSON.stringify(wrong));
  const { properties } = schema.properties.webhooks.anyOf[0].items;
  t.ok('latest_only' in properties && 'insecure' in properties && 'hmac_header' in properties);
  t.match(schema.properties.settings.anyOf[0].properties['keep.days'].description, /Days after which/);
});
