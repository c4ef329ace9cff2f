/** The error for a wrong command line: what was wanted, what came, and an example. */
import { BelfryError } from '../errors.ts';
import { isNear, nearest } from '../text/nearest.ts';
import { shellWord } from '../text/printable.ts';
import type { Args } from './context.ts';
import { commandLine } from './help-examples.ts';

const HELP_HINT = '`belfry --help` and `belfry COMMAND --help` show what there is.';

/** What was typed, and for which command. */
export interface Typed {
  words: string[];
  /** Of the command, as `belfry push show <id>`; null while it is not known. */
  usage: string | null;
  /** A whole command line, without `belfry`. */
  example: string | undefined;
  /** Names of all its options. */
  options: string[];
}

/** @param message as yargs says it */
export function usageError(message: string, typed: Typed): BelfryError {
  const { words, usage } = typed;
  const got = () => ['belfry', ...words.map(shellWord)].join(' ');
  const [, given] = /^Not enough non-option arguments: got (\d+), need at least \d+/.exec(message) ?? [];
  if (given !== undefined && usage !== null) {
    const names = [...usage.matchAll(/<([^>]+)>/g)].map(([, name]) => name);
    const missing = names.slice(Number(given)).join(' and ');
    return wrong(`Missing ${missing}: wanted \`${usage}\`, got \`${got()}\``, typed);
  }
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ') ?? [];
  const option = words.find(word => unknown.includes(/^--?([^=]+)/.exec(word)?.[1] ?? ''));
  if (option !== undefined) {
    const name = option.replace(/=.*/s, '');
    const near = nearest(name.replace(/^-+/, ''), typed.options).map(one => `--${one}`);
    const hint = near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`;
    return wrong(`Unknown option ${name}`, typed, hint);
  }
  if (unknown.length > 0 && usage !== null)
    return wrong(`Too many arguments: wanted \`${usage}\`, did not expect ${unknown[0]}`, typed);
  const [, meant] = /^Did you mean (.*)\?$/.exec(message) ?? [];
  if (unknown.length > 0 || meant !== undefined) {
    // yargs takes any three letters for a slip: of a short word that is nearly all of them.
    const isMeant = meant !== undefined && words.some(word => isNear(word, meant));
    return wrong(`Unknown command: \`${got()}\``, typed, isMeant ? message : undefined);
  }
  const [, lacking] = /^Missing required arguments?: (.*)$/.exec(message) ?? [];
  if (lacking !== undefined) return wrong(`Missing ${lacking.split(', ').map(dashed).join(' and ')}`, typed);
  const [, bare] = /^Not enough arguments following: (\S+)/.exec(message) ?? [];
  if (bare !== undefined) return wrong(`${dashed(bare)}: wanted a value, got nothing`, typed);
  const [, key = '', other = ''] = /^Implications failed:\s+(\S+) -> (\S+)/.exec(message) ?? [];
  if (key !== '') return wrong(`${dashed(key)} works only with ${dashed(other)}.`, typed);
  const [, name = '', value, choices = ''] =
    /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: (.*)/.exec(message) ?? [];
  if (name !== '')
    return wrong(`${dashed(name)}: wanted one of ${choices.replaceAll('"', '')}, got ${value}`, typed);
  const [, left, right] = /^Arguments (\S+) and (\S+) are mutually exclusive$/.exec(message) ?? [];
  if (left !== undefined && right !== undefined)
    return wrong(`Give only one of ${dashed(left)} and ${dashed(right)}.`, typed);
  // yargs puts some of its sentences on two lines.
  return wrong(message.replace(/\s*\n\s*/g, ' '), typed);
}

function wrong(message: string, { example }: Typed, hint?: string): BelfryError {
  const instead = example === undefined ? HELP_HINT : `For example: ${commandLine(example)}`;
  return new BelfryError('usage', message, { hint: hint ?? instead });
}

/**
 * What yargs takes without a word: an option with its contrary, and anything for a number.
 * @throws BelfryError `usage`
 */
export function checkTyped(argv: Args, typed: Typed): void {
  const { words } = typed;
  const no = words.find(word => word.startsWith('--no-') && words.includes(word.replace('--no-', '--')));
  if (no !== undefined) throw wrong(`Give ${no.replace('--no-', '--')} or ${no}, not both.`, typed);
  // Of an option that has several names, the one that was typed.
  const keys = Object.keys(argv).filter(key => [argv[key]].flat().some(Number.isNaN));
  if (keys.length === 0) return;
  const nameOf = (word: string) =>
    keys.map(dashed).find(name => word === name || word.startsWith(`${name}=`));
  const at = words.findIndex(word => nameOf(word) !== undefined);
  const others = Object.values(argv).flat().map(String);
  const isArgument = (word: string) =>
    Number.isNaN(Number(word)) && !word.startsWith('-') && !others.includes(word);
  const name = nameOf(words[at] ?? '');
  const inWord = name === words[at] ? undefined : words[at]?.slice(`${name}=`.length);
  const got = name === undefined ? words.find(isArgument) : (inWord ?? words[at + 1]);
  throw wrong(`${name ?? keys[0]}: wanted a number, got ${JSON.stringify(got ?? '')}`, typed);
}

function dashed(key: string): string {
  return key.length === 1 ? `-${key}` : `--${key}`;
}
