/** A damaged database: every command says so in a line, the worker too, and pushes stay in the spool until it is well. */
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Belfry, NODE, PROJECT } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { run } from '../support/run.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

/** Everything behind the first page: the file opens as a database. */
function damage(file: string): void {
  const handle = openSync(file, 'r+');
  const junk = Buffer.alloc(statSync(file).size - 4_096, 0xa5);
  writeSync(handle, junk, 0, junk.length, 4_096);
  closeSync(handle);
}

const COMMANDS = [
  ['webhook', 'list'],
  ['deliveries'],
  ['status'],
  ['repo', 'list'],
  ['scan'],
  ['config', 'list'],
  ['key', 'rotate'],
  ['worker', '--once'],
];

t.test('damaged, kept, restored', async t => {
  const { belfry: bell, receiver, repository, settled, webhook } = await tower(t);
  await webhook('/hook');
  await bell.stopWorker();
  const file = join(bell.home, 'belfry.db');
  const backup = join(bell.home, '..', 'backup.db');
  copyFileSync(file, backup);
  damage(file);

  for (const args of COMMANDS) {
    const ran = await bell.run(args);
    t.equal(ran.status, 1, `belfry ${args.join(' ')}`);
    t.match(ran.stderr, /SQLITE_(CORRUPT|NOTADB)/);
    t.match(ran.stderr, /belfry doctor/, 'and says what to do');
    t.notMatch(ran.stderr, / at .*\.ts:\d/, 'not a stack');
  }
  const doctor = await bell.run(['doctor']);
  t.equal(doctor.status, 1);
  for (const way of ['every push stays', 'restore a backup', 'start over', /belfry .*scan/])
    t.match(doctor.stdout, way);
  t.match(doctor.stdout, 'not checked');
  t.equal((await bell.run(['doctor', '--fix'])).status, 1, 'that needs a person');

  await repository.commit();
  const pushed = await repository.push(['main']);
  t.equal(pushed.status, 0);
  t.notMatch(pushed.stderr, 'remote:', 'the pusher notices nothing');
  const spooled = () => readdirSync(join(bell.home, 'spool', 'new')).filter(name => !name.startsWith('.'));
  t.equal(spooled().length, 1);
  await bell.run(['worker', '--once']);
  t.equal(spooled().length, 1, 'kept');
  const log = await until('the worker to say it', () => {
    const said = readFileSync(join(bell.home, 'log', 'worker.log'), 'utf8');
    return /^\S+ error .*SQLITE_(CORRUPT|NOTADB).*belfry doctor/m.test(said) && said;
  });
  t.notMatch(log, / at .*\.ts:\d/);

  await follow(bell, await wayOut(bell, 'restore a backup'), { BACKUP: backup });
  await receiver.received(1, { path: '/hook' });
  matches(t, await settled(1), [{ state: 'delivered' }]);
  t.same(spooled(), []);
  t.equal((await bell.run(['doctor'])).status, 0);
});

t.test('restored from a backup that is older than what was announced: nothing is left out', async t => {
  const { belfry: bell, receiver, repository, webhook } = await tower(t);
  await webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await receiver.received(1);
  await bell.stopWorker();
  const file = join(bell.home, 'belfry.db');
  const backup = join(bell.home, '..', 'backup.db');
  copyFileSync(file, backup);
  const tips = [await repository.commit()];
  await repository.push(['main']);
  await receiver.received(2);
  await bell.stopWorker();
  damage(file);
  tips.push(await repository.commit());
  t.equal((await repository.push(['main'])).status, 0);
  await follow(bell, await wayOut(bell, 'restore a backup'), { BACKUP: backup });
  await until('both to be announced', () => {
    const told = receiver.requests.slice(2).map(({ body }) => JSON.parse(body.toString('utf8')).after);
    return tips.every(tip => told.includes(tip));
  });
});

t.test('started anew, with what waited in the spool', async t => {
  const { belfry: bell, receiver, repository, root, settled, webhook } = await tower(t);
  await webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await receiver.received(1);
  await bell.stopWorker();
  damage(join(bell.home, 'belfry.db'));
  const before = await repository.git('rev-parse', 'main');
  const tips: string[] = [];
  for (const _ of ['one', 'two']) {
    tips.push(await repository.commit());
    t.equal((await repository.push(['main'])).status, 0);
  }

  await follow(bell, await wayOut(bell, 'or start over'), {
    'install DIR...': `install '${root}'`,
    'webhook add ...': `webhook add ${receiver.url}/hook --all && belfry webhook add ${receiver.url}/other --all`,
  });
  matches(
    t,
    (await settled(4)).map(line => line.state),
    ['delivered', 'delivered', 'delivered', 'delivered'],
  );
  for (const path of ['/hook', '/other']) {
    const told = receiver.at(path).slice(path === '/hook' ? 1 : 0);
    matches(
      t,
      told.map(({ body }) => JSON.parse(body.toString('utf8'))),
      [
        { before, after: tips[0] },
        { before: tips[0], after: tips[1] },
      ],
      'what waited, and nothing else',
    );
  }
  t.equal((await bell.run(['doctor'])).status, 0);
  await repository.commit();
  await repository.push(['main']);
  await settled(6);
  t.equal(receiver.at('/other').length, 3, 'and pushes flow again');
});

/** What `belfry doctor` says, up to the end of this way. */
async function wayOut(bell: Belfry, way: string): Promise<string> {
  const { findings } = (await bell.run(['doctor', '--json'])).json<{
    findings: { area: string; fix: string }[];
  }>();
  const [keep, ...ways] = findings
    .find(({ area }) => area === 'database')!
    .fix.split(/^(?=# (?:restore|or start))/m);
  const [title, ...lines] = ways.find(one => one.startsWith(`# ${way}`))!.split('\n');
  // All but the first way are comments: a person chooses one.
  return [keep! + title, ...lines.map(line => line.replace(/^# /, ''))].join('\n');
}

/** Types it in, with the words that stand for something replaced. */
async function follow(bell: Belfry, commands: string, words: Record<string, string>): Promise<void> {
  const bin = join(bell.home, '..', 'bin');
  mkdirSync(bin);
  const belfry = `#!/bin/sh\nexec '${NODE}' '${join(PROJECT, 'src/cli.ts')}' "$@"\n`;
  writeFileSync(join(bin, 'belfry'), belfry, { mode: 0o755 });
  const text = Object.entries(words).reduce((all, [word, real]) => all.replace(word, real), commands);
  const env = { ...bell.env, PATH: `${bin}:${bell.env.PATH}`, BELFRY_HOME: bell.home };
  const ran = await run('sh', [], { env, stdin: text });
  if (ran.status !== 0 || /not found|cannot|usage/.test(ran.stderr))
    throw new Error(`${text}\n${ran.stdout}${ran.stderr}`);
}
