/** However many files come, somebody is told a few times; and of each file by its name. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { watchFolder } from '../../src/spool/watch-folder.ts';
import { until } from '../support/until.ts';

t.test('500 files that come at once are few events', async t => {
  const path = t.testdir({});
  const names = new Set<string | null>();
  let told = 0;
  const stop = watchFolder(path, { onName: name => void names.add(name), onChange: () => void told++ });
  t.teardown(stop);
  for (let n = 0; n < 500; n++) writeFileSync(join(path, `f${n}`), '');
  await until('all names', () => names.size >= 500);
  t.ok(told < 100, `told ${told} times`);
  const before = told;
  writeFileSync(join(path, 'last'), '');
  await until('the last one', () => told > before && names.has('last'));
});
