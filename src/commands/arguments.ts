/** Arguments that yargs gets wrong, or does not check. */
import type { Argv, Options } from 'yargs';
import { BelfryError } from '../errors.ts';
import { printable } from '../text/printable.ts';
import type { Args } from './context.ts';

/** `config set time.offset -03:30`: west of Greenwich a value looks like options. */
export function offsetAsValue(argument: string, place: number, all: string[]): string {
  const behind = all.slice(0, place).includes('--');
  return !behind && /^-\d\d:\d\d$/.test(argument) ? `--value=${argument}` : argument;
}

/** What a command is given in place of a file for `-`, standard input or output: nobody can type it. */
export const STREAM = '\0-';

/** yargs makes an empty text of `-`, which an unset variable of a script is too. */
export function dashAsStream(argument: string, place: number, all: string[]): string {
  return argument === '-' && !all.slice(0, place).includes('--') ? STREAM : argument;
}

/** An option that is on or off. */
export function flag(describe: string): Options {
  return { type: 'boolean', default: false, describe };
}

/** An option, or an argument, that is a text. */
export function text(describe: string) {
  return { type: 'string', describe } as const;
}

/** What a command about one webhook is given. */
export function webhookId(yargs: Argv): Argv {
  return yargs.positional('id', { type: 'number', demandOption: true });
}

/** Whose rows a list has, and how many. */
export function listOptions(yargs: Argv): Argv {
  return yargs
    .option('repo', text('Only of this repository'))
    .option('limit', { type: 'number', default: 30, describe: 'Show at most this many' });
}

export function sinceOption(yargs: Argv): Argv {
  return yargs.option('since', text('Not older than this: 30m, 2h, 7d or a date'));
}

/** @throws BelfryError `usage` */
export function limitOf({ limit }: Args): number {
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new BelfryError('usage', `--limit: wanted a whole number from 1, got ${limit}`);
}

/** A few ids in one line. */
export function someIds(done: { id: string }[]): string {
  const shown = done.slice(0, 10).map(({ id }) => printable(id));
  return done.length > shown.length ? `${shown.join(' ')} …` : shown.join(' ');
}
