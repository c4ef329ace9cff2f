/** The command line: a table of commands, each loaded only when it is asked for. */
// long: the table names every command there is.
import yargs, { type Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import { ownDirectory } from '../host/accounts.ts';
import { becomeOwner } from '../host/home-owner.ts';
import { withSystemPath } from '../system-path.ts';
import { printable, printableBlock } from '../text/printable.ts';
import { dashAsStream, offsetAsValue } from './arguments.ts';
import { type Args, type CommandModule, createContext } from './context.ts';
import { checkTyped, type Typed, usageError } from './usage-error.ts';
import { findHome, lastOf } from './which-home.ts';

export type Entry = [signature: string, describe: string, load: () => Promise<CommandModule>];

export const COMMANDS: Entry[] = [
  [
    'install [dir..]',
    'put hooks into the bare repositories at or below DIR',
    () => import('./repo/install.ts'),
  ],
  ['uninstall [dir..]', 'take the hooks out again', () => import('./repo/uninstall.ts')],
  ['deliveries', 'the delivery log, newest first', () => import('./delivery/deliveries.ts')],
  [
    'redeliver [id..]',
    'send again, with the same id',
    async () => (await import('./delivery/send-again.ts')).redeliver,
  ],
  [
    'emit <event>',
    'announce an issue, merge request or comment of another system',
    () => import('./emit.ts'),
  ],
  ['scan [name]', 'announce what no hook announced', () => import('./repo/scan.ts')],
  ['log', 'what the worker has written down', () => import('./home/log.ts')],
  ['worker', 'run the worker here, in the foreground', () => import('./home/worker.ts')],
  ['doctor', 'what keeps pushes or deliveries from being announced', () => import('./doctor.ts')],
  ['backup <file>', 'a whole copy of the database', () => import('./home/backup.ts')],
  ['restore <file>', 'put a backup in the place of the database', () => import('./home/restore.ts')],
  ['resume', 'send again, after it was held', async () => (await import('./delivery/send-again.ts')).resume],
  ['status', 'what is owed, what fails, what needs a person', () => import('./status.ts')],
];

export const GROUPS: [name: string, describe: string, entries: Entry[]][] = [
  [
    'webhook',
    'who is told of what',
    [
      ['add [url]', 'register a webhook', () => import('./webhook/webhook-add.ts')],
      ['list', 'all webhooks', () => import('./webhook/webhook-list.ts')],
      ['show <id>', 'one webhook with its last deliveries', () => import('./webhook/webhook-show.ts')],
      ['edit <id>', 'change a webhook', () => import('./webhook/webhook-edit.ts')],
      ['remove <id>', 'remove a webhook', () => import('./webhook/webhook-remove.ts')],
      ['enable <id>', 'switch it on; what was held is sent', () => import('./webhook/webhook-enable.ts')],
      [
        'disable <id>',
        'switch it off; what it is owed is held',
        () => import('./webhook/webhook-disable.ts'),
      ],
      [
        'rotate <id>',
        'replace its secret; the old one stays valid for a while',
        () => import('./webhook/webhook-rotate.ts'),
      ],
      ['test <id>', 'send a test now, show request and answer', () => import('./webhook/webhook-test.ts')],
    ],
  ],
  [
    'delivery',
    'one delivery',
    [['show <id>', 'every attempt of a delivery', () => import('./delivery/delivery-show.ts')]],
  ],
  [
    'push',
    'what came in, what waits, what is quarantined',
    [
      ['list', 'pushes, newest first', () => import('./push/push-list.ts')],
      ['show <id>', 'one push: its refs, and what became of it', () => import('./push/push-show.ts')],
      ['retry [id..]', 'try quarantined pushes again', () => import('./push/push-retry.ts')],
    ],
  ],
  [
    'repo',
    'repositories that belfry knows',
    [
      ['list', 'all repositories', async () => (await import('./repo/repo-show.ts')).repoList],
      [
        'show <name>',
        'one repository and its webhooks',
        async () => (await import('./repo/repo-show.ts')).repoShow,
      ],
      [
        'move <old> <new>',
        'it was moved to another disk and renamed at once: say so',
        async () => (await import('./repo/repo-change.ts')).repoMove,
      ],
      [
        'remove <name>',
        'forget it; its own webhooks are switched off',
        async () => (await import('./repo/repo-change.ts')).repoRemove,
      ],
    ],
  ],
  [
    'mr',
    'merge requests that came by git push',
    [
      ['list', 'merge requests, newest first', async () => (await import('./mr/mr-show.ts')).mrList],
      [
        'show <number>',
        'one merge request and its comments',
        async () => (await import('./mr/mr-show.ts')).mrShow,
      ],
      ['close <number>', 'close it', async () => (await import('./mr/mr-change.ts')).mrClose],
      ['reopen <number>', 'open it again', async () => (await import('./mr/mr-change.ts')).mrReopen],
      [
        'comment <number>',
        'comment on it, with text from standard input',
        async () => (await import('./mr/mr-change.ts')).mrComment,
      ],
    ],
  ],
  [
    'user',
    'logins, display names, e-mail addresses',
    [
      ['list', 'all users', async () => (await import('./user.ts')).userList],
      ['add <login>', 'add a user', async () => (await import('./user.ts')).userAdd],
      ['edit <login>', 'change a user', async () => (await import('./user.ts')).userEdit],
    ],
  ],
  [
    'key',
    'the key that seals secrets in the database',
    [
      [
        'rotate',
        'seal everything anew with a new key',
        async () => (await import('./home/key.ts')).keyRotate,
      ],
      [
        'backup <file>',
        'the key, to be kept apart from the database',
        async () => (await import('./home/key.ts')).keyBackup,
      ],
    ],
  ],
  [
    'config',
    'settings',
    [
      ['list', 'all settings', async () => (await import('./config.ts')).configList],
      ['get <key>', 'one setting', async () => (await import('./config.ts')).configGet],
      [
        'set <key> [value]',
        'change a setting; without a value: back to its default',
        async () => (await import('./config.ts')).configSet,
      ],
    ],
  ],
];

/** Runs the command line of a process. Gives the exit status: 0 done, 1 failed, 2 wrong usage. */
export async function main(process: NodeJS.Process): Promise<number> {
  let status = 0;
  const typed = process.argv.slice(2);
  if (typed.length === 0) typed.push('--help');
  if (asksForVersion(typed)) {
    const { ownVersion } = await import('../host/versions.ts');
    const version = await ownVersion();
    process.stdout.write(
      typed.includes('--json') ? `${JSON.stringify({ version })}\n` : `belfry ${version}\n`,
    );
    return 0;
  }
  const command: Typed = { words: typed, usage: null, example: undefined, options: [] };
  const add = (to: Argv, [signature, describe, load]: Entry, prefix: string): Argv =>
    to.command(
      signature,
      describe,
      async sub => {
        const { options, examples = [] } = await load();
        const example = examples[0]?.[0];
        Object.assign(command, { usage: `belfry ${prefix}${signature}`, example });
        return (options?.(sub) ?? sub)
          .example(examples.map(([text, what]) => [`belfry ${text}`, what]))
          .usage(`belfry ${prefix}${signature}\n\n${describe}`);
      },
      async argv => {
        checkTyped(argv, command);
        status = await runCommand(await load(), argv, process);
      },
    );

  const cli: Argv = yargs(typed.map(offsetAsValue).map(dashAsStream))
    .scriptName('belfry')
    .usage('belfry COMMAND\n\nGitee webhooks and chat robots for bare Git repositories.')
    .option('home', {
      type: 'string',
      describe: 'where database, spool and key are (or BELFRY_HOME)',
      global: true,
      coerce: lastOf,
    })
    .option('json', { type: 'boolean', describe: 'print one JSON document', default: false, global: true })
    .strict()
    .recommendCommands()
    .help('help')
    .alias('help', 'h')
    .version(false)
    .option('version', { alias: 'V', type: 'boolean', describe: 'say which version this is', global: false })
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .exitProcess(false)
    .fail((message, error) => {
      command.options = optionsOf(cli);
      throw error ?? usageError(message, command);
    });
  for (const entry of COMMANDS) add(cli, entry, '');
  for (const [name, describe, entries] of GROUPS) {
    cli.command(`${name} [command]`, describe, group => {
      for (const entry of entries) add(group, entry, `${name} `);
      return group.demandCommand(
        1,
        `\`belfry ${name}\` needs one of: ${entries.map(([s]) => s.split(' ')[0]).join(', ')}`,
      );
    });
  }
  cli.demandCommand(1, '`belfry` needs a command');

  try {
    await cli.parseAsync();
    return status;
  } catch (error) {
    return explain(inOurWords(error), process);
  }
}

/** Not in yargs' types, and yet how its own parts ask it. */
function optionsOf(cli: Argv): string[] {
  return Object.keys((cli as unknown as { getOptions(): { key: object } }).getOptions().key);
}

/** Alone, or with `--json`. */
function asksForVersion(typed: string[]): boolean {
  const [first, ...more] = typed.filter(one => one !== '--json');
  return more.length === 0 && (first === '--version' || first === '-V');
}

const DISK: Record<string, string> = {
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The disk quota of this account is used up.',
  EROFS: 'The file system is read-only.',
  EIO: 'The disk fails.',
};

function inOurWords(error: unknown): unknown {
  const hint = DISK[String((error as { code?: unknown } | null)?.code)];
  return hint === undefined
    ? error
    : new BelfryError('environment', (error as Error).message, { hint, cause: error });
}

async function runCommand(command: CommandModule, argv: Args, process: NodeJS.Process): Promise<number> {
  process.env.HOME ||= ownDirectory();
  const home = findHome(argv.home, process.env, process.geteuid?.() === 0);
  if (process.geteuid?.() === 0) await command.asRoot?.(argv, home);
  await becomeOwner(home);
  process.umask(0o077);
  process.env.PATH = withSystemPath(process.env.PATH);
  const context = createContext(home, process, command.makesHome);
  try {
    return await command.run(argv, context);
  } finally {
    context.close();
  }
}

/** Wrong usage is 2, everything else 1; only what nobody expected shows a stack. */
function explain(error: unknown, process: NodeJS.Process): number {
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  if (error instanceof BelfryError) {
    say(`belfry: ${printable(error.message)}`);
    if (error.hint !== undefined) say(`  ${printable(error.hint)}`);
    return error.code === 'usage' || error.code === 'invalid' ? 2 : 1;
  }
  say(`belfry: an error that nobody expected:\n${printableBlock((error as Error).stack ?? String(error))}`);
  return 1;
}
