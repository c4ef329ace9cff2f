/** `belfry completion`, in the shells themselves: what the Tab key brings, and that nobody's names become programs there. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { COMMANDS, GROUPS } from '../../src/commands/main.ts';
import { branches, recordPush, register, sampleWebhook } from '../store/samples.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { belfry as here, type Line, line } from './stage.ts';

const SCRIPTS = join(PROJECT, 'src/commands/shell');
const NASTY = 'acme/$(touch pwned)`touch pwned`;x';

interface Stage extends Line {
  dir: string;
  env: Record<string, string>;
  delivery: string;
}

/** With a program `belfry` on the PATH, for which the home is named by its variable. */
async function stage(t: Test): Promise<Stage> {
  const made = await line(t);
  const { home, store } = made;
  const dir = join(home, '..');
  await store.roots.add('/srv/git');
  for (const name of ['acme/app', 'acme/lib', 'zebra/site', NASTY, 'acme/\u001b[31mred'])
    await register(store, `/srv/git/${name}.git`, Date.now());
  for (const name of ['CI', 'chat'])
    await store.webhooks.add(sampleWebhook({ name }), 'https://ci.example.com/hook', Date.now());
  await recordPush(store, branches('main'), { directory: '/srv/git/acme/app.git', at: Date.now() });
  await store.users.add({ login: 'li-si', name: '李四', emails: [] }, Date.now());
  const [delivery] = await store.deliveries.list({ limit: 1 });
  writeFileSync(join(dir, 'belfry'), `#!/bin/sh\nexec '${NODE}' '${join(PROJECT, 'src/cli.ts')}' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(dir, 'a file.json'), '');
  const env = {
    PATH: `${dir}:${process.env.PATH ?? ''}`,
    BELFRY_HOME: home,
    HOME: dir,
    TERM: 'xterm',
    LC_ALL: 'C.UTF-8',
  };
  return { ...made, dir, env, delivery: delivery!.id };
}

/** What bash is given for the last word. Readline splits at `=`, as here. */
async function inBash({ dir, env }: Pick<Stage, 'dir' | 'env'>, ...words: string[]): Promise<string[]> {
  const program = `. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _belfry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['--norc', '-c', program, 'bash', join(SCRIPTS, 'belfry.bash'), 'belfry', ...words];
  const { status, stdout, stderr } = await run('bash', args, { cwd: dir, env });
  if (status !== 0 || stderr !== '') throw new Error(`${words.join(' ')}: ${status} ${stderr}`);
  return stdout.split('\n').filter(Boolean);
}

t.test('bash: commands, options and their choices, names and ids', async t => {
  const made = await stage(t);
  const complete = (...words: string[]) => inBash(made, ...words);
  const every = [...COMMANDS.map(([signature]) => signature.split(' ')[0]!), ...GROUPS.map(([name]) => name)];
  t.strictSame((await complete('')).sort(), every.sort());
  t.strictSame(await complete('we'), ['webhook']);
  t.strictSame(await complete('webhook', 're'), ['remove']);
  t.strictSame(await complete('webhook', 'add', '--generate'), ['--generate-secret']);
  t.strictSame(await complete('deliveries', '--state', 'de'), ['delivered']);
  t.strictSame(await complete('deliveries', '--state', '=', 'fa'), ['failed'], '--state=fa');
  t.strictSame(await complete('deliveries', '--limit', ''), [], 'a number, which only a person knows');
  t.strictSame(await complete('deliveries', '--repo', 'acme/a'), ['acme/app']);
  t.strictSame(await complete('deliveries', '--repo', '=', 'z'), ['zebra/site']);
  t.strictSame(await complete('webhook', 'show', ''), ['1', '2']);
  t.strictSame(await complete('webhook', '--json', 'show', ''), ['1', '2'], 'options may stand anywhere');
  t.strictSame(await complete('deliveries', '--webhook', ''), ['1', '2']);
  t.ok((await complete('redeliver', '')).includes(made.delivery));
  t.strictSame(await complete('delivery', 'show', made.delivery), [made.delivery]);
  t.equal((await complete('push', 'show', '')).length, 1);
  t.strictSame(await complete('webhook', 'add', '--company', 'z'), ['zebra']);
  t.ok((await complete('user', 'edit', '')).includes('li-si'));
  t.strictSame(await complete('config', 'get', 'web.u'), ['web.url']);
  t.strictSame(await complete('emit', 'i'), ['issue']);
  t.strictSame(await complete('backup', 'a'), ['a file.json'], 'files, which readline quotes itself');
  t.strictSame(await complete('nonsense', ''), []);
});

t.test('bash: names of strangers are texts', async t => {
  const made = await stage(t);
  const found = await inBash(made, 'repo', 'show', 'acme/$');
  t.strictSame(found, ['acme/\\$\\(touch\\ pwned\\)\\`touch\\ pwned\\`\\;x'], 'as it has to be typed');
  const all = await inBash(made, 'repo', 'show', '');
  t.equal(all.length, 4, 'and one that would colour the terminal is not offered');
  t.notOk(existsSync(join(made.dir, 'pwned')));
});

t.test('where there is no home, or it is named, or another command asks', async t => {
  const made = await stage(t);
  const { dir, env, home } = made;
  const away = { dir, env: { ...env, BELFRY_HOME: join(dir, 'nowhere') } };
  t.strictSame(await inBash(away, 'webhook', 'show', ''), [], 'nothing, silently');
  t.strictSame(await inBash(away, '--home', home, 'webhook', 'show', ''), ['1', '2']);
  t.strictSame(await inBash(away, 'webhook', '--home', '~/home', 'show', ''), ['1', '2']);
  for (const args of [['--complete'], ['--complete', 'nonsense'], ['--complete', 'constructor']])
    t.match(await run(join(dir, 'belfry'), args, { env }), { status: 0, stdout: '', stderr: '' });
  t.notOk(existsSync(join(dir, 'nowhere')));
  const candidates = await run(join(dir, 'belfry'), ['--complete', 'webhooks'], { env });
  t.equal(candidates.stdout, '1\tCI, https://ci.example.com/hook\n2\tchat, https://ci.example.com/hook\n');
});

/** Types into a shell at a terminal. What it runs is said by a function in the place of belfry. */
async function typed(shell: string, before: string, lines: string[], { dir, env }: Stage): Promise<string[]> {
  const instead = 'belfry() { if [ "$1" = --complete ]; then command belfry "$@"; else echo "RAN<$*>"; fi; }';
  const { stdout } = await run('script', ['-qec', shell, '/dev/null'], {
    cwd: dir,
    env: { ...env, PS1: '$ ' },
    stdin: `${[before, instead, ...lines, 'exit'].join('\n')}\n`,
  });
  return [...stdout.matchAll(/^RAN<(.*?)>\r?$/gm)].map(([, said]) => said!);
}

const LINES = ['belfry webh\tsho\t1', 'belfry repo show zeb\t', 'belfry deliveries --state fai\t'];
const RAN = ['webhook show 1', 'repo show zebra/site', 'deliveries --state failed'];

t.test('bash at a terminal, by the Tab key', async t => {
  if (!needs(t, 'script')) return;
  const made = await stage(t);
  const before = `. '${join(SCRIPTS, 'belfry.bash')}'`;
  t.strictSame(await typed('bash --norc --noprofile -i', before, LINES, made), RAN);
});

t.test('zsh at a terminal, by the Tab key: found by its own search, or read at its start', async t => {
  if (!needs(t, 'script', 'zsh')) return;
  const made = await stage(t);
  const script = readFileSync(join(SCRIPTS, 'belfry.zsh'), 'utf8');
  writeFileSync(join(made.dir, '_belfry'), script);
  const nasty = ['belfry repo show acme/\\$\t'];
  for (const before of [
    `fpath=('${made.dir}' $fpath); autoload -U compinit; compinit -u -D`,
    `autoload -U compinit; compinit -u -D; . '${join(SCRIPTS, 'belfry.zsh')}'`,
  ]) {
    t.strictSame(await typed('zsh -f -i', before, LINES, made), RAN, before);
    t.strictSame(await typed('zsh -f -i', before, nasty, made), [`repo show ${NASTY}`]);
  }
  t.strictSame(
    await typed(
      'zsh -f -i',
      `fpath=('${made.dir}' $fpath); autoload -U compinit; compinit -u -D`,
      ['belfry deliveries --repo=zeb\t', `belfry --home=${made.home} webhook show 2\t`],
      { ...made, env: { ...made.env } },
    ),
    ['deliveries --repo=zebra/site', `--home=${made.home} webhook show 2`],
  );
  t.notOk(existsSync(join(made.dir, 'pwned')));
});

t.test('the command prints them', async t => {
  for (const shell of ['bash', 'zsh']) {
    const script = readFileSync(join(SCRIPTS, `belfry.${shell}`), 'utf8');
    t.match(await here(['completion', shell]), { status: 0, stdout: script, stderr: '' });
    t.match((await here(['completion', shell, '--json'])).json(), { shell, script });
  }
  t.match(await here(['completion', 'fish']), { status: 2, stderr: /wanted one of bash, zsh/ });
});
