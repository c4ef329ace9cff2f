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
    'Install hooks into the bare repositories at or below DIR',
    () => import('./repo/install.ts'),
  ],
  ['uninstall [dir..]', 'Remove the hooks again', () => import('./repo/uninstall.ts')],
  ['deliveries', 'Show the delivery log, newest first', () => import('./delivery/deliveries.ts')],
  [
    'redeliver [id..]',
    'Send deliveries again, with the same id',
    async () => (await import('./delivery/send-again.ts')).redeliver,
  ],
  [
    'emit <event>',
    'Announce an issue, merge request or comment of another system',
    () => import('./emit.ts'),
  ],
  ['scan [name]', 'Announce what no hook announced', () => import('./repo/scan.ts')],
  ['log', "Show the worker's log", () => import('./home/log.ts')],
  ['worker', 'Run the worker in the foreground', () => import('./home/worker.ts')],
  ['doctor', 'Check the installation and name the fix for each problem', () => import('./doctor.ts')],
  ['backup <file>', 'Back up the database', () => import('./home/backup.ts')],
  ['restore <file>', 'Replace the database with a backup', () => import('./home/restore.ts')],
  [
    'resume',
    'Resume sending after it was paused',
    async () => (await import('./delivery/send-again.ts')).resume,
  ],
  ['status', 'Show what is pending, what fails and what needs attention', () => import('./status.ts')],
];

export const GROUPS: [name: string, describe: string, entries: Entry[]][] = [
  [
    'webhook',
    'Manage webhooks',
    [
      ['add [url]', 'Add a webhook', () => import('./webhook/webhook-add.ts')],
      ['list', 'List all webhooks', () => import('./webhook/webhook-list.ts')],
      ['show <id>', 'Show a webhook and its last deliveries', () => import('./webhook/webhook-show.ts')],
      ['edit <id>', 'Change a webhook', () => import('./webhook/webhook-edit.ts')],
      ['remove <id>', 'Remove a webhook', () => import('./webhook/webhook-remove.ts')],
      [
        'enable <id>',
        'Enable a webhook; held deliveries are sent',
        () => import('./webhook/webhook-enable.ts'),
      ],
      [
        'disable <id>',
        'Disable a webhook; its pending deliveries are held',
        () => import('./webhook/webhook-disable.ts'),
      ],
      [
        'rotate <id>',
        "Replace a webhook's secret; the old one stays valid for a while",
        () => import('./webhook/webhook-rotate.ts'),
      ],
      [
        'test <id>',
        'Send a test now, and show request and answer',
        () => import('./webhook/webhook-test.ts'),
      ],
    ],
  ],
  [
    'delivery',
    'Inspect deliveries',
    [['show <id>', 'Show every attempt of a delivery', () => import('./delivery/delivery-show.ts')]],
  ],
  [
    'push',
    'Inspect pushes, retry quarantined ones',
    [
      ['list', 'List pushes, newest first', () => import('./push/push-list.ts')],
      ['show <id>', 'Show a push: its refs and deliveries', () => import('./push/push-show.ts')],
      ['retry [id..]', 'Retry quarantined pushes', () => import('./push/push-retry.ts')],
    ],
  ],
  [
    'repo',
    'Manage the repositories that belfry knows',
    [
      ['list', 'List all repositories', async () => (await import('./repo/repo-show.ts')).repoList],
      [
        'show <name>',
        'Show a repository and its webhooks',
        async () => (await import('./repo/repo-show.ts')).repoShow,
      ],
      [
        'move <old> <new>',
        'Record that a repository was moved to another disk and renamed',
        async () => (await import('./repo/repo-change.ts')).repoMove,
      ],
      [
        'remove <name>',
        'Forget a repository; its own webhooks are disabled',
        async () => (await import('./repo/repo-change.ts')).repoRemove,
      ],
    ],
  ],
  [
    'mr',
    'Manage merge requests that came by git push',
    [
      ['list', 'List merge requests, newest first', async () => (await import('./mr/mr-show.ts')).mrList],
      [
        'show <number>',
        'Show a merge request and its comments',
        async () => (await import('./mr/mr-show.ts')).mrShow,
      ],
      ['close <number>', 'Close a merge request', async () => (await import('./mr/mr-change.ts')).mrClose],
      ['reopen <number>', 'Reopen a merge request', async () => (await import('./mr/mr-change.ts')).mrReopen],
      [
        'comment <number>',
        'Comment on a merge request, with text from standard input',
        async () => (await import('./mr/mr-change.ts')).mrComment,
      ],
    ],
  ],
  [
    'user',
    'Manage logins, display names and e-mail addresses',
    [
      ['list', 'List all users', async () => (await import('./user.ts')).userList],
      ['add <login>', 'Add a user', async () => (await import('./user.ts')).userAdd],
      ['edit <login>', 'Change a user', async () => (await import('./user.ts')).userEdit],
    ],
  ],
  [
    'key',
    'Manage the key that seals secrets in the database',
    [
      [
        'rotate',
        'Replace the key, and seal everything with the new one',
        async () => (await import('./home/key.ts')).keyRotate,
      ],
      [
        'backup <file>',
        'Back up the key, apart from the database',
        async () => (await import('./home/key.ts')).keyBackup,
      ],
    ],
  ],
  [
    'config',
    'Manage settings',
    [
      ['list', 'List all settings', async () => (await import('./config.ts')).configList],
      ['get <key>', 'Show a setting', async () => (await import('./config.ts')).configGet],
      [
        'set <key> [value]',
        'Change a setting; without a value, reset it to its default',
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
      describe: 'Directory of database, spool and key (or BELFRY_HOME)',
      global: true,
      coerce: lastOf,
    })
    .option('json', { type: 'boolean', describe: 'Print one JSON document', default: false, global: true })
    .strict()
    .recommendCommands()
    .help('help')
    .alias('help', 'h')
    .version(false)
    .option('version', { alias: 'V', type: 'boolean', describe: 'Show the version', global: false })
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
        `Missing command: \`belfry ${name}\` needs one of ${entries.map(([s]) => s.split(' ')[0]).join(', ')}`,
      );
    });
  }
  cli.demandCommand(1, 'Missing command');

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
  EIO: 'The disk has an I/O error.',
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
  say(
    `belfry: Internal error (please report it).\n${printableBlock((error as Error).stack ?? String(error))}`,
  );
  return 1;
}
