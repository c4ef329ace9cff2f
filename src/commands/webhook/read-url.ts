/** Where a webhook's URL comes from. A robot's URL is its key: it need not stand on the command line. */
import { BelfryError } from '../../errors.ts';
import type { Args, CommandContext } from '../context.ts';

/** At most one source. @returns undefined when none was named */
export async function readUrl(argv: Args, context: CommandContext): Promise<string | undefined> {
  const named = [argv.url, argv.urlStdin || undefined, argv.urlEnv].filter(one => one !== undefined);
  if (named.length > 1)
    throw new BelfryError('usage', 'Give only one of the URL itself, --url-stdin and --url-env.');
  if (argv.urlStdin) return firstLine(await context.stdin());
  if (argv.urlEnv === undefined) return argv.url?.trim();
  const value = context.env[argv.urlEnv];
  if (value === undefined)
    throw new BelfryError('invalid', `--url-env: the environment has no variable ${argv.urlEnv}`);
  return value.trim();
}

/** What is left on standard input for the secret, when the URL is its first line. */
export function behindFirstLine(text: string): string {
  return text.replace(/^.*(\r?\n|$)/, '');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.trim();
}
