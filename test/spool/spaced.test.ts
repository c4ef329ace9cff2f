/** Many who ask, few runs; and nobody is given an answer that is older than the question. */
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { realPaths } from '../../src/spool/real-paths.ts';
import { spaced } from '../../src/spool/spaced.ts';

t.test('who asks at once shares a run; who asks during a run has the next one', async t => {
  const ends: (() => void)[] = [];
  const run = spaced(() => new Promise<void>(resolve => void ends.push(resolve)));
  const first = [run(), run(), run()];
  await sleep(1);
  t.equal(ends.length, 1);
  let answered = false;
  const second = [run(), run()];
  void second[0]!.then(() => {
    answered = true;
  });
  ends[0]!();
  await Promise.all(first);
  t.equal(answered, false, 'the run had begun before the question');
  while (ends.length < 2) await sleep(1);
  ends[1]!();
  await Promise.all(second);
  t.equal(ends.length, 2);
});

t.test('a run that fails is the failure of who asked, and the next one goes on', async t => {
  let runs = 0;
  const run = spaced(async () => {
    if (runs++ === 0) throw new Error('the disk is away');
  });
  await t.rejects(run(), { message: 'the disk is away' });
  await run();
  t.equal(runs, 2);
});

t.test('a file system that does not answer keeps nobody, and few threads', async t => {
  let asked = 0;
  const never = () => new Promise<string>(() => void asked++);
  const path = realPaths(never, 1);
  const found = [];
  for (let n = 0; n < 20; n++) found.push(await path(`/away/${n}`));
  t.equal(found[19], '/away/19', 'the path as it was given');
  t.equal(asked, 8);
  const good = realPaths(async () => '/real', 1_000);
  t.equal(await good('/link'), '/real');
});
