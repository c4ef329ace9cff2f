/** What a worker that rests gives back: seen from outside, on a real one that has taken a large push. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { openTestStore } from '../store/stage.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const megabytes = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024;

t.test('the memory of a large push is given back soon after it, without further work', async t => {
  const { belfry, repository, webhook, settled } = await tower(t);
  await webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await settled(1);
  const refs = Array.from({ length: 3_000 }, (_, n) => `main:refs/heads/b${n}`);
  t.match(await repository.push(refs), { status: 0 });
  await until('the push to be taken in', () => readdirSync(join(belfry.home, 'spool', 'new')).length === 0);
  const { store } = openTestStore(t, belfry.home);
  await until('all to be delivered', async () => !(await store.queue.hasPending()), { limitMs: 60_000 });
  const pid = belfry.worker()!;
  const most = megabytes(pid);
  await until('memory to be given back', () => megabytes(pid) < most - 10, { limitMs: 30_000 });
  t.equal(belfry.worker(), pid, 'the same worker');
  const wakes = () =>
    Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  await sleep(1_000);
  const before = wakes();
  await sleep(10_000);
  t.ok(wakes() - before <= 1, `${wakes() - before} wake-ups of its main thread in 10 s, LOOK_MS apart`);
});
