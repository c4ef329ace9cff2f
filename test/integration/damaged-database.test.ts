/** A damaged database: every command says so in a line, the worker too, and pushes stay in the spool until it is well. */
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { tower } from '../support/tower.ts';

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
  for (const way of ['keep: every push stays', 'restore a backup', 'start anew', /belfry .*scan/])
    t.match(doctor.stdout, way);
  t.match(doctor.stdout, 'not looked at');
  t.equal((await bell.run(['doctor', '--fix'])).status, 1, 'that needs a person');

  await repository.commit();
  const pushed = await repository.push(['main']);
  t.equal(pushed.status, 0);
  t.notMatch(pushed.stderr, 'belfry', 'the pusher notices nothing');
  const spooled = () => readdirSync(join(bell.home, 'spool', 'new')).filter(name => !name.startsWith('.'));
  t.equal(spooled().length, 1);
  await bell.run(['worker', '--once']);
  t.equal(spooled().length, 1, 'kept');
  const log = readFileSync(join(bell.home, 'log', 'worker.log'), 'utf8');
  t.match(log, /^\S+ error .*SQLITE_(CORRUPT|NOTADB).*belfry doctor/m);
  t.notMatch(log, / at .*\.ts:\d/);

  for (const more of ['', '-wal', '-shm']) rmSync(file + more, { force: true });
  copyFileSync(backup, file);
  await bell.run(['status']);
  await receiver.received(1, { path: '/hook' });
  t.match(await settled(1), [{ state: 'delivered' }]);
  t.same(spooled(), []);
  t.equal((await bell.run(['doctor'])).status, 0);
});

t.test('started anew', async t => {
  const { belfry: bell, receiver, repository, root, settled, webhook } = await tower(t);
  await repository.commit();
  await repository.push(['main']);
  await bell.stopWorker();
  const file = join(bell.home, 'belfry.db');
  damage(file);
  for (const more of ['', '-wal', '-shm']) rmSync(file + more, { force: true });
  await bell.json(['install', root]);
  await bell.json(['scan']);
  await webhook('/hook');
  t.equal((await bell.json<unknown[]>(['deliveries'])).length, 0, 'what is there is the baseline');
  await repository.commit();
  await repository.push(['main']);
  await settled(1);
  t.equal(receiver.at('/hook').length, 1);
});
