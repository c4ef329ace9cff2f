/** A foreign proc-receive hook answers for what it is given: it stays, alone, and is told of. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';
import { directoryPicture } from './directory-picture.ts';

const FOREIGN = [
  '#!/bin/sh\nexec gitea hook proc-receive\n',
  '#!/bin/sh\nfor h in "$0".d/*; do "$h"; done\n',
];

t.test('a foreign proc-receive hook', async t => {
  for (const [nth, text] of FOREIGN.entries()) {
    const dir = join(t.testdir({ 0: {}, 1: {} }), String(nth));
    const env = environment(dir);
    process.env.HOME = env.HOME;
    const repository = join(dir, 'app.git');
    await must('git', ['init', '-q', '--bare', repository], { env });
    const hook = join(repository, 'hooks', 'proc-receive');
    await writeFile(hook, text, { mode: 0o755 });
    const before = await directoryPicture(repository, { times: false });

    const installation = { app: PROJECT, home: join(dir, 'home') };
    const note = 'it has its own proc-receive hook, which stays: no merge requests by refs/for';
    const install = (choice: 'on' | 'off') =>
      installHooks(repository, installation, null, { requests: { choice, any: false } });
    t.strictSame(await install('on'), { changed: true, how: 'own', note, notes: [note] });
    t.strictSame(await install('on'), { changed: false, how: 'own', note, notes: [note] });
    t.strictSame(await install('off'), { changed: false, how: 'own' }, 'nothing to say of what nobody wants');
    t.equal(await readFile(hook, 'utf8'), text);
    const config = await readFile(join(repository, 'config'), 'utf8');
    t.match(config, 'advertisePushOptions', 'pushes are announced');
    t.notMatch(config, 'procReceiveRefs', 'and nothing is handed to a hook that does not expect it');

    t.strictSame(await uninstallHooks(repository), { changed: true });
    t.strictSame(await directoryPicture(repository, { times: false }), before);
  }
});
