/** What every command has: help with an example, an exit status, errors that say what to do. */
import { join } from 'node:path';
import process from 'node:process';
import stringWidth from 'string-width';
import t from 'tap';
import { findHome } from '../../src/commands/which-home.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { run } from '../support/run.ts';
import { belfry, line } from './stage.ts';

/** The commands below a line `Commands:`. */
function commandsIn(help: string): string[] {
  return [...help.matchAll(/^ {2}belfry ((?:[a-z]+ ?)+)/gm)].map(([, name]) => name!.trim());
}

t.test('every command has help with an example, at 80 columns', async t => {
  const top = await belfry(['--help']);
  t.equal(top.status, 0);
  const names = commandsIn(top.stdout);
  t.ok(names.length > 10, names.join(', '));
  const leaves: string[] = [];
  for (const name of names) {
    const help = await belfry([...name.split(' '), '--help']);
    const inner = commandsIn(help.stdout.split('Examples:')[0]!);
    leaves.push(...(inner.length > 0 ? inner : [name]));
  }
  t.ok(leaves.length > 25, leaves.join(', '));
  for (const name of leaves) {
    const { status, stdout, stderr } = await belfry([...name.split(' '), '--help']);
    t.equal(status, 0, `${name} --help`);
    t.equal(stderr, '');
    t.match(stdout, new RegExp(`^belfry ${name}`), 'how it is called');
    t.match(
      stdout,
      new RegExp(`^Examples:\\n( {2}# [^\\n]+\\n)+ {2}belfry ${name}`, 'm'),
      `${name} has an example, whole`,
    );
    t.match(stdout, /--json/, 'for programs');
    t.match(stdout, /--home/);
    const wide = stdout.split('\n').filter(text => stringWidth(text) > 80);
    t.same(wide, [], `${name}: no line is wider than the terminal`);
  }
});

t.test('a reader that has had enough is no error', async t => {
  const script = '"$0" "$1" --home "$2" config list | :; echo done';
  const { home } = await line(t);
  const env = { PATH: process.env.PATH ?? '' };
  const ran = await run('sh', ['-c', script, NODE, join(PROJECT, 'src', 'cli.ts'), home], { env });
  t.match(ran, { status: 0, stdout: 'done\n', stderr: '' });
});

t.test('a disk that is full is one: it says so in a line, and in its status', async t => {
  const script = 'exec "$0" "$1" --home "$2" config list >/dev/full';
  const { home } = await line(t);
  const env = { PATH: process.env.PATH ?? '' };
  const ran = await run('sh', ['-c', script, NODE, join(PROJECT, 'src', 'cli.ts'), home], { env });
  t.match(ran, { status: 1, stderr: /^belfry: Cannot write standard output: ENOSPC[^\n]*\n$/ });
});

t.test('wrong usage is 2 and names what is wrong', async t => {
  const cases: [args: string[], said: RegExp][] = [
    [['--json'], /^belfry: Missing command\n {2}`belfry --help`/],
    [['webhok'], /^belfry: Unknown command: `belfry .*webhok`\n {2}Did you mean webhook\?\n/],
    [['frob'], /^belfry: Unknown command: `belfry .*frob`\n {2}`belfry --help`/],
    [['webhook'], /needs one of add, list, show, edit, remove, enable, disable/],
    [['webhook', 'sow'], /^belfry: Unknown command: .*\n {2}Did you mean `belfry webhook show`\?\n$/],
    [
      ['webhook', 'delete', '1'],
      /^belfry: Unknown command: .*\n {2}Did you mean `belfry webhook remove 1`\?\n$/,
    ],
    [['webhook', 'rm', '1', '--json'], /Did you mean `belfry webhook remove 1 --json`\?\n$/],
    [['config', 'unset', 'web.url'], /Did you mean `belfry config set web\.url`\?\n$/],
    [['config', 'show', 'web.url'], /Did you mean `belfry config get web\.url`\?\n$/],
    [['delivery', 'list'], /Did you mean `belfry deliveries`\?\n$/],
    [['repo', 'scan', 'acme/app'], /Did you mean `belfry scan acme\/app`\?\n$/],
    [
      ['mr', 'xyzzy', '1'],
      /\n {2}`belfry mr` has list, show, close, reopen, comment; `belfry mr --help` says what each does\.\n$/,
    ],
    [['webhook', 'add', '--header'], /^belfry: --header: wanted a value, got nothing\n/],
    [
      ['webhook', 'show'],
      /^belfry: Missing id: wanted `belfry webhook show <id>`, got `belfry .*webhook show`\n {2}For example: belfry webhook show 1\n$/,
    ],
    [['repo', 'move', 'a/b'], /^belfry: Missing new: wanted `belfry repo move <old> <new>`, got /],
    [['log', '--folow'], /^belfry: Unknown option --folow\n {2}Did you mean --follow\?\n$/],
    [['log', '--xyzzy'], /^belfry: Unknown option --xyzzy\n {2}For example: belfry log\n$/],
    [
      ['install', '--merge-requests', '--no-merge-requests', '/srv'],
      /^belfry: Give --merge-requests or --no-merge-requests, not both\.\n/,
    ],
    [
      ['log', 'now'],
      /^belfry: Too many arguments: wanted `belfry log`, did not expect now\n {2}For example: /,
    ],
    [['log', '-n', 'x'], /^belfry: -n: wanted a number, got "x"\n/],
    [['mr', 'show', '3'], /^belfry: Missing --repo\n {2}For example: belfry mr show 3 --repo acme\/app\n$/],
    [['mr', 'show', '--repo', 'a/b', 'x'], /^belfry: number: wanted a number, got "x"\n/],
    [
      ['webhook', 'show', 'abc'],
      /^belfry: id: wanted a number, got "abc"\n {2}For example: belfry webhook show 1\n$/,
    ],
    [
      ['deliveries', '--state', 'lost'],
      /^belfry: --state: wanted one of pending, sending, delivered, .*, got "lost"\n/,
    ],
    [['deliveries', '--sate', 'failed'], /^belfry: Unknown option --sate\n {2}Did you mean --state/],
    [['deliveries', '--limit', 'abc'], /^belfry: --limit: wanted a number, got "abc"\n/],
    [['deliveries', '--limit', '0'], /^belfry: --limit: wanted a whole number from 1, got 0\n/],
    [['deliveries', '--limit', '1.5'], /got 1\.5\n/],
    [['deliveries', '--since', 'soon'], /^belfry: --since: wanted a time, got "soon"\n {2}Give a duration/],
    [['redeliver'], /^belfry: Missing ids: give delivery ids, or use --failed\.\n/],
    [['redeliver', '--since', '2h'], /^belfry: --since works only with --failed\.\n/],
    [['redeliver', 'x', '--failed'], /^belfry: Give only one of delivery ids and --failed\.\n/],
  ];
  const { run } = await line(t);
  for (const [args, said] of cases) {
    const { status, stdout, stderr } = await run(args);
    t.equal(status, 2, `belfry ${args.join(' ')}`);
    t.equal(stdout, '', 'nothing on standard output');
    t.match(stderr, said);
    t.notMatch(stderr, /\n {4}at /, 'no stack');
  }
});

t.test('what was typed is printed safely', async t => {
  const { run } = await line(t);
  const { stderr } = await run(['repo', 'show', 'a\u001b[31m\u202eb']);
  t.notMatch(stderr, /[\u001b\u202e]/);
  t.match(stderr, /a\\x1b\[31m\\u202eb/);
});

t.test('where the home is', async t => {
  t.equal(findHome('/a/../b', { BELFRY_HOME: '/x' }, true), '/b');
  t.equal(findHome(undefined, { BELFRY_HOME: '/x', HOME: '/h' }, true), '/x');
  t.equal(findHome(undefined, {}, true), '/var/lib/belfry');
  t.equal(findHome(undefined, { XDG_DATA_HOME: '/d', HOME: '/h' }, false), '/d/belfry');
  t.equal(findHome(undefined, { HOME: '/h', XDG_DATA_HOME: '' }, false), '/h/.local/share/belfry');
  t.equal(findHome(undefined, { HOME: '/h', BELFRY_HOME: '' }, false), '/h/.local/share/belfry');
});

t.test('as a process of its own: status and streams', async t => {
  const { home } = await line(t);
  const cli = (...args: string[]) =>
    run(NODE, [`${PROJECT}/src/cli.ts`, '--home', home, ...args], { env: {} });
  const [good, wrong, failed] = await Promise.all([
    cli('webhook', 'list', '--json'),
    cli('webhook', 'lst'),
    cli('webhook', 'show', '7'),
  ]);
  t.match(good, { status: 0, stdout: '[]\n', stderr: '' });
  t.match(wrong, { status: 2, stdout: '' });
  t.match(failed, {
    status: 1,
    stdout: '',
    stderr: 'belfry: Unknown webhook 7\n  `belfry webhook list` shows their ids.\n',
  });
});
