/** What cannot be used is quarantined with its reason, named by `status`, and is in nobody's way. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

t.test('rubbish in the spool', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  await stage.webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await receiver.received(1);
  await stage.settled(1);
  t.equal((await belfry.run(['status'])).status, 0, 'all is well before');
  await belfry.stopWorker();

  const incoming = join(belfry.home, 'spool', 'new');
  const line = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\n`;
  const rubbish: Record<string, string | Buffer> = {
    empty: '',
    bytes: Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7) % 256)),
    'no-header-end': `belfry-push 1\ndirectory ${repository.path}`,
    version: `belfry-push 99\ndirectory ${repository.path}\nhook 1\n\n${line}`,
    nowhere: `belfry-push 1\ndirectory ${stage.dir}/nowhere.git\nhook 1\n\n${line}`,
    'no-repository': `belfry-push 1\ndirectory ${stage.dir}\nhook 1\n\n${line}`,
    relative: `belfry-push 1\ndirectory root/acme/app.git\nhook 1\n\n${line}`,
    'no-update': `belfry-push 1\ndirectory ${repository.path}\nhook 1\n\nhello \u001b[31mworld\n`,
  };
  const { 'no-update': doubtful, ...unusable } = rubbish;
  for (const [name, content] of Object.entries(rubbish)) await writeFile(join(incoming, name), content);
  await mkdir(join(incoming, 'directory'));
  const evil = 'evil\u001b[2Jname';
  await writeFile(join(incoming, evil), 'x');

  await repository.commit();
  await repository.push(['main']);
  await receiver.received(2);
  const named = [...Object.keys(unusable), 'directory', evil].sort();
  const aside = join(belfry.home, 'spool', 'bad');
  await until('the rubbish to be quarantined', async () => (await readdir(incoming)).length === 0);
  const reasons = (await readdir(aside)).filter(name => name.endsWith('.reason'));
  for (const name of named) {
    t.ok(reasons.includes(`${name}.reason`), `${JSON.stringify(name)} is quarantined`);
    t.match(await readFile(join(aside, `${name}.reason`), 'utf8'), /\S{2}/, 'with its reason');
  }
  t.ok(
    doubtful !== undefined && !reasons.includes('no-update.reason'),
    'a push all the same: refs are compared',
  );
  t.same(await readFile(join(aside, 'bytes')), rubbish.bytes, 'kept as it was');

  const status = await belfry.run(['status']);
  t.equal(status.status, 1, 'something needs a person');
  for (const name of named.filter(name => name !== evil))
    t.ok(status.stdout.includes(name), `status names ${name}`);
  t.notMatch(status.stdout, /\u001b/, 'and lets no escape sequence through');
  const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
  t.notMatch(log, /\u001b/, 'neither does the log');
  const json = await belfry.run(['status', '--json']);
  t.equal(json.status, 1);
  t.equal(json.json<{ spool_quarantined: unknown[] }>().spool_quarantined.length, reasons.length);
  t.notMatch(json.stdout, /\u001b/);
  t.equal(receiver.requests.length, 2, 'and nobody was told anything');
});
