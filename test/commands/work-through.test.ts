/** Many repositories: a bar on a terminal, nothing elsewhere, and one that fails stops no other. */
import t from 'tap';
import { workThrough } from '../../src/commands/repo/work-through.ts';
import { BelfryError } from '../../src/errors.ts';

const MANY = Array.from({ length: 50 }, (_, i) => `/srv/git/${i}.git`);

/** What is written to standard error meanwhile, as if that were a terminal or not. */
async function watched<T>(isTTY: boolean, work: () => Promise<T>): Promise<{ result: T; said: string }> {
  const { isTTY: before, write } = process.stderr;
  let said = '';
  process.stderr.isTTY = isTTY;
  process.stderr.write = ((text: string) => {
    said += text;
    return true;
  }) as typeof write;
  try {
    return { result: await work(), said };
  } finally {
    process.stderr.write = write;
    process.stderr.isTTY = before;
  }
}

t.test('a bar on a terminal, when there are many', async t => {
  const work = (count: number) => () => workThrough(MANY.slice(0, count), async directory => directory);
  const many = await watched(true, work(50));
  t.match(many.said, /0\/50 repositories/);
  t.same(many.result, { done: MANY, failed: [] }, 'in their order');
  t.equal((await watched(true, work(20))).said, '', 'a few are done before a bar could be read');
  t.equal((await watched(false, work(50))).said, '', 'no terminal, no bar');
});

t.test('what fails for one is told, and the others are done', async t => {
  const { done, failed } = await workThrough(MANY, async directory => {
    if (directory === MANY[7]) throw new BelfryError('git', 'broken', { hint: 'mend it' });
    return directory;
  });
  t.equal(done.length, 49);
  t.same(failed, [{ directory: MANY[7], code: 'git', message: 'broken', hint: 'mend it' }]);
  await t.rejects(
    workThrough(MANY, async () => {
      throw new TypeError('a mistake of ours');
    }),
    { message: 'a mistake of ours' },
  );
});
