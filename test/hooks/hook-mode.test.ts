/** A hook must be executable for whoever can look into its directory; gitolite closes both to all but its own account. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { examineHooks } from '../../src/installer/examine-hooks.ts';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';

t.test('the mode of a hook', async t => {
  const dir = t.testdir({});
  const env = environment(dir);
  process.env.HOME = env.HOME;
  const repository = join(dir, 'app.git');
  await must('git', ['init', '-q', '--bare', repository], { env });
  const installation = { app: PROJECT, home: join(dir, 'home') };
  await installHooks(repository, installation);
  const hooks = join(repository, 'hooks');
  const rows: [directory: number, hook: number, good: boolean][] = [
    [0o755, 0o755, true],
    [0o755, 0o750, false],
    [0o755, 0o700, false],
    [0o750, 0o750, true],
    [0o750, 0o700, false],
    [0o700, 0o700, true],
    [0o700, 0o600, false],
    [0o700, 0o720, false],
  ];
  for (const [directory, hook, good] of rows) {
    await chmod(hooks, directory);
    await chmod(join(hooks, 'post-receive'), hook);
    const kinds = (await examineHooks(repository, installation)).map(({ kind }) => kind);
    t.strictSame(kinds, good ? [] : ['mode'], `${hook.toString(8)} in ${directory.toString(8)}`);
    t.equal((await installHooks(repository, installation)).changed, !good);
  }
});
