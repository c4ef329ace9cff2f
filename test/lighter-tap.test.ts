/** What is taken from tap (support/lighter-tap.js) must not hide an error that nobody catches. */
import { join } from 'node:path';
import t from 'tap';
import { NODE, PROJECT } from './support/belfry.ts';
import { run } from './support/run.ts';

for (const [what, stray] of [
  ['an error thrown by a timer', `setTimeout(() => { throw new Error('nobody caught it'); }, 1)`],
  ['a rejected promise', `Promise.reject(new Error('nobody caught it'))`],
] as const) {
  t.test(`${what} that nobody catches fails its file, with a report`, async t => {
    const dir = t.testdir({
      'stray.js': `
        import t from 'tap';
        t.test('one', async t => { t.pass('so far'); ${stray}; await new Promise(go => setTimeout(go, 200)); });
        t.test('two', async t => t.pass('never'));`,
    });
    const lighter = join(PROJECT, 'test/support/lighter-tap.js');
    const { status, stdout, stderr } = await run(NODE, ['--import', lighter, join(dir, 'stray.js')], {
      env: { PATH: '/nowhere' },
    });
    t.not(status, 0);
    t.match(stdout, /^not ok /m);
    t.match(stdout + stderr, /nobody caught it[\s\S]*stray\.js/);
  });
}
