/** A home is removed without following anything that somebody has put into it. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { emptyHome } from '../../../src/commands/setup/purge-home.ts';
import { swapper } from '../../files/swapper.ts';

t.test('links go, and what they lead to stays, also while directories become links', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-purge-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755);
  const home = join(dir, 'home');
  const other = join(dir, 'other');
  await mkdir(join(home, 'spool', 'new'), { recursive: true });
  await mkdir(join(other, 'sub'), { recursive: true });
  await writeFile(join(other, 'sub', 'file'), 'kept');
  await symlink(other, join(home, 'log'));
  await symlink(join(other, 'sub', 'file'), join(home, 'spool', 'new', 'push'));
  await writeFile(join(home, 'belfry.db'), '');
  const turns = await swapper(t, join(home, 'spool', 'new', 'name'), [
    `fs.mkdirSync(path); fs.mkdirSync(path + '/sub'); fs.writeFileSync(path + '/sub/file', '')`,
    `fs.symlinkSync(${JSON.stringify(other)}, path)`,
  ]);
  for (let n = 0; n < 200; n++) {
    await mkdir(join(home, 'spool', 'new'), { recursive: true });
    await emptyHome(home);
  }
  await turns.end();
  t.strictSame(await emptyHome(home), []);
  t.strictSame(await readdir(home), []);
  t.equal(await readFile(join(other, 'sub', 'file'), 'utf8'), 'kept');
});
