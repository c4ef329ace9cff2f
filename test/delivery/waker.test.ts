import t from 'tap';
import { createWaker } from '../../src/delivery/waker.ts';

t.test('woken, or by time', async t => {
  const waker = createWaker();
  t.equal(await waker.wait(1), 'time');
  const waiting = waker.wait(null);
  waker.wake();
  t.equal(await waiting, 'woken');
  const both = waker.wait(60_000);
  waker.wake();
  t.equal(await both, 'woken', 'and the timer does not keep the process');
});

t.test('a call before anybody waits is not lost, and counts once', async t => {
  const waker = createWaker();
  waker.wake();
  waker.wake();
  t.equal(await waker.wait(60_000), 'woken');
  t.equal(await waker.wait(1), 'time');
});

t.test('a call at the moment when the time is over is not lost either', async t => {
  const waker = createWaker();
  for (let round = 0; round < 50; round++) {
    const waiting = waker.wait(1);
    setTimeout(waker.wake, 1);
    const first = await waiting;
    t.equal(first === 'woken' ? 'woken' : await waker.wait(1_000), 'woken');
  }
});

t.test('a pause lasts, whatever happens', async t => {
  const waker = createWaker();
  const paused = waker.pause(5);
  waker.wake();
  await paused;
  t.equal(await waker.wait(60_000), 'woken');
});
