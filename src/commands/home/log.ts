/** `belfry log`: the worker's log, whoever has started the worker. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { belongsToOther, homeState, requireHome } from '../../host/home.ts';
import { type LogReader, openLogReader } from '../../host/read-log.ts';
import { parseSince } from '../../text/moment.ts';
import { forTerminal, printable, printableJson } from '../../text/printable.ts';
import { sinceOption } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['log', 'The last 30 lines'],
  ['log --follow', 'And new ones, until Ctrl-C'],
  ['log --since 2h --json', 'For programs'],
];

const USUAL_LINES = 30;
const MOST_LINES = 100_000;

export function options(yargs: Argv): Argv {
  return sinceOption(yargs)
    .option('follow', {
      alias: 'f',
      type: 'boolean',
      default: false,
      describe: 'Also show new lines; with --json: one document for each line',
    })
    .option('lines', {
      alias: 'n',
      type: 'number',
      describe: `Show at most this many old lines (default ${USUAL_LINES}; with --since all)`,
    });
}

interface Line {
  /** Milliseconds since 1970; null where the worker did not say it, as for what Node writes when it dies. */
  at: number | null;
  level: 'info' | 'warn' | 'error' | null;
  message: string;
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const since = argv.since === undefined ? null : parseSince(argv.since, context.now());
  const most = linesOf(argv);
  await using reader = await openReader(context.home);
  try {
    const lines = (await reader.lines(since === null ? most : MOST_LINES)).map(read);
    const wanted = most === 0 ? [] : notOlder(lines, since).slice(-most);
    if (!(await reader.exists())) sayThatThereIsNone(argv, context);
    if (!argv.follow && argv.json) context.json(wanted);
    else await say(wanted, argv, context);
    if (!argv.follow) return 0;
    for await (const more of reader.follow()) await say(more.map(read), argv, context);
  } catch (error) {
    // Whoever reads has had enough.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    throw await unreadable(context.home, error);
  }
  throw new BelfryError('home', `The home ${context.home} is gone`);
}

/** @throws BelfryError `usage` */
function linesOf({ lines, since }: Args): number {
  if (lines === undefined) return since === undefined ? USUAL_LINES : MOST_LINES;
  if (Number.isInteger(lines) && lines >= 0 && lines <= MOST_LINES) return lines;
  throw new BelfryError('usage', `--lines: wanted a whole number from 0 to ${MOST_LINES}, got ${lines}`);
}

/** Nothing else of the home is needed: what a worker said that found no database can be read too. */
async function openReader(home: string): Promise<LogReader> {
  if (!['there', 'no-database'].includes(await homeState(home))) await requireHome(home);
  try {
    return await openLogReader(home);
  } catch (cause) {
    throw await unreadable(home, cause);
  }
}

async function unreadable(home: string, cause: unknown): Promise<unknown> {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return new BelfryError('home', `The home ${home} has no directory log`, {
      hint: '`belfry doctor --fix` creates it.',
      cause,
    });
  if (code !== 'EACCES') return cause;
  const [file, owner] = await Promise.all(
    [join(home, 'log', 'worker.log'), home].map(path => stat(path).catch(() => null)),
  );
  if (file && owner && file.uid !== owner.uid)
    return new BelfryError('permission', `The log of the home ${home} belongs to user ${file.uid}`, {
      hint: '`sudo belfry doctor --fix` gives it to the owner of the home.',
      cause,
    });
  return await belongsToOther(home, cause, 'The log of the home');
}

function sayThatThereIsNone(argv: Args, { home, print, stderr }: CommandContext): void {
  const text = `No log yet: no worker has run for ${printable(home)}.`;
  if (argv.follow) stderr(`${text} Waiting for one.`);
  else if (!argv.json) print(text);
}

function read(line: string): Line {
  const [, time, level, message] = /^(\S+Z) (info|warn|error) (.*)$/s.exec(line) ?? [];
  const at = Date.parse(time ?? '');
  return Number.isNaN(at)
    ? { at: null, level: null, message: line }
    : { at, level: level as Line['level'], message: message! };
}

/** What has no time of its own is as old as the line before it. */
function notOlder(lines: Line[], since: number | null): Line[] {
  if (since === null) return lines;
  let at = Number.NEGATIVE_INFINITY;
  return lines.filter(line => {
    at = line.at ?? at;
    return at >= since;
  });
}

/** @throws system errors, as EPIPE */
async function say(lines: Line[], { json }: Args, context: CommandContext): Promise<void> {
  if (lines.length === 0) return;
  const texts = lines.map(line => (json ? printableJson(context.chosen(line), 0) : shown(line, context)));
  await context.write(Buffer.from(`${forTerminal(texts.join('\n'))}\n`));
}

function shown({ at, level, message }: Line, { red }: CommandContext): string {
  if (at === null) return printable(message);
  const text = `${new Date(at).toISOString()} ${level} ${printable(message)}`;
  return level === 'error' ? red(text) : text;
}
