/** The worker that runs makes room, or does not in time. */
import { join } from 'node:path';
import t from 'tap';
import { takeProcessLock } from '../../src/store/process-lock.ts';
import { replaceWorker } from '../../src/worker/take-lock.ts';

t.test('who does not wait without end is given nothing, and keeps nobody else from waiting', async t => {
  const home = t.testdir({});
  const held = takeProcessLock(join(home, 'worker.lock'));
  t.equal(await replaceWorker(home, 0), null);
  const turn = takeProcessLock(join(home, 'worker.next'));
  t.ok(turn, 'the turn is free');
  turn?.release();
  held?.release();
  const lock = await replaceWorker(home, 0);
  t.equal(takeProcessLock(join(home, 'worker.lock')), null);
  lock?.release();
});
