/** The command line: a table of commands, each loaded only when it is asked for. */
// long: the table names every command there is.
import yargs, { type Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import { ownDirectory } from '../host/accounts.ts';
import { becomeOwner } from '../host/home-owner.ts';
import { withSystemPath } from '../system-path.ts';
import { printable, printableBlock } from '../text/printable.ts';
import { dashAsStream, offsetAsValue } from './arguments.ts';
import { isChanging, whoRuns } from './changing.ts';
import { type Args, type CommandModule, createContext } from './context.ts';
import { examplesText } from './help-examples.ts';
import { fieldsAsOption, fieldsOf } from './json-fields.ts';
import { unknownBelow } from './unknown-command.ts';
import { checkTyped, type Typed, usageError } from './usage-error.ts';
import { findHome, lastOf } from './which-home.ts';

export type Entry = [signature: string, describe: string, load: () => Promise<CommandModule>];

/** One of the commands that a file exports. */
function of<Name extends string>(file: () => Promise<Record<Name, CommandModule>>, name: Name) {
  return async () => (await file())[name];
}

const pause = () => import('./delivery/pause.ts');
const webhookShow = () => import('./webhook/webhook-show.ts');
const webhookChange = () => import('./webhook/webhook-change.ts');
const repoShow = () => import('./repo/repo-show.ts');
const repoChange = () => import('./repo/repo-change.ts');
const mrShow = () => import('./mr/mr-show.ts');
const mrChange = () => import('./mr/mr-change.ts');
const user = () => import('./user.ts');
const key = () => import('./home/key.ts');
const config = () => import('./config.ts');

export const COMMANDS: Entry[] = [
  [
    'install [dir..]',
    'Install hooks into the bare repositories at or below DIR',
    () => import('./repo/install.ts'),
  ],
  ['uninstall [dir..]', 'Remove the hooks again', () => import('./repo/uninstall.ts')],
  [
    'deliveries',
    'Show the delivery log, newest first',
    of(() => import('./delivery/deliveries.ts'), 'deliveries'),
  ],
  [
    'explain [id]',
    'Show who is told of a push, and why others are not',
    () => import('./explain/explain.ts'),
  ],
  [
    'redeliver [id..]',
    'Send deliveries again, with the same id',
    of(() => import('./delivery/redeliver.ts'), 'redeliver'),
  ],
  [
    'replay',
    'Owe past events to a webhook, also to one that was added after them',
    of(() => import('./delivery/replay.ts'), 'replay'),
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
    'export [file]',
    'Write webhooks, users, settings and roots into a file',
    () => import('./plan/export.ts'),
  ],
  ['plan <file>', 'Show what `apply` would do', () => import('./plan/plan.ts')],
  [
    'apply [file]',
    'Make webhooks, users, settings and roots what a file says',
    () => import('./plan/apply.ts'),
  ],
  ['pause', 'Send nothing for a while; pushes are recorded', of(pause, 'pause')],
  ['resume', 'Resume sending after it was paused', of(pause, 'resume')],
  ['status', 'Show what is pending, what fails and what needs attention', () => import('./status.ts')],
  [
    'completion <shell>',
    'Print the script that completes commands, options and names in a shell',
    () => import('./shell/completion.ts'),
  ],
];

export const GROUPS: [name: string, describe: string, entries: Entry[]][] = [
  [
    'webhook',
    'Manage webhooks',
    [
      ['add [url]', 'Add a webhook', of(() => import('./webhook/webhook-add.ts'), 'webhookAdd')],
      ['list', 'List all webhooks', of(webhookShow, 'webhookList')],
      ['show <id>', 'Show a webhook and its last deliveries', of(webhookShow, 'webhookShow')],
      ['edit <id>', 'Change a webhook', of(() => import('./webhook/webhook-edit.ts'), 'webhookEdit')],
      ['remove <id>', 'Remove a webhook', of(webhookChange, 'webhookRemove')],
      ['enable <id>', 'Enable a webhook; held deliveries are sent', of(webhookChange, 'webhookEnable')],
      [
        'disable <id>',
        'Disable a webhook; its pending deliveries are held',
        of(webhookChange, 'webhookDisable'),
      ],
      [
        'rotate <id>',
        "Replace a webhook's secret; the old one stays valid for a while",
        of(() => import('./webhook/webhook-rotate.ts'), 'webhookRotate'),
      ],
      [
        'test <id>',
        'Send a test now, and show request and answer',
        of(() => import('./webhook/webhook-test.ts'), 'webhookTest'),
      ],
    ],
  ],
  [
    'delivery',
    'Inspect deliveries',
    [
      [
        'show <id>',
        'Show every attempt of a delivery',
        of(() => import('./delivery/delivery-show.ts'), 'deliveryShow'),
      ],
    ],
  ],
  [
    'push',
    'Inspect pushes, retry quarantined ones',
    [
      ['list', 'List pushes, newest first', () => import('./push/push-list.ts')],
      ['show <id>', 'Show a push: its refs and deliveries', () => import('./push/push-show.ts')],
      ['retry [id..]', 'Retry pushes that failed', () => import('./push/push-retry.ts')],
    ],
  ],
  [
    'repo',
    'Manage the repositories that belfry knows',
    [
      ['list', 'List all repositories', of(repoShow, 'repoList')],
      ['show <name>', 'Show a repository and its webhooks', of(repoShow, 'repoShow')],
      [
        'move <old> <new>',
        'Record that a repository was moved to another disk and renamed',
        of(repoChange, 'repoMove'),
      ],
      ['remove <name>', 'Forget a repository; its own webhooks are disabled', of(repoChange, 'repoRemove')],
    ],
  ],
  [
    'mr',
    'Manage merge requests that came by git push',
    [
      ['list', 'List merge requests, newest first', of(mrShow, 'mrList')],
      ['show <number>', 'Show a merge request and its comments', of(mrShow, 'mrShow')],
      ['close <number>', 'Close a merge request', of(mrChange, 'mrClose')],
      ['reopen <number>', 'Reopen a merge request', of(mrChange, 'mrReopen')],
      [
        'comment <number>',
        'Comment on a merge request, with text from standard input',
        of(mrChange, 'mrComment'),
      ],
    ],
  ],
  [
    'user',
    'Manage logins, display names and e-mail addresses',
    [
      ['list', 'List all users', of(user, 'userList')],
      ['add <login>', 'Add a user', of(user, 'userAdd')],
      ['edit <login>', 'Change a user', of(user, 'userEdit')],
    ],
  ],
  [
    'key',
    'Manage the key that seals secrets in the database',
    [
      ['rotate', 'Replace the key, and seal everything with the new one', of(key, 'keyRotate')],
      ['backup <file>', 'Back up the key, apart from the database', of(key, 'keyBackup')],
    ],
  ],
  [
    'config',
    'Manage settings',
    [
      ['list', 'List all settings', of(config, 'configList')],
      ['get <key>', 'Show a setting', of(config, 'configGet')],
      [
        'set <key> [value]',
        'Change a setting; without a value, reset it to its default',
        of(config, 'configSet'),
      ],
    ],
  ],
];

/** `show` of `show <id>`. */
function nameOf([signature]: Entry): string {
  return signature.split(' ')[0]!;
}

const COMMANDS_OF_GROUPS = new Map(GROUPS.map(([name, , entries]) => [name, entries.map(nameOf)]));

/** Runs the command line of a process. Gives the exit status: 0 done, 1 failed, 2 wrong usage, 3 something to do (`plan`). */
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
  const unknown = unknownBelow(typed, COMMANDS_OF_GROUPS, COMMANDS.map(nameOf));
  if (unknown !== null) return explain(unknown, process);
  const width = Math.min(100, process.stdout.columns ?? 80);
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
          .epilogue(examplesText(examples, width))
          .usage(`belfry ${prefix}${signature}\n\n${describe}`);
      },
      async argv => {
        checkTyped(argv, command);
        argv.json ||= argv.jsonFields !== undefined;
        process.env.HOME ||= ownDirectory();
        const home = findHome((argv as Args).home, process.env, process.geteuid?.() === 0);
        const who = whoRuns(process);
        status = await runCommand(await load(), argv, process, home);
        if (status !== 0 || !isChanging(command.usage!)) return;
        const { recordChange } = await import('./record-change.ts');
        recordChange(home, { usage: command.usage!, typed, argv, who });
      },
    );

  const cli: Argv = yargs(typed.map(offsetAsValue).map(dashAsStream).map(fieldsAsOption))
    .scriptName('belfry')
    .usage('belfry COMMAND\n\nGitee webhooks and chat robots for bare Git repositories.')
    .option('home', {
      type: 'string',
      describe: 'Directory of database, spool and key (or BELFRY_HOME)',
      global: true,
      coerce: lastOf,
    })
    .option('json', {
      type: 'boolean',
      describe: 'Print one JSON document; --json=id,state: only these fields',
      default: false,
      global: true,
    })
    .option('json-fields', { type: 'string', hidden: true, global: true, coerce: lastOf })
    .strict()
    .recommendCommands()
    .help('help')
    .alias('help', 'h')
    .version(false)
    .option('version', { alias: 'V', type: 'boolean', describe: 'Show the version', global: false })
    .wrap(width)
    .exitProcess(false)
    .fail((message, error) => {
      command.options = optionsOf(cli);
      throw error ?? usageError(message, command);
    });
  keepNoHelp(cli);
  for (const entry of COMMANDS) add(cli, entry, '');
  for (const [name, describe, entries] of GROUPS) {
    cli.command(`${name} [command]`, describe, group => {
      for (const entry of entries) add(group, entry, `${name} `);
      return group.demandCommand(
        1,
        `Missing command: \`belfry ${name}\` needs one of ${entries.map(nameOf).join(', ')}`,
      );
    });
  }
  cli.demandCommand(1, 'Missing command');

  try {
    await cli.parseAsync();
    return status;
  } catch (error) {
    // Some of what yargs finds wrong comes as an error of its own.
    const wrong = (error as Error).name === 'YError' ? usageError((error as Error).message, command) : error;
    return explain(inOurWords(wrong), process);
  }
}

/**
 * yargs makes the help page of every command that runs, for whoever asks for it afterwards, which nobody does here: that is a
 * tenth of a command's whole start. Not in yargs' types, and yet how its own parts ask each other, as below.
 */
function keepNoHelp(cli: Argv): void {
  const { getUsageInstance } = (
    cli as unknown as {
      getInternalMethods(): { getUsageInstance(): { cacheHelpMessage(): void } };
    }
  ).getInternalMethods();
  getUsageInstance().cacheHelpMessage = () => {};
}

function optionsOf(cli: Argv): string[] {
  const { key } = (cli as unknown as { getOptions(): { key: object } }).getOptions();
  return Object.keys(key).filter(name => name !== 'json-fields');
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

async function runCommand(
  command: CommandModule,
  argv: Args,
  process: NodeJS.Process,
  home: string,
): Promise<number> {
  if (process.geteuid?.() === 0) await command.asRoot?.(argv, home);
  await becomeOwner(home);
  process.umask(0o077);
  process.env.PATH = withSystemPath(process.env.PATH);
  const context = createContext(home, process, {
    makesHome: command.makesHome ?? false,
    named: argv.home !== undefined,
    fields: argv.jsonFields === undefined ? null : fieldsOf(argv.jsonFields),
  });
  try {
    return (await command.run(argv, context)) ?? 0;
  } finally {
    context.close();
  }
}

/** Several problems are several lines, each of which is escaped for itself. */
function lines(text: string, indent: string): string {
  return text.split('\n').map(printable).join(`\n${indent}`);
}

/** Wrong usage is 2, everything else 1; only what nobody expected shows a stack. */
function explain(error: unknown, process: NodeJS.Process): number {
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  if (error instanceof BelfryError) {
    say(`belfry: ${lines(error.message, ' '.repeat('belfry: '.length))}`);
    if (error.hint !== undefined) say(`  ${lines(error.hint, '  ')}`);
    return error.code === 'usage' || error.code === 'invalid' ? 2 : 1;
  }
  say(
    `belfry: Internal error (please report it).\n${printableBlock((error as Error).stack ?? String(error))}`,
  );
  return 1;
}
