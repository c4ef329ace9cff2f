import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { takeProcessLock } from '../../src/store/process-lock.ts';
import { NODE, PROJECT } from '../support/belfry.ts';

t.test('one holder at a time, and the next one as soon as it is released', async t => {
  const file = join(t.testdir({}), 'worker.lock');
  const first = takeProcessLock(file);
  t.ok(first);
  t.equal(takeProcessLock(file), null);
  t.equal(takeProcessLock(file), null);
  first!.release();
  const second = takeProcessLock(file);
  t.ok(second);
  second!.release();
});

t.test('a process that is killed lets go of it', async t => {
  const file = join(t.testdir({}), 'worker.lock');
  const script = `
    import { takeProcessLock } from ${JSON.stringify(join(PROJECT, 'src/store/process-lock.ts'))};
    const lock = takeProcessLock(${JSON.stringify(file)});
    console.log(lock === null ? 'no' : 'held');
    setInterval(() => lock, 1_000);
  `;
  const holder = spawn(NODE, ['--input-type=module', '-e', script]);
  const [said] = await once(holder.stdout, 'data');
  t.equal(String(said), 'held\n');
  t.equal(takeProcessLock(file), null);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = takeProcessLock(file);
  t.ok(lock);
  lock!.release();
});

t.test('where no lock can be taken it says so', async t => {
  t.throws(
    () => takeProcessLock(join(t.testdir({}), 'missing', 'worker.lock')),
    /directory does not exist|unable to open/,
  );
});
