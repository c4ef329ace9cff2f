/** Completion and the manual page: put where shells and man look, and taken away again; nothing of anybody else's is touched. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import type { SetupOptions } from '../../../src/commands/setup/options.ts';
import { installShellFiles, removeShellFiles } from '../../../src/commands/setup/shell-files.ts';
import { PROJECT } from '../../support/belfry.ts';
import { needs } from '../../support/needs.ts';
import { run } from '../../support/run.ts';

const PLACES = [
  ['belfry.bash', 'bash-completion/completions/belfry'],
  ['belfry.zsh', 'zsh/site-functions/_belfry'],
  ['belfry.1', 'man/man1/belfry.1'],
] as const;

const optionsFor = (dir: string) => ({ source: PROJECT, bin: join(dir, 'bin') }) as SetupOptions;

t.test('beside the command, where there is a share; and away again', async t => {
  const dir = t.testdir({ bin: {}, share: {} });
  t.equal(await installShellFiles(optionsFor(dir)), true);
  t.equal(await installShellFiles(optionsFor(dir)), false, 'they are up to date');
  for (const [from, to] of PLACES)
    t.equal(
      readFileSync(join(dir, 'share', to), 'utf8'),
      readFileSync(join(PROJECT, 'src/commands/shell', from), 'utf8'),
      to,
    );
  const page = join(dir, 'share/man/man1/belfry.1');
  writeFileSync(page, `${readFileSync(page, 'utf8')}old`);
  t.equal(await installShellFiles(optionsFor(dir)), true, 'one of an older version is replaced');
  await removeShellFiles(optionsFor(dir));
  for (const [, to] of PLACES) t.notOk(existsSync(join(dir, 'share', to)), to);
  await removeShellFiles(optionsFor(dir));
});

t.test('a command directory without a share gets none', async t => {
  const dir = t.testdir({ bin: {} });
  t.equal(await installShellFiles(optionsFor(dir)), false);
  t.notOk(existsSync(join(dir, 'share')));
});

t.test("somebody else's stay", async t => {
  const dir = t.testdir({
    bin: {},
    share: { zsh: 'a file', man: { man1: { 'belfry.1': 'another belfry' } } },
  });
  mkdirSync(join(dir, 'share/bash-completion'));
  t.equal(await installShellFiles(optionsFor(dir)), true, 'what can be placed is');
  await removeShellFiles(optionsFor(dir));
  t.equal(readFileSync(join(dir, 'share/man/man1/belfry.1'), 'utf8'), 'another belfry');
  t.equal(readFileSync(join(dir, 'share/zsh'), 'utf8'), 'a file');
});

t.test('the manual page renders without a warning, and has every command', async t => {
  if (!needs(t, 'groff')) return;
  const page = join(PROJECT, 'src/commands/shell/belfry.1');
  const { status, stdout, stderr } = await run(
    'groff',
    ['-man', '-Tutf8', '-ww', '-K', 'utf8', '-P-cbou', page],
    {
      env: { PATH: process.env.PATH ?? '' },
    },
  );
  t.match({ status, stderr }, { status: 0, stderr: '' });
  t.match(stdout, /^ +belfry webhook add \[url\]$/m);
  t.match(stdout, "belfry webhook add https://docs.example.com/build --repo 'acme/*'", 'to be copied');
  for (const line of stdout.split('\n')) t.ok(line.length <= 80, line);
});
