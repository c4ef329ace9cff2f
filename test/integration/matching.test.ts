/** Who hears of what: scopes, events, branch filters, and that a webhook which is off hears nothing. */
import t from 'tap';
import { gitRepository } from '../support/git-repository.ts';
import { tower } from '../support/tower.ts';

t.test('each webhook gets what it asked for, and nothing else', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository: app } = stage;
  const lib = await gitRepository(stage.dir, { fullName: 'acme/lib' });
  const deep = await gitRepository(stage.dir, { fullName: 'acme/team/tool' });
  const other = await gitRepository(stage.dir, { fullName: 'acme2/app' });
  const alone = await gitRepository(stage.dir, { fullName: 'solo' });
  await belfry.json(['install', stage.root]);

  const both = ['--events', 'push,tag_push'];
  await stage.webhook('/app', ['--repo', 'acme/app', ...both]);
  await stage.webhook('/acme', ['--company', 'acme', ...both]);
  await stage.webhook('/all', ['--all', ...both]);
  await stage.webhook('/default', ['--repo', 'acme/app']);
  await stage.webhook('/tags', ['--repo', 'acme/app', '--events', 'tag_push', '--branch', 'nothing-like-it']);
  await stage.webhook('/main', ['--repo', 'acme/app', '--branch', 'main']);
  await stage.webhook('/releases', [
    '--repo',
    'acme/app',
    '--branch',
    'release/*',
    '--branch',
    '!release/old',
  ]);
  await stage.webhook('/not-wip', ['--repo', 'acme/app', '--branch', '!wip/**']);
  await stage.webhook('/inactive', ['--all', ...both, '--inactive']);
  const off = await stage.webhook('/off', ['--all', ...both]);
  await belfry.json(['webhook', 'disable', String(off)]);
  const removed = await stage.webhook('/removed', ['--all', ...both]);
  await belfry.json(['webhook', 'remove', String(removed), '--yes']);

  await app.commit();
  const branches = ['main', 'release/1', 'release/old', 'release/x/fix', 'wip/a/b', 'topic'];
  const pushed = await app.push([...branches.map(name => `main:refs/heads/${name}`), 'main:refs/tags/v1']);
  t.equal(pushed.status, 0, pushed.stderr);
  for (const repository of [lib, deep, other, alone]) {
    await repository.commit();
    const { status, stderr } = await repository.push(['main']);
    t.equal(status, 0, stderr);
  }
  await receiver.received(7 + 9 + 11 + 6 + 1 + 1 + 1 + 5);
  await stage.settled(41);

  const heard = (path: string) =>
    receiver
      .at(path)
      .map(({ body }) => JSON.parse(body.toString('utf8')))
      .map(body => `${body.repository.full_name} ${body.ref.replace(/^refs\//, '')}`)
      .sort();
  const ofApp = [...branches.map(name => `acme/app heads/${name}`), 'acme/app tags/v1'];
  t.same(heard('/app'), ofApp.toSorted(), 'one repository');
  t.same(
    heard('/acme'),
    [...ofApp, 'acme/lib heads/main', 'acme/team/tool heads/main'].sort(),
    'one company',
  );
  t.same(
    heard('/all'),
    [
      ...ofApp,
      'acme/lib heads/main',
      'acme/team/tool heads/main',
      'acme2/app heads/main',
      'solo heads/main',
    ].sort(),
    'the whole server',
  );
  t.same(heard('/default'), ofApp.filter(line => !line.includes('tags')).sort(), 'pushes only, unless asked');
  t.same(heard('/tags'), ['acme/app tags/v1'], 'tags only; a branch filter is none of their business');
  t.same(heard('/main'), ['acme/app heads/main']);
  t.same(heard('/releases'), ['acme/app heads/release/1']);
  t.same(heard('/not-wip'), ofApp.filter(line => /heads\/(?!wip)/.test(line)).sort());
  t.same(heard('/inactive'), [], 'inactive');
  t.same(heard('/off'), [], 'disabled');
  t.same(heard('/removed'), [], 'removed');

  const enterprises = receiver.at('/all').map(({ body }) => JSON.parse(body.toString('utf8')));
  t.equal(enterprises.find(body => body.repository.full_name === 'solo').enterprise, null);
  t.same(enterprises.find(body => body.repository.full_name === 'acme2/app').enterprise.name, 'acme2');

  await belfry.json(['webhook', 'enable', String(off)]);
  await app.commit();
  await app.push(['main']);
  await receiver.received(1, { path: '/off' });
  t.same(
    heard('/off'),
    ['acme/app heads/main'],
    'enabled again, it hears what comes, not what it has missed',
  );
});
