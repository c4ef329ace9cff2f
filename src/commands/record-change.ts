/**
 * Writes into the log who changed what by the command line: the command, what it was about, and the names of its options.
 * What stands behind options is left out: it may be secret.
 */
import { addLine } from '../host/worker-log.ts';
import { createLog } from '../worker/log.ts';
import type { Args } from './context.ts';

/** Arguments that may be secret, or hold one. */
const HIDDEN = ['url', 'value'];
/** Which home, and how it is said: not what is changed. */
const ABOUT_OUTPUT = ['--home', '--json'];
const MOST_WORDS = 20;

/**
 * @param usage as in `belfry webhook edit <id>`
 * @param typed the command line
 */
export function recordChange(
  home: string,
  { usage, typed, argv, who }: { usage: string; typed: readonly string[]; argv: Args; who: string },
): void {
  const words = usage.split(' ').slice(1);
  const command = words.filter(word => !/^[<[]/.test(word)).join(' ');
  const names = words.filter(word => /^[<[]/.test(word)).map(word => word.replace(/[<>[\].]/g, ''));
  const about = names
    .filter(name => !HIDDEN.includes(name))
    .flatMap(name => argv[name] ?? [])
    .map(String);
  const options = typed.filter(word => /^--./.test(word)).map(word => word.split('=', 1)[0]!);
  const given = options.filter(option => !ABOUT_OUTPUT.includes(option));
  const said = [command, ...about, ...new Set(given)].slice(0, MOST_WORDS).join(' ');
  try {
    createLog(text => addLine(home, text))('info', `${who} ran: belfry ${said}`);
  } catch {
    // What was done is done: a log that cannot be written is what `belfry doctor` speaks of.
  }
}
