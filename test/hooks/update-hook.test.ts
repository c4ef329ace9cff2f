/** How the update hook is asked that Git does not run for merge requests. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { askUpdateHook } from '../../src/installer/update-hook.ts';

const QUESTION = { ref: 'refs/pull/1/head', old: '0'.repeat(40), new: '1'.repeat(40) };

t.test('a hooks directory with odd characters in its path broke the hook', async t => {
  const dir = t.testdir({});
  for (const name of ['plain', 'uml-ü', '钩子', 'hooks=x', "it's $(here)"]) {
    const hooks = join(dir, name);
    mkdirSync(hooks);
    const said = join(hooks, 'said');
    writeFileSync(
      join(hooks, 'update'),
      `#!/bin/sh\nprintf '%s\\n' "$0" "$@" "$GL_USER" >"\${0%/*}/said"\n[ "$GL_USER" = alice ]\n`,
      { mode: 0o755 },
    );
    const ask = (user: string) => askUpdateHook(hooks, Buffer.from(`GIT_DIR=.\0GL_USER=${user}\0`), QUESTION);
    t.equal(await ask('alice'), null, name);
    t.strictSame(readFileSync(said, 'utf8').split('\n'), [
      join(hooks, 'update'),
      ...[QUESTION.ref, QUESTION.old, QUESTION.new, 'alice', ''],
    ]);
    t.equal(await ask('bob'), 'hook declined', `${name}: and its word counts`);
  }
});
