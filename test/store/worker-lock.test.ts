import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { takeWorkerLock } from '../../src/store/worker-lock.ts';
import { NODE, PROJECT } from '../support/belfry.ts';

t.test('one holder at a time, and the next one as soon as it is released', async t => {
  const file = join(t.testdir({}), 'worker.lock');
  const first = takeWorkerLock(file, 0);
  t.ok(first);
  t.equal(takeWorkerLock(file, 0), null);
  t.equal(takeWorkerLock(file, 20), null);
  first!.release();
  const second = takeWorkerLock(file, 0);
  t.ok(second);
  second!.release();
});

t.test('a process that is killed lets go of it', async t => {
  const file = join(t.testdir({}), 'worker.lock');
  const script = `
    import { takeWorkerLock } from ${JSON.stringify(join(PROJECT, 'src/store/worker-lock.ts'))};
    const lock = takeWorkerLock(${JSON.stringify(file)}, 0);
    console.log(lock === null ? 'no' : 'held');
    setInterval(() => lock, 1_000);
  `;
  const holder = spawn(NODE, ['--input-type=module', '-e', script]);
  const [said] = await once(holder.stdout, 'data');
  t.equal(String(said), 'held\n');
  t.equal(takeWorkerLock(file, 0), null);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = takeWorkerLock(file, 0);
  t.ok(lock);
  lock!.release();
});

t.test('where no lock can be taken it says so', async t => {
  t.throws(
    () => takeWorkerLock(join(t.testdir({}), 'missing', 'worker.lock'), 0),
    /directory does not exist|unable to open/,
  );
});
