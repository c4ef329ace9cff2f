import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { checkHardLinks } from '../../../src/commands/doctor/check-home.ts';

t.test('a kernel that lets members name the files of others', async t => {
  const dir = t.testdir({ home: {}, off: '0\n', on: '1\n' });
  const home = join(dir, 'home');
  const look = async (name: string) =>
    (await Array.fromAsync(checkHardLinks(home, join(dir, name)))).map(one => one.subject);
  await chmod(home, 0o710);
  t.strictSame(await look('off'), [join(dir, 'off')]);
  t.strictSame(await look('on'), []);
  t.strictSame(await look('missing'), []);
  await chmod(home, 0o700);
  t.strictSame(await look('off'), [], 'nobody else is there');
});
