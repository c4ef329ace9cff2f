import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { surveyRoots } from '../../src/announce/survey-roots.ts';
import { nothingMissing } from '../../src/commands/repo/scan.ts';
import { gitRepository } from '../support/git-repository.ts';
import { matches } from '../support/matches.ts';
import { must } from '../support/run.ts';
import { line } from './stage.ts';

/** A repository below a root, installed, with a webhook of its own. */
async function stage(t: Test) {
  const cli = await line(t);
  const dir = join(cli.home, '..');
  const repository = await gitRepository(dir);
  await repository.commit();
  const root = join(dir, 'root');
  t.equal((await cli.run(['install', root])).status, 0);
  await repository.push(['main']);
  await cli.run(['scan']);
  const added = await cli.run(['webhook', 'add', 'https://ci.example.com/', '--repo', 'acme/app', '--json']);
  const webhook = added.json().id as number;
  return {
    ...cli,
    repository,
    root,
    webhook,
    survey: () => surveyRoots({ store: cli.store, now: Date.now }),
  };
}

t.test('moved to another disk and renamed at once: repo move takes everything along', async t => {
  const { run, repository, root, webhook, store, survey } = await stage(t);
  const copy = join(root, 'acme', 'new.git');
  await must('cp', ['-a', repository.path, copy], { env: repository.env });
  t.match(await run(['repo', 'move', 'acme/app', 'acme/new']), {
    status: 1,
    stderr: /acme\/app still exists at/,
  });
  await must('git', ['-C', copy, 'update-ref', 'refs/heads/unseen', 'refs/heads/main'], {
    env: repository.env,
  });
  await rm(repository.path, { recursive: true });
  await survey();
  t.match(await run(['repo', 'move', 'acme/app', 'acme/none']), {
    status: 1,
    stderr: /no repository there/,
  });
  const moved = await run(['repo', 'move', 'acme/app', 'acme/new', '--json']);
  t.match(moved.json(), {
    full_name: 'acme/new',
    from: 'acme/app',
    path: copy,
    refs: 2,
    outcome: 'recovered',
  });
  t.match(await run(['webhook', 'show', String(webhook)]), { status: 0, stdout: /acme\/new/ });
  t.equal((await store.repositories.list()).length, 1);
  t.match(await run(['status']), { status: 0, stdout: /No action needed/ });
});

t.test('repo remove asks, and is refused where nobody can be asked', async t => {
  const { run, webhook, store, repository } = await stage(t);
  t.match(await run(['repo', 'remove', 'acme/app']), {
    status: 2,
    stderr: /standard input is not a terminal/,
  });
  t.equal((await store.webhooks.get(webhook)).active, true);
  const removed = await run(['repo', 'remove', 'acme/app', '--yes']);
  t.match(removed, { status: 0, stdout: new RegExp(`disabled webhooks: ${webhook}`) });
  t.match(removed.stdout, new RegExp(`belfry uninstall ${repository.path}`));
  t.equal((await store.webhooks.get(webhook)).active, false, 'disabled, not deleted');
  t.same((await run(['repo', 'list', '--json'])).json(), []);
});

t.test('status says which repository with a webhook is gone, and takes it back', async t => {
  const { run, repository, root, survey } = await stage(t);
  await rename(repository.path, join(root, '..', 'away'));
  await survey();
  // Outside the roots it is not looked for.
  const status = await run(['status']);
  t.equal(status.status, 1);
  t.match(status.stdout.replace(/\s+/g, ' '), /repository acme\/app is gone, but has webhooks \(1\)/);
  matches(t, (await run(['status', '--json'])).json(), {
    ok: false,
    repositories: [{ kind: 'gone', subject: 'acme/app', webhook_ids: [1] }],
  });
  t.match(await run(['repo', 'list']), { stdout: /gone/ });
  t.match((await run(['doctor'])).stdout, / repo move acme\/app NEW/);
  await rename(join(root, '..', 'away'), repository.path);
  await survey();
  t.match(await run(['status']), { status: 0 });
});

t.test('status says which repository below a root has no hook', async t => {
  const { run, root, survey, repository } = await stage(t);
  const silent = join(root, 'acme', 'silent.git');
  await must('git', ['init', '-q', '--bare', silent], { env: repository.env });
  t.equal((await run(['status'])).status, 0, 'status itself walks nowhere');
  await survey();
  matches(t, (await run(['status', '--json'])).json(), {
    ok: false,
    repositories: [{ kind: 'no-hook', subject: silent }],
  });
  t.equal((await run(['install', silent])).status, 0);
  t.equal((await run(['status'])).status, 0);
});

t.test('status says when no repository of a webhook’s company is left', async t => {
  const { run, root, survey } = await stage(t);
  await run(['webhook', 'edit', '1', '--company', 'acme']);
  await rename(join(root, 'acme'), join(root, 'zebra'));
  await survey();
  matches(t, (await run(['status', '--json'])).json(), {
    repositories: [{ kind: 'empty-company', subject: 'acme', webhook_ids: [1] }],
  });
});

t.test('belfry install below a known root renames nothing', async t => {
  const { run, root } = await stage(t);
  const before = (await run(['repo', 'list', '--json'])).json();
  t.equal((await run(['install', join(root, 'acme')])).status, 0);
  t.same((await run(['repo', 'list', '--json'])).json(), before);
});

t.test('one repository outside all roots: its own webhooks hear of it', async t => {
  const { run, root, repository } = await stage(t);
  const own = join(root, '..', 'own.git');
  await must('git', ['init', '-q', '--bare', own], { env: repository.env });
  t.equal((await run(['install', own])).status, 0);
  t.match(await run(['repo', 'list']), { stdout: /own .*below no repository root/ });
  await run(['webhook', 'add', 'https://all.example.com/', '--all']);
  await run(['webhook', 'add', 'https://own.example.com/', '--repo', 'own']);
  const shown = (await run(['repo', 'show', 'own', '--json'])).json();
  t.same(
    shown.webhooks.map(({ url }: { url: string }) => url),
    ['https://own.example.com/'],
  );
});

t.test(
  'install.new: scan puts hooks in and says so, uninstall keeps them out, and status knows why',
  async t => {
    const { run, root, repository } = await stage(t);
    const added = join(root, 'acme', 'added.git');
    await must('git', ['init', '-q', '--bare', added], { env: repository.env });
    t.equal((await run(['scan'])).status, 0);
    t.equal((await run(['status'])).status, 1);
    t.equal((await run(['config', 'set', 'install.new', 'on'])).status, 0);
    t.strictSame((await run(['scan', '--json'])).json()[0], {
      repository: 'acme/added',
      outcome: 'installed',
      refs: 0,
      deliveries: 0,
      note: null,
    });
    t.equal((await run(['status'])).status, 0);

    t.equal((await run(['uninstall', added])).status, 0);
    t.equal((await run(['scan'])).status, 0);
    t.strictSame((await run(['status', '--json'])).json().repositories, [
      {
        kind: 'no-hook',
        subject: added,
        webhook_ids: [],
        text: `repository ${added} has no hook: its pushes are not announced (\`belfry uninstall\` removed its hooks)`,
        fix: `belfry --home ${join(root, '..', 'home')} install ${added}`,
      },
    ]);
    t.equal((await run(['install', added])).status, 0);
    t.equal((await run(['status'])).status, 0);
  },
);

t.test('install.new: what could not be done is said by scan, with its reason', async t => {
  const { run, root, repository } = await stage(t);
  const shared = join(root, '..', 'shared-hooks');
  await mkdir(shared);
  const path = join(root, 'sharing.git');
  await must('git', ['init', '-q', '--bare', path], { env: repository.env });
  await must('git', ['config', 'core.hooksPath', shared], { cwd: path, env: repository.env });
  await run(['config', 'set', 'install.new', 'on']);
  const scanned = await run(['scan', '--json']);
  t.equal(scanned.status, 1);
  t.strictSame(scanned.json()[1], {
    repository: path,
    outcome: 'no-hook',
    refs: 0,
    deliveries: 0,
    note: `its hooks are outside it, in ${shared}`,
  });
});

t.test('install.new takes on, off and directories; one beside all roots is noted', async t => {
  const { run, root } = await stage(t);
  for (const wrong of ['maybe', 'on off', 'acme', ''])
    t.match(await run(['config', 'set', 'install.new', wrong]), {
      status: 2,
      stderr: /on, off, or absolute paths of directories/,
    });
  t.strictSame((await run(['config', 'set', 'install.new', `${root}/acme/`])).stderr, '');
  t.strictSame(
    (await run(['config', 'set', 'install.new', '/nowhere'])).stderr,
    'note: /nowhere does not exist: it is searched once it exists, and is below a repository root\n',
  );
  const beside = '/usr';
  t.ok(
    (await run(['config', 'set', 'install.new', beside])).stderr.endsWith(
      ` install ${beside}\` makes it one\n`,
    ),
    'and one that is there',
  );
  t.strictSame((await run(['config', 'set', 'install.new'])).stdout, 'install.new is off (the default)\n');
});

t.test('repo.exclude: a wiki is left out, shown as that, and no webhook waits for it unseen', async t => {
  const { run, root, repository, survey } = await stage(t);
  const wiki = join(root, 'acme', 'app.wiki.git');
  await must('git', ['init', '-q', '--bare', wiki], { env: repository.env });
  const installed = await run(['install', '--json']);
  t.strictSame(installed.json().excluded, [wiki]);
  t.strictSame(await readdir(join(wiki, 'hooks')).then(names => names.includes('post-receive')), false);
  t.match((await run(['install'])).stdout, `note: ${wiki}: no hooks: excluded by repo.exclude\n`);

  const listed = (await run(['repo', 'list', '--json'])).json() as { full_name: string; excluded: boolean }[];
  t.strictSame(
    listed.map(({ full_name, excluded }) => [full_name, excluded]),
    [
      ['acme/app', false],
      ['acme/app.wiki', true],
    ],
  );
  t.match((await run(['repo', 'list'])).stdout, / excluded/);
  t.match((await run(['repo', 'show', 'acme/app.wiki'])).stdout, 'excluded   repo.exclude is **/*.wiki');
  const status = await run(['status']);
  t.equal(status.status, 0, 'its missing hook is no complaint');
  t.match(status.stdout, 'excluded  1 repository (repo.exclude: **/*.wiki)\n');
  t.strictSame((await run(['status', '--json'])).json().excluded, ['acme/app.wiki']);
  const { findings } = (await run(['doctor', '--json'])).json();
  t.strictSame(
    findings.filter(({ area }: { area: string }) => area === 'repositories'),
    [],
  );

  const own = `belfry --home ${join(root, '..', 'home')}`;
  const refusal = {
    status: 1,
    stderr: `belfry: acme/app.wiki is excluded: repo.exclude is **/*.wiki\n  ${own} config set repo.exclude '**/*.wiki,!acme/app.wiki'\n`,
  };
  const waits = ['webhook', 'add', 'https://ci.example.com/w', '--repo', 'acme/app.wiki'];
  for (const args of [
    waits,
    ['webhook', 'edit', '1', '--repo', 'acme/app.wiki'],
    ['emit', 'issue', '--repo', 'acme/app.wiki'],
    ['install', wiki],
  ])
    t.match(await run(args), refusal, args.join(' '));

  t.equal((await run(['config', 'set', 'repo.exclude', '**/*.wiki,!acme/app.wiki'])).status, 0);
  matches(t, (await run(['status', '--json'])).json().repositories, [{ kind: 'no-hook', subject: wiki }]);
  t.equal((await run(['install'])).status, 0);
  t.equal((await run(waits)).status, 0);
  await run(['config', 'set', 'repo.exclude']);
  await survey();
  t.strictSame(
    (await run(['install', '--json'])).json().excluded,
    [],
    'hooks that are there are kept up to date',
  );
  t.strictSame((await run(['status', '--json'])).json().repositories, [
    {
      kind: 'excluded',
      subject: 'acme/app.wiki',
      webhook_ids: [2],
      text: 'repository acme/app.wiki is excluded (repo.exclude is **/*.wiki), but has webhooks (2)',
      fix: `${own} config set repo.exclude '**/*.wiki,!acme/app.wiki'\n# or leave it excluded:\n# ${own} webhook disable 2`,
    },
  ]);
  t.equal((await run(['webhook', 'disable', '2'])).status, 0);
  t.equal((await run(['status'])).status, 0);
});

t.test('a scan that finds nothing says what it did not look at', t => {
  const all = ['same', 'excluded', 'same'] as const;
  t.equal(
    nothingMissing(all.map(outcome => ({ outcome }))),
    '2 repositories checked, nothing was missing; 1 excluded by repo.exclude',
  );
  t.equal(nothingMissing([{ outcome: 'same' }]), '1 repository checked, nothing was missing');
  t.end();
});

t.test(
  'repo.exclude: a wiki that comes later is shown after the next look, and gets no hooks by itself',
  async t => {
    const { run, root, repository } = await stage(t);
    await run(['config', 'set', 'install.new', 'on']);
    const wiki = join(root, 'acme', 'app.wiki.git');
    await must('git', ['init', '-q', '--bare', wiki], { env: repository.env });
    const scanned = (await run(['scan', '--json'])).json() as { repository: string; outcome: string }[];
    t.strictSame(scanned.find(one => one.repository === 'acme/app.wiki')?.outcome, 'excluded');
    t.notOk((await readdir(join(wiki, 'hooks'))).includes('post-receive'));
    t.strictSame((await run(['status', '--json'])).json().excluded, ['acme/app.wiki']);
  },
);
