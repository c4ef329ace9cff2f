/** Which process a file may name: one of its own account, of that time, that somebody can see. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { processState } from '../../src/host/process-state.ts';

const uid = process.getuid!();

t.test('a process of the account, of that time', async t => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const pid = child.pid!;
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
  const startedAt = Number(fields[19]);
  t.equal(processState({ pid, uid }), 'alive');
  t.equal(processState({ pid, uid: null, startedAt }), 'alive');
  t.equal(processState({ pid, uid: uid + 1 }), 'gone', 'of another account');
  t.equal(processState({ pid, uid, startedAt: startedAt + 1 }), 'gone', 'the number was given out again');
  t.equal(processState({ pid, uid, at: Date.now() }), 'alive');
  t.equal(processState({ pid, uid, at: Date.now() - 86_400_000 }), 'gone', 'it began later');
  child.kill();
  await once(child, 'exit');
  t.equal(processState({ pid, uid }), 'gone');
  t.equal(processState({ pid: null, uid }), 'unknown');
  for (const odd of [Number.NaN, 0, -1, 4_194_305, 1.5])
    t.equal(processState({ pid: odd, uid }), 'gone', String(odd));
});

t.test('pid 1 is nobody’s but its owner’s', async t => {
  t.equal(processState({ pid: 1, uid: 65_534 }), 'gone');
});

t.test('where processes are hidden, one that is not seen may be alive', async t => {
  const proc = t.testdir({ 77: {} });
  const mounts = (options: string) => writeFileSync(join(proc, 'mounts'), `proc /proc proc ${options} 0 0\n`);
  const me = process.getuid;
  t.teardown(() => {
    process.getuid = me!;
  });
  const seen = () => processState({ pid: 77, uid: 1_001 }, proc);
  mounts('rw,nosuid,hidepid=2');
  process.getuid = () => 1_000;
  t.equal(seen(), 'unknown');
  mounts('rw,nosuid,hidepid=invisible');
  t.equal(seen(), 'unknown');
  mounts('rw,nosuid,hidepid=0');
  t.equal(seen(), 'gone');
  mounts('rw,nosuid');
  t.equal(seen(), 'gone');
  mounts('rw,hidepid=2');
  process.getuid = () => 1_001;
  t.equal(seen(), 'gone', 'one’s own are always seen');
  process.getuid = () => 0;
  t.equal(seen(), 'gone', 'root sees all');
});
