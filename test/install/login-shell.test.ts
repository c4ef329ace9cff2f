/** belfry-shell beside the command: where keys name it, it outlives the program. */
import { access, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { shellWord } from '../../src/text/printable.ts';
import { installStage } from '../install-stage.ts';
import { PROJECT } from '../support/belfry.ts';

t.test('comes with the command, and stays as long as keys start it', async t => {
  const { bin, places, install, env, srv } = await installStage(t);
  t.match(await install([...places, srv]), { status: 0, stderr: '' });
  const path = join(bin, 'belfry-shell');
  t.equal(await readFile(path, 'utf8'), await readFile(join(PROJECT, 'hooks', 'belfry-shell'), 'utf8'));
  t.equal((await stat(path)).mode & 0o777, 0o755);
  const ssh = join(env.HOME!, '.ssh');
  await mkdir(ssh);
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ';
  await writeFile(
    join(ssh, 'authorized_keys'),
    `restrict,command="${shellWord(path)} alice" ${key}\n${key}\n`,
  );
  const out = await install(['--bin', bin, '--uninstall']);
  t.match(out, { status: 0, stderr: '' });
  t.ok(out.stdout.includes(`${path} stays: 1 SSH key of `), out.stdout);
  await access(path);
  await t.rejects(access(join(bin, 'belfry')));
});

t.test('is taken away with the rest when no key starts it', async t => {
  const { bin, places, install, srv } = await installStage(t);
  t.match(await install([...places, srv]), { status: 0, stderr: '' });
  t.match(await install(['--bin', bin, '--uninstall']), { status: 0, stderr: '' });
  await t.rejects(access(bin));
});

t.test('a program of somebody else by that name is left alone', async t => {
  const { bin, places, install, srv, prefix, home } = await installStage(t);
  await mkdir(bin);
  await writeFile(join(bin, 'belfry-shell'), 'mine\n');
  const refused = await install([...places, srv]);
  t.equal(refused.status, 1);
  t.ok(refused.stderr.includes(`${join(bin, 'belfry-shell')} is another program`), refused.stderr);
  t.equal(await readFile(join(bin, 'belfry-shell'), 'utf8'), 'mine\n');
  await t.rejects(access(home), prefix);
});

t.test('stays where it cannot be told whether keys start it', async t => {
  const { bin, places, install, env, srv } = await installStage(t);
  t.match(await install([...places, srv]), { status: 0, stderr: '' });
  const path = join(bin, 'belfry-shell');
  const ssh = join(env.HOME!, '.ssh');
  await mkdir(ssh);
  await writeFile(
    join(ssh, 'keys'),
    `restrict,command="${shellWord(path)} alice" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\n`,
  );
  await symlink('keys', join(ssh, 'authorized_keys'));
  const out = await install(['--bin', bin, '--uninstall']);
  t.match(out, { status: 0, stderr: '' });
  t.ok(out.stdout.includes(`When none does: rm ${shellWord(path)}`), out.stdout);
  await access(path);
});
