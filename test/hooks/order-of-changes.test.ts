/**
 * A configuration without its hook would have Git refuse every push for review, so there is never one: the hooks come
 * first and go last. A lock on the configuration stops both half-way.
 */
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';

t.test('hooks first, configuration second, and the reverse', async t => {
  const dir = t.testdir({});
  const env = environment(dir);
  process.env.HOME = env.HOME;
  const repository = join(dir, 'app.git');
  await must('git', ['init', '-q', '--bare', repository], { env });
  const installation = { app: PROJECT, home: join(dir, 'home') };
  const lock = join(repository, 'config.lock');
  const config = () => readFile(join(repository, 'config'), 'utf8');
  const before = await config();
  const hooks = ['post-receive', 'proc-receive'].map(name => join(repository, 'hooks', name));
  const allThere = () => Promise.all(hooks.map(hook => access(hook)));

  await writeFile(lock, '');
  const requests = { choice: 'on', any: false } as const;
  const install = () => installHooks(repository, installation, null, { requests });
  await t.rejects(install(), { code: 'conflict' });
  await allThere();
  t.equal(await config(), before, 'the hooks are there, the configuration is not');
  await rm(lock);
  await install();
  const after = await config();
  t.match(after, /procReceiveRefs = refs\/for/);

  await writeFile(lock, '');
  await t.rejects(uninstallHooks(repository), { code: 'conflict' });
  await allThere();
  t.equal(await config(), after, 'the configuration stays, and so do the hooks');
  await rm(lock);
  await uninstallHooks(repository);
  t.equal(await config(), before);
  for (const hook of hooks) await t.rejects(access(hook), { code: 'ENOENT' });
});
