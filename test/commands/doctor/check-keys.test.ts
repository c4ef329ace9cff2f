/** Keys that say nothing of who pushes, or not what their admin thinks: found, with the line that helps. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { examineKeys, type KeyPlace } from '../../../src/commands/doctor/check-keys.ts';
import { belfry } from '../../support/belfry.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ';
const SHELL = '/usr/local/bin/belfry-shell';
const PLACE: KeyPlace = {
  account: 'git',
  home: '/home/git',
  shell: '/bin/sh',
  sshd: { permits: () => false, keyFiles: [], isAll: true },
  program: SHELL,
  guide: '/opt/belfry/docs/who-pushed.md',
};
const FILE = '/home/git/.ssh/authorized_keys';

async function found(lines: string[], place: Partial<KeyPlace> = {}) {
  const files = [{ path: FILE, text: lines.join('\n') }];
  const findings = await examineKeys({ files, refused: [] }, { ...PLACE, ...place });
  return findings.map(({ level, got, fix }) => [level, got, fix]);
}

t.test('many keys that lead to one login', async t => {
  const fix = (lines: string, program = SHELL) =>
    `# in ${FILE}, ${lines}, write before each key: restrict,command="${program} LOGIN"\n# see /opt/belfry/docs/who-pushed.md`;
  t.strictSame(await found([`${KEY} alice@laptop`, '', `command="git-shell -c x" ${KEY}`]), [
    ['note', '2 keys that are all reported as git: line 1 (alice@laptop), line 3', fix('lines 1 and 3')],
  ]);
  const many = Array.from({ length: 9 }, (_, index) => `${KEY} k${index + 1}`);
  t.strictSame(await found(many), [
    [
      'note',
      '9 keys that are all reported as git: line 1 (k1), line 2 (k2), line 3 (k3), line 4 (k4), line 5 (k5), 4 more',
      fix('lines 1, 2, 3, 4, 5 and 4 more'),
    ],
  ]);
  t.strictSame(await found([`${KEY} mine`]), [], 'one key is one person');
  t.strictSame(
    await found([`command="gitolite-shell alice" ${KEY}`, `command="gitolite-shell bob" ${KEY}`]),
    [],
    'gitolite names them',
  );
  t.strictSame(
    (await found(many, { program: "/o'p t/belfry-shell" }))[0]![2],
    fix('lines 1, 2, 3, 4, 5 and 4 more', "'/o'\\''p t/belfry-shell'"),
  );
});

t.test('environment= that sshd ignores', async t => {
  const keys = [`environment="BELFRY_USER=alice" ${KEY} alice`, `environment="BELFRY_USER=bob" ${KEY}`];
  const line = `# in ${FILE}, lines 1 and 2, write in place of environment="…": restrict,command="${SHELL} LOGIN"`;
  t.strictSame(await found(keys), [
    ['problem', 'one that ignores it: 2 keys reported as git: line 1 (alice), line 2', line],
  ]);
  const heeds = { permits: (variable: string) => variable === 'BELFRY_USER', keyFiles: [], isAll: true };
  t.strictSame(await found(keys, { sshd: heeds }), []);
  t.strictSame(await found(keys, { sshd: null }), [
    [
      'note',
      'an unreadable configuration; without PermitUserEnvironment all of these keys are reported as git: line 1 (alice), line 2',
      `sudo sshd -T | grep -i permituserenvironment   # if it says no:\n${line}`,
    ],
  ]);
});

t.test('keys with which nobody gets in, and those that may do too much', async t => {
  const dir = t.testdir({ bin: { 'belfry-shell': '' }, 'git-shell-commands': {} });
  const shell = join(dir, 'bin', 'belfry-shell');
  chmodSync(shell, 0o755);
  const place = { program: shell, home: dir };
  const fix = (lines: string) =>
    `# in ${FILE}, ${lines}, write in place of its command="…": restrict,command="${shell} LOGIN"`;
  const good = `restrict,command="${shell} alice" ${KEY}`;
  t.strictSame(await found([good, `restrict,command="~/bin/belfry-shell bob" ${KEY}`], place), []);
  t.strictSame(await found([good, `restrict,command="${shell} bob smith" ${KEY} bob`], place), [
    ['problem', 'something else, so these keys cannot log in: line 2 (bob)', fix('line 2')],
  ]);
  t.strictSame(await found([`restrict,command="${dir}/gone/belfry-shell bob" ${KEY}`], place), [
    ['problem', 'one that cannot be started, so these keys cannot log in: line 1', fix('line 1')],
  ]);
  t.strictSame(await found([`command="${shell} alice" ${KEY}`], place), [
    ['note', 'none: line 1', `# in ${FILE}, line 1, write before command="…": restrict,`],
  ]);

  const gitShell = { ...place, shell: '/usr/bin/git-shell' };
  const commands = join(dir, 'git-shell-commands');
  const once = `mkdir -p ${commands} && ln -sf ${shell} ${commands}/belfry-shell && ln -sf ${shell} ${commands}/no-interactive-login\n# in ${FILE}, line 1, write in place of its command="…": restrict,command="belfry-shell LOGIN"`;
  t.strictSame(await found([good], gitShell), [
    ['problem', 'one that cannot be started, so these keys cannot log in: line 1', once],
  ]);
  const named = `restrict,command="belfry-shell alice" ${KEY}`;
  t.strictSame(await found([named], gitShell), [
    ['problem', 'one that cannot be started, so these keys cannot log in: line 1', once],
  ]);
  writeFileSync(join(commands, 'belfry-shell'), '', { mode: 0o755 });
  t.strictSame(await found([named], gitShell), []);
});

t.test('doctor looks at the keys of the account that owns the home', async t => {
  const dir = t.testdir({});
  const bell = belfry(t, dir);
  const ssh = join(bell.env.HOME!, '.ssh');
  mkdirSync(ssh, { recursive: true });
  writeFileSync(join(ssh, 'authorized_keys'), `${KEY} alice\n${KEY} bob\u001b[31m\n`);
  const { ok, findings } = await bell.json<{ ok: boolean; findings: Record<string, string>[] }>(['doctor']);
  t.ok(ok, 'a note');
  t.strictSame(
    findings.filter(({ area }) => area === 'ssh').map(({ subject, level }) => [subject, level]),
    [[join(ssh, 'authorized_keys'), 'note']],
  );
  const said = (await bell.run(['doctor'])).stdout;
  t.ok(said.includes('ssh           1 note\n'), said);
  t.notOk(said.includes('\u001b'), 'a comment reaches no terminal as it is');
});
