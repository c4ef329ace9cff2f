/** Where an account's keys are, and that nothing in its home leads the reader elsewhere. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readKeyFiles } from '../../src/host/key-files.ts';
import { must } from '../support/run.ts';

const USUAL = ['.ssh/authorized_keys', '.ssh/authorized_keys2'];

t.test('the usual files, and those that sshd was told', async t => {
  const dir = t.testdir({
    home: { '.ssh': { authorized_keys: 'a', authorized_keys2: 'b' }, 'keys%': 'c' },
    etc: { git: 'd', 7: 'e' },
  });
  const owner = { name: 'git', uid: 7, home: join(dir, 'home') };
  const read = async (names: string[]) => {
    const { files, refused } = await readKeyFiles(owner, names);
    t.strictSame(refused, []);
    return files.map(({ path, text }) => [path.slice(dir.length), text]);
  };
  t.strictSame(await read(USUAL), [
    ['/home/.ssh/authorized_keys', 'a'],
    ['/home/.ssh/authorized_keys2', 'b'],
  ]);
  t.strictSame(await read(['%h/keys%%', `${dir}/etc/%u`, `${dir}/etc/%U`, 'none/at/all', '/none/at/all']), [
    ['/home/keys%', 'c'],
    ['/etc/git', 'd'],
    ['/etc/7', 'e'],
  ]);
  symlinkSync('home', join(dir, 'link'));
  const linked = await readKeyFiles({ ...owner, home: join(dir, 'link') }, USUAL);
  t.equal(linked.files.length, 2, 'the home itself may be reached by a link');
});

t.test('a link, a pipe and a file without end are named, and not read', async t => {
  const dir = t.testdir({ secret: { authorized_keys: 'not for you' }, home: {} });
  const owner = { name: 'git', uid: 7, home: join(dir, 'home') };
  const ssh = join(dir, 'home', '.ssh');
  const keys = join(ssh, 'authorized_keys');
  const refused = async (what: string) => {
    const read = await readKeyFiles(owner, ['.ssh/authorized_keys']);
    t.strictSame(read.files, [], what);
    rmSync(ssh, { recursive: true });
    return read.refused;
  };
  symlinkSync(join(dir, 'secret'), ssh);
  t.strictSame(await refused('a directory'), [`${ssh}: wanted a directory, got a symbolic link`]);
  mkdirSync(ssh);
  symlinkSync(join(dir, 'secret', 'authorized_keys'), keys);
  t.strictSame(await refused('a link'), [`${keys}: wanted a regular file, got a symbolic link`]);
  mkdirSync(ssh);
  await must('mkfifo', [keys], { env: { PATH: process.env.PATH ?? '' } });
  t.strictSame(await refused('a pipe'), [`${keys}: wanted a regular file, got a pipe`]);
  mkdirSync(ssh);
  writeFileSync(keys, Buffer.alloc(4_000_001, 0x20));
  t.strictSame(await refused('a large one'), [`${keys}: wanted at most 4000000 bytes, got a larger file`]);
});
