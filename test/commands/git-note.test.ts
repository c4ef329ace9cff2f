/** What `belfry install` says of an older git; pushes are announced with it all the same. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { gitNote } from '../../src/commands/repo/install-notes.ts';
import { belfry } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { findProgram } from '../support/needs.ts';

t.test('an older git', async t => {
  const dir = t.testdir({ bin: {}, root: {} });
  const path = `${join(dir, 'bin')}:${environment(dir).PATH}`;
  const old = (version: string) =>
    writeFile(
      join(dir, 'bin', 'git'),
      `#!/bin/sh\ncase " $* " in *' --version '*) echo git version ${version} ;; *) exec ${findProgram('git')} "$@" ;; esac\n`,
      { mode: 0o755 },
    );
  for (const [version, note] of [
    ['1.9.5', /refs\/for are not available/],
    ['2.28.1', 'merge requests by refs/for are not available: they need git 2.29, this is 2.28.1'],
    ['2.29.0', 'merge requests have no trial merges: they need git 2.38, this is 2.29.0'],
    ['2.37.4', /no trial merges/],
    ['2.38.0', null],
    ['3.0.0', null],
  ] as const) {
    await old(version);
    t.match(await gitNote(path), note, version);
  }
  await old('2.28.1');
  const bell = belfry(t, dir);
  const env = { PATH: path };
  const silent = await bell.run(['install', join(dir, 'root')], { env });
  t.notMatch(silent.stdout, 'merge requests', 'nobody asked for them');
  const installed = await bell.run(['install', '--merge-requests', join(dir, 'root')], { env });
  t.match(installed, {
    status: 0,
    stdout: /note: merge requests by refs\/for are not available: they need git 2\.29/,
  });
});
