/** `belfry config …`, `user …`, `repo …`. */
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { SETTING_KEYS } from '../../src/settings/settings.ts';
import { NOW, register, sampleWebhook } from '../store/samples.ts';
import { matches } from '../support/matches.ts';
import { line } from './stage.ts';

t.test('config: list, get, set, back to the default', async t => {
  const { run } = await line(t);
  t.equal((await run(['config', 'get', 'web.url'])).stdout, `http://${hostname()}\n`);
  t.equal(
    (await run(['config', 'set', 'web.url', 'https://git.example.com/'])).stdout,
    'web.url is https://git.example.com\n',
  );
  t.equal(
    (await run(['config', 'get', 'clone.ssh'])).stdout,
    'git@git.example.com:\n',
    'and what follows from it',
  );
  t.same((await run(['config', 'set', 'keep.days', '7', '--json'])).json(), { key: 'keep.days', value: 7 });
  const list = (await run(['config', 'list', '--json'])).json();
  t.same(
    list.map((one: { key: string }) => one.key),
    SETTING_KEYS,
  );
  t.same(Object.keys(list[0]), ['key', 'value', 'is_default', 'description']);
  t.match(
    list.find((one: { key: string }) => one.key === 'keep.days'),
    { value: 7, is_default: false },
  );
  const text = (await run(['config', 'list'], { columns: 100 })).stdout;
  t.match(text, /^keep\.days +7 +set +Days after which/m);
  t.equal((await run(['config', 'set', 'keep.days'])).stdout, 'keep.days is 30 (the default)\n');
  t.equal(
    (await run(['config', 'set', 'net.deny', '10.0.0.0/8 *.internal'])).stdout,
    'net.deny is 10.0.0.0/8 *.internal\n',
  );
  t.equal(
    (await run(['config', 'set', 'time.offset', '-03:30'])).stdout,
    'time.offset is -03:30\n',
    'no option',
  );
  t.equal((await run(['config', 'set', 'time.offset', '--', '-09:00'])).stdout, 'time.offset is -09:00\n');
});

t.test('config: a wrong value and an unknown setting', async t => {
  const { run } = await line(t);
  t.match(await run(['config', 'set', 'keep.days', 'many']), {
    status: 2,
    stderr:
      'belfry: keep.days: wanted a whole number, got "many"\n  Days after which finished deliveries and their attempts are removed\n',
  });
  t.match(await run(['config', 'get', 'web.ur']), {
    status: 1,
    stderr: /^belfry: Unknown setting web\.ur\n {2}Did you mean web\.url/,
  });
  t.match(await run(['config', 'set', 'xxxxxxxxxxxxxxxxxxxxxxxx', '1']), {
    status: 1,
    stderr: 'belfry: Unknown setting xxxxxxxxxxxxxxxxxxxxxxxx\n  `belfry config list` shows them all.\n',
  });
  t.equal((await run(['config', 'get', 'keep.days'])).stdout, '30\n');
});

t.test('config: the hook is told how long pushes wait', async t => {
  const { run, home } = await line(t);
  const file = join(home, 'push.wait');
  await run(['config', 'set', 'push.wait', '2.5']);
  t.equal(readFileSync(file, 'utf8'), '3\n');
  await run(['config', 'set', 'push.wait']);
  t.notOk(existsSync(file));
});

t.test('user: added, changed, listed', async t => {
  const { run } = await line(t);
  t.equal((await run(['user', 'list'])).stdout, 'No users yet: the first push of a login adds one\n');
  const added = await run([
    'user',
    'add',
    'zhang-san',
    '--name',
    '张三',
    '--email',
    'z@example.com',
    '--email',
    'o@example.com',
  ]);
  t.match(added, { status: 0, stdout: 'Added user zhang-san\n' });
  t.same((await run(['user', 'edit', 'zhang-san', '--name', '张三丰', '--json'])).json(), {
    id: 1,
    login: 'zhang-san',
    name: '张三丰',
    emails: ['z@example.com', 'o@example.com'],
  });
  t.equal(
    (await run(['user', 'list'])).stdout,
    'ID  LOGIN      NAME    E-MAIL\n1   zhang-san  张三丰  z@example.com o@example.com\n',
  );
  matches(t, (await run(['user', 'edit', 'zhang-san', '--email', '', '--json'])).json(), { emails: [] });
  t.match(
    await run(['user', 'add', '0042']),
    { status: 0, stdout: 'Added user 0042\n' },
    'a login of digits',
  );
  const cases: [args: string[], status: number, said: string][] = [
    [['add', 'zhang-san'], 1, 'belfry: User zhang-san already exists\n'],
    [['add', 'a b'], 2, 'belfry: login: wanted a word without spaces, got "a b"\n'],
    [['add', 'x', '--email', 'nowhere'], 2, 'belfry: --email: wanted an address, got "nowhere"\n'],
    [['edit', 'nobody', '--name', 'x'], 1, 'belfry: Unknown user nobody\n'],
    [
      ['edit', 'zhang-san'],
      2,
      'belfry: Nothing to change: user zhang-san stays as it is\n  Name what shall be changed, e.g. belfry user edit zhang-san --name 张三; or --email ADDRESS.\n',
    ],
  ];
  for (const [args, status, stderr] of cases)
    t.match(await run(['user', ...args]), { status, stderr }, args.join(' '));
});

t.test('repo: what is known, where it lies, who hears of it', async t => {
  const { run, store } = await line(t);
  t.equal((await run(['repo', 'list'])).stdout, 'No repositories yet: add some with `belfry install DIR`\n');
  await store.roots.add('/srv/git');
  await store.settings.set('web.url', 'https://git.example.com');
  const app = await register(store, '/srv/git/acme/app.git', NOW);
  await register(store, '/srv/git/solo.git', NOW);
  for (const scope of ['all', 'company:acme', `repository:${app.id}`, 'company:other']) {
    await store.webhooks.add(sampleWebhook({ scope }), 'https://ci.example.com/hook', NOW);
  }
  t.equal(
    (await run(['repo', 'list'])).stdout,
    'ID  NAME      COMPANY  DIRECTORY\n1   acme/app  acme     /srv/git/acme/app.git\n2   solo               /srv/git/solo.git\n',
  );
  matches(t, (await run(['repo', 'list', '--json'])).json(), [
    { id: 1, full_name: 'acme/app', company: 'acme' },
    { id: 2, company: null },
  ]);
  const shown = (await run(['repo', 'show', 'acme/app.git', '--json'])).json();
  t.match(shown, {
    full_name: 'acme/app',
    directory: '/srv/git/acme/app.git',
    html_url: 'https://git.example.com/acme/app',
    clone_url: 'https://git.example.com/acme/app.git',
    ssh_url: 'git@git.example.com:acme/app.git',
  });
  t.same(
    shown.webhooks.map((one: { id: number }) => one.id),
    [1, 2, 3],
  );
  t.match((await run(['repo', 'show', 'solo'])).stdout, /^name +solo\n.*\n1 +\* +gitee/s);
  t.match(await run(['repo', 'show', 'acme/ap']), { status: 1, stderr: /Did you mean acme\/app\?\n$/ });
});
