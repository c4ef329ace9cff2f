/** What somebody dropped is read only when its owner is beyond doubt, and nothing of it is waited for. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readDropped } from '../../src/spool/read-dropped.ts';

t.test('a plain file: its bytes, its owner, and no time ahead of the kernel’s', async t => {
  const file = join(t.testdir({ one: 'content' }), 'one');
  chmodSync(file, 0o640);
  utimesSync(file, 1_600_000_000.25, 1_600_000_000.25);
  t.match(await readDropped(file), {
    bytes: Buffer.from('content'),
    uid: process.getuid!(),
    at: 1_600_000_000_250,
  });
  t.match(await readDropped(file, 3), { bytes: Buffer.from('con') });
  utimesSync(file, 99_999_999_999, 99_999_999_999);
  t.match(await readDropped(file), {
    bytes: Buffer.from('content'),
    uid: process.getuid!(),
    at: Math.floor(statSync(file).ctimeMs),
  });
  t.equal(await readDropped(`${file}.gone`), null);
});

t.test('everything else is refused, with a reason', async t => {
  const dir = t.testdir({ plain: 'x', linked: 'x', group: 'x', all: 'x', huge: '' });
  const at = (name: string) => join(dir, name);
  for (const name of ['plain', 'linked', 'group', 'all', 'huge']) chmodSync(at(name), 0o640);
  symlinkSync(at('plain'), at('symlink'));
  symlinkSync('/nowhere', at('dangling'));
  linkSync(at('linked'), at('linked-again'));
  mkdirSync(at('directory'));
  execFileSync('mkfifo', [at('pipe')]);
  chmodSync(at('group'), 0o660);
  chmodSync(at('all'), 0o642);
  truncateSync(at('huge'), 65 * 1024 * 1024);
  const cases: [name: string, reason: RegExp][] = [
    ['symlink', /^it is a symbolic link$/],
    ['dangling', /^it is a symbolic link$/],
    ['linked', /^it has a second name/],
    ['linked-again', /^it has a second name/],
    ['directory', /^it is not a file$/],
    ['pipe', /^it is not a file$/],
    ['group', /^accounts other than its owner may write it/],
    ['all', /^accounts other than its owner may write it/],
    ['huge', /^it has 68157440 bytes, at most 67108864 are read$/],
    ['plain/below', /^it cannot be read: ENOTDIR/],
  ];
  for (const [name, reason] of cases) t.match(await readDropped(at(name)), reason, name);
  writeFileSync(at('plain'), '');
  t.match(await readDropped(at('plain')), { bytes: Buffer.alloc(0) });
});
