/** The one installation that fetches its dependencies itself. */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { installStage } from '../install-stage.ts';
import { findProgram, needs } from '../support/needs.ts';
import { must, run } from '../support/run.ts';

t.test('installs the dependencies of the lock file', async t => {
  if (!needs(t, 'npm')) return;
  const stage = await installStage(t, { has: 'nothing' });
  // The machine's own Node may be too old for what tap loads into every child.
  const cache = (
    await must('env', ['-u', 'NODE_OPTIONS', 'npm', 'config', 'get', 'cache'], {
      env: { PATH: stage.env.PATH!, HOME: process.env.HOME ?? '/' },
    })
  ).trim();
  const env = { npm_config_cache: cache };
  const ran = await stage.install([...stage.places, stage.srv], { env });
  t.match(ran, { status: 0 }, ran.stderr);
  const { stdout } = await run(join(stage.prefix, 'node_modules/.bin/node'), ['--version'], { env: {} });
  t.match(stdout, /^v24\./);
  t.notOk((await readdir(join(stage.prefix, 'node_modules'))).includes('tap'), 'nothing for developers');
  t.strictSame(
    (await readdir(stage.prefix)).filter(name => /^\.(new|old)$/.test(name)),
    [],
  );
  const again = await stage.install([...stage.places, stage.srv], {
    env: { PATH: dirname(findProgram('git')!) },
  });
  t.match(again, { status: 0, stdout: /The program was up to date/ });
});
