/** sshd_config as far as its files tell, held against what the real sshd makes of the same lines. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readSshdConfig } from '../../src/host/sshd-config.ts';
import { findProgram, needs } from '../support/needs.ts';
import { must } from '../support/run.ts';

const USUAL = ['.ssh/authorized_keys', '.ssh/authorized_keys2'];

function config(t: Test, files: Record<string, string>): string {
  const dir = t.testdir({});
  mkdirSync(join(dir, 'more'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return join(dir, 'sshd_config');
}

t.test('which variables of a key reach the session', async t => {
  const cases: [what: string, lines: string, permitted: boolean][] = [
    ['nothing is said', 'UsePAM no\n', false],
    ['no', 'PermitUserEnvironment no\n', false],
    ['yes', 'permituserenvironment yes\n', true],
    ['a pattern', 'PermitUserEnvironment=BELFRY_*,LANG\n', true],
    ['another pattern', 'PermitUserEnvironment LANG,LC_?\n', false],
    ['all but it', 'PermitUserEnvironment "*,!BELFRY_USER"\n', false],
    ['the first line counts', 'PermitUserEnvironment no\nPermitUserEnvironment yes\n', false],
    ['a remark', '# PermitUserEnvironment yes\nPermitUserEnvironment no # yes\n', false],
    ['for some only', 'Match User git\n  X11Forwarding no\n', false],
  ];
  for (const [what, lines, permitted] of cases) {
    const read = await readSshdConfig(config(t, { sshd_config: lines }));
    t.equal(read!.permits('BELFRY_USER'), permitted, what);
  }
});

t.test('included files, in the order of their names, and where the keys are', async t => {
  const path = config(t, {
    sshd_config: 'Include more/*.conf\nInclude missing/*.conf\nPermitUserEnvironment no\n',
    'more/20.conf': 'PermitUserEnvironment no\nAuthorizedKeysFile none\n',
    'more/10.conf': 'PermitUserEnvironment yes\nMatch User x\nAuthorizedKeysFile /x\n',
    'more/15.conf': 'AuthorizedKeysFile /etc/keys/%u .ssh/authorized_keys\n',
    'more/not.read': 'PermitUserEnvironment no\n',
  });
  const read = await readSshdConfig(path);
  t.ok(read!.permits('BELFRY_USER'));
  t.strictSame(read!.keyFiles, ['/etc/keys/%u', '.ssh/authorized_keys']);
  t.strictSame((await readSshdConfig(config(t, { sshd_config: '' })))!.keyFiles, USUAL);
  t.strictSame((await readSshdConfig(config(t, { sshd_config: 'AuthorizedKeysFile none\n' })))!.keyFiles, []);
});

t.test('what cannot be read is not known', async t => {
  t.equal(await readSshdConfig(join(t.testdir({}), 'none')), null);
  const circle = config(t, { sshd_config: 'Include sshd_config\n' });
  t.equal(await readSshdConfig(circle), null, 'a file that includes itself');
});

t.test('sshd says the same', async t => {
  if (!needs(t, 'sshd', 'ssh-keygen')) return;
  const env = { PATH: process.env.PATH ?? '' };
  for (const value of ['yes', 'no', 'BELFRY_*,LANG']) {
    const path = config(t, {
      sshd_config: 'Include more/*.conf\nPermitUserEnvironment no\n',
      'more/1.conf': `PermitUserEnvironment ${value}\nAuthorizedKeysFile /etc/keys/%u .ssh/k\n`,
    });
    const hostKey = join(path, '..', 'host');
    await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey], { env });
    // A relative Include is one below /etc/ssh.
    writeFileSync(path, `Include ${join(path, '..', 'more')}/*.conf\nPermitUserEnvironment no\n`);
    const said = await must(findProgram('sshd')!, ['-T', '-f', path, '-h', hostKey], { env });
    const read = await readSshdConfig(path);
    t.ok(said.split('\n').includes(`permituserenvironment ${value}`), value);
    t.equal(read!.permits('BELFRY_USER'), value !== 'no');
    t.ok(said.split('\n').includes(`authorizedkeysfile ${read!.keyFiles.join(' ')}`));
  }
});
