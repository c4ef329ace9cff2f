/** `--kind custom`: what may be given, what is refused with a better word, and what is shown. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { line } from './stage.ts';

const URL = 'https://ci.example.com/hook';

async function stage(t: Test) {
  const cli = await line(t);
  const add = (...args: string[]) => cli.run(['webhook', 'add', URL, '--all', '--kind', 'custom', ...args]);
  return { ...cli, add };
}

t.test('everything that can be set, shown, changed and taken away', async t => {
  const { add, run, store, home } = await stage(t);
  const plain = await add();
  t.equal(plain.status, 0, plain.stderr);
  t.strictSame((await store.webhooks.get(1)).custom, {
    method: 'POST',
    payload: 'gitee',
    template: null,
    success: { statuses: null, json: null, contains: null },
  });
  const template = '{"t":"{{head_commit.message}}","n":"{{total_commits_count}}"}';
  const file = join(home, 'template.json');
  writeFileSync(file, template);
  const edit = (...args: string[]) => run(['webhook', 'edit', '1', ...args]);
  const rules = ['--success', '200,202', '--success-json', '/status=queued', '--success-contains', 'job'];
  const edited = await edit('--method', 'PUT', '--template-file', file, ...rules);
  t.equal(edited.status, 0, edited.stderr);
  const json = (await run(['webhook', 'show', '1', '--json'])).json();
  t.strictSame(json.custom, {
    method: 'PUT',
    payload: 'gitee',
    template,
    success: { statuses: [200, 202], json: { pointer: '/status', value: 'queued' }, contains: 'job' },
  });
  const shown = (await run(['webhook', 'show', '1'])).stdout;
  t.match(shown, /^request +PUT, template over the gitee payload, 61 bytes$/m);
  t.match(shown, /^success +200, 202; \/status=queued; contains "job"$/m);
  await edit('--success', '', '--success-json', '', '--success-contains', '', '--template', '');
  t.match((await run(['webhook', 'show', '1'])).stdout, /^success +any 2xx$/m);
  await edit('--url', 'https://other.example.com/');
  t.equal((await store.webhooks.get(1)).kind, 'custom', 'another URL is still a custom target');
  await edit('--kind', 'gitee');
  t.equal((await store.webhooks.get(1)).custom, null);
});

t.test('paths that lead nowhere are refused with the nearest names', async t => {
  const { add } = await stage(t);
  const cases: [template: string, said: RegExp, more?: string[]][] = [
    [
      '{"a":"{{head_comit.message}}"}',
      /\{\{head_comit\.message\}\}: wanted a path of the gitee payload, e\.g\. head_commit\.message/,
    ],
    ['"{{repository.fullname}}"', /e\.g\. repository\.full_name/],
    [
      '"{{pull_request.title}}"',
      /of these events, got one that only merge_request, note has \(see --events\)/,
    ],
    ['"x {{commits}}"', /\{\{commits\}\}: wanted a text or a number inside a text, got a list/],
    ['"x {{repository}}"', /\{\{repository\}\}: wanted a text or a number inside a text, got an object/],
    ['{', /--template: wanted a JSON document: /],
    ['"{{a"', /--template: wanted \}\} behind \{\{/],
    [JSON.stringify(Array(65).fill('{{ref}}')), /at most 64 placeholders, got 65/],
    ['['.repeat(17) + ']'.repeat(17), /at most 16 levels/],
    [JSON.stringify('x'.repeat(17_000)), /at most 16384 bytes, got 17002/],
    ['"{{password}}"', /wanted a path of the gitee payload/],
  ];
  for (const [template, said, more = []] of cases) {
    const ran = await add('--template', template, ...more);
    t.equal(ran.status, 2, template.slice(0, 40));
    t.match(ran.stderr, said);
  }
  t.equal((await add('--template', '"{{pull_request.title}}"', '--events', 'merge_request')).status, 0);
  t.equal((await add('--template', '"{{hook_name}} {{repository.full_name}}"')).status, 0);
});

t.test('rules of success that are none, and options that need another kind', async t => {
  const { add, run } = await stage(t);
  for (const [args, said] of [
    [['--success', '2xx'], /--success: wanted status codes from 200 to 599, separated by commas, got "2xx"/],
    [['--success-json', 'ok'], /--success-json: wanted a JSON pointer, = and a value/],
    [['--success-contains', 'x'.repeat(257)], /wanted a text of 1 to 256 characters/],
    [['--template', '1', '--template-file', 'x'], /Give only one of --template and --template-file/],
    [['--template-file', '/nowhere'], /--template-file \/nowhere: cannot be read \(ENOENT\)/],
    [
      ['--auth', 'password', '--secret', 'x'],
      /--auth: wanted signature or none for kind custom, got password/,
    ],
  ] as const) {
    const ran = await add(...args);
    t.not(ran.status, 0, args.join(' ').slice(0, 40));
    t.match(ran.stderr, said);
  }
  const gitee = await run(['webhook', 'add', URL, '--all', '--template', '{}']);
  t.equal(gitee.status, 2);
  t.match(gitee.stderr, /--template goes with --kind custom only, got gitee/);
});
