/** From `git push` to the deployed directory, with the package as npm packs it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { NODE } from '../support/belfry.ts';
import { exampleProgram } from '../support/example-program.ts';
import { installedExample } from '../support/packed.ts';
import { run } from '../support/run.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const SECRET = 'whsec_c2VjcmV0LXNlY3JldA==';

t.test('a push deploys its branch, and nothing else does', async t => {
  const { dir, belfry, repository, settled } = await tower(t);
  const example = await installedExample(dir, 'deploy-branch');
  const directory = join(dir, 'www');
  const program = await exampleProgram(t, example, {
    ...belfry.env,
    SECRET: `whsec_bmV3LW9uZQ== ${SECRET}`,
    REPOSITORY: 'acme/app',
    CLONE_URL: repository.path,
    DIRECTORY: directory,
  });
  const hook = ['webhook', 'add', program.url, '--all', '--events', 'push,tag_push'];
  await belfry.json([...hook, '--secret-env', 'S'], { env: { S: SECRET } });

  const first = await repository.commit({ files: { 'a.txt': 'one', 'b.txt': 'one' } });
  await repository.push(['main', 'main:refs/heads/other', 'main:refs/tags/v1']);
  await program.says(`deployed ${first}`);
  const second = await repository.commit({ files: { 'a.txt': 'two', 'b.txt': null } });
  await repository.push(['main']);
  await program.says(`deployed ${second}`);
  t.equal(readFileSync(join(directory, 'a.txt'), 'utf8'), 'two');
  t.notOk(existsSync(join(directory, 'b.txt')));

  const third = await repository.commit({ files: { 'a.txt': 'three' }, args: ['--amend'] });
  await repository.push(['+main']);
  await program.says(`deployed ${third}`);
  t.equal(readFileSync(join(directory, 'a.txt'), 'utf8'), 'three', 'a forced push too');
  const sent = await settled(5);
  t.ok(sent.every(one => one.state === 'delivered'));

  await belfry.json(['redeliver', sent[0]!.id]);
  await until('it to be delivered again', async () => (await settled(5))[0]!.attempts === 2);
  const stranger = await fetch(program.url, { method: 'POST', body: '{}' });
  t.equal(stranger.status, 401);
  const log = await program.says('refused');
  t.equal(
    log.split('deployed').length - 1,
    3,
    'each push of the branch once; the repeated delivery not at all',
  );
});

t.test('settings that are missing are named', async t => {
  const dir = t.testdir({});
  const example = await installedExample(dir, 'deploy-branch');
  const { status, stderr } = await run(NODE, ['main.js'], { cwd: example, env: { SECRET: 'x' } });
  t.equal(status, 2);
  t.match(stderr, 'REPOSITORY is wanted');
});
