import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createWaker } from '../../src/delivery/waker.ts';
import { openHome } from '../../src/worker/open-home.ts';

t.test('a home that is removed while its worker starts is left alone, and the worker leaves', async t => {
  const home = join(t.testdir({}), 'home');
  mkdirSync(home);
  const said: string[] = [];
  const opened = await openHome(home, (_level, text) => void said.push(text), {
    once: false,
    stopping: () => false,
    waker: createWaker(),
  });
  t.equal(opened, 1);
  t.same(said, [`${home} is gone: stopping`]);
  t.same(readdirSync(home), []);
});
