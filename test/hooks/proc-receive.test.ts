/** What the proc-receive hook gives to Node: Git's input, and Git's own environment where an update hook is to be run with it. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { renderHook } from '../../src/installer/hook-file.ts';
import { PROJECT } from '../support/belfry.ts';
import { findProgram, needs } from '../support/needs.ts';
import { hookStage, SHELLS } from './hook-stage.ts';

for (const shell of SHELLS) {
  t.test(`under ${shell}`, async t => {
    if (!needs(t, shell)) return;
    const hook = await hookStage(t, shell);
    await mkdir(join(hook.app, 'node_modules/.bin'), { recursive: true });
    await mkdir(join(hook.app, 'src'), { recursive: true });
    await writeFile(join(hook.app, 'src/proc-receive.ts'), '');
    // In place of Node.
    await writeFile(
      join(hook.app, 'node_modules/.bin/node'),
      `#!/bin/sh
printf 'input: '; cat
shift; echo "arguments: $*"
echo "its own: \${GL_USER-} \${SECRET-}"
if [ -e /proc/$$/fd/3 ]; then tr '\\0' '\\n' <&3 | grep -e '^GL_USER=' -e '^SECRET='; fi
[ -e /proc/$$/fd/4 ] && echo 'descriptor 4 is open'
exit 7
`,
      { mode: 0o755 },
    );
    const interpreter = shell === 'dash' ? findProgram('dash') : `${findProgram('busybox')} ash`;
    const text = await renderHook('proc-receive', { app: PROJECT, home: hook.home });
    const path = join(hook.repository, 'hooks/proc-receive');
    await writeFile(
      path,
      text
        .replace('#!/bin/sh', `#!${interpreter}`)
        .replace(/^belfry_app=.*$/m, () => `belfry_app='${hook.app}'`),
      { mode: 0o755 },
    );
    const update = join(hook.repository, 'hooks/update');
    await writeFile(update, '#!/bin/sh\n', { mode: 0o755 });
    const env = { GL_USER: 'alice', SECRET: 'caf\u00e9' };
    const run = () => hook.run('from git\n', { hook: 'hooks/proc-receive', env });
    const lines = ['input: from git', `arguments: --home ${hook.home} --hooks hooks`, 'its own: alice '];
    const guarded = await run();
    t.equal(guarded.status, 7);
    t.strictSame(guarded.stdout.split('\n').slice(0, -1), [...lines, 'GL_USER=alice', 'SECRET=café']);
    await rm(update);
    const plain = await run();
    t.equal(plain.status, 7);
    t.strictSame(plain.stdout.split('\n').slice(0, -1), lines);
  });
}
