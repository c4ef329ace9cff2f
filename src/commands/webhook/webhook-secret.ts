/** Where a webhook's URL and secret come from. A robot's URL is its key: neither need stand on the command line. */
import { randomBytes } from 'node:crypto';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { text } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';

export function secretOptions(yargs: Argv): Argv {
  return yargs
    .option('secret', text('The secret (others on this machine can see it: better --secret-stdin)'))
    .option('secret-stdin', { type: 'boolean', describe: 'Read the secret from standard input' })
    .option('secret-env', text('Read the secret from an environment variable'))
    .option('generate-secret', { type: 'boolean', describe: 'Make a secret and print it once' });
}

export interface Secret {
  value: string | null;
  /** Printed once. */
  generated: boolean;
}

/** At most one source. @returns undefined when none was named */
export async function readUrl(argv: Args, context: CommandContext): Promise<string | undefined> {
  const named = [argv.url, argv.urlStdin || undefined, argv.urlEnv].filter(one => one !== undefined);
  if (named.length > 1)
    throw new BelfryError('usage', 'Give only one of the URL itself, --url-stdin and --url-env.');
  if (argv.urlStdin) return (await stdinLines(argv, context)).url.trim();
  if (argv.urlEnv === undefined) return argv.url?.trim();
  return environmentVariable('--url-env', argv.urlEnv, context).trim();
}

/** At most one source. @returns undefined when none was named */
export async function readSecret(argv: Args, context: CommandContext): Promise<Secret | undefined> {
  const named = ['secret', 'secretStdin', 'secretEnv', 'generateSecret'].filter(
    key => argv[key] !== undefined && argv[key] !== false,
  );
  if (named.length === 0) return undefined;
  if (named.length > 1)
    throw new BelfryError(
      'usage',
      'Give only one of --secret, --secret-stdin, --secret-env and --generate-secret.',
    );
  if (argv.generateSecret) return { value: newSecret(), generated: true };
  const value = await secretText(argv, context);
  if (value === '')
    throw new BelfryError('invalid', 'secret: wanted a secret, got an empty one', {
      hint: 'Leave it out for a webhook without a secret.',
    });
  return { value, generated: false };
}

export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

async function secretText(argv: Args, context: CommandContext): Promise<string> {
  if (argv.secretStdin) return (await stdinLines(argv, context)).secret;
  if (argv.secretEnv === undefined) return argv.secret;
  return environmentVariable('--secret-env', argv.secretEnv, context);
}

interface TypedLines {
  url: string;
  secret: string;
  headers: string[];
}

/** Standard input: the URL, then the secret, then headers, one a line, as far as each was announced. */
export async function stdinLines(argv: Args, context: CommandContext): Promise<TypedLines> {
  const lines = (await context.stdin()).replace(/\r?\n$/, '').split(/\r?\n/);
  const url = argv.urlStdin ? (lines.shift() ?? '') : '';
  // A secret of several lines is refused as a whole, not cut.
  const secret = argv.secretStdin ? lines.splice(0, argv.headerStdin ? 1 : lines.length).join('\n') : '';
  return { url, secret, headers: lines.filter(line => line.trim() !== '') };
}

export function environmentVariable(option: string, name: string, { env }: CommandContext): string {
  const value = env[name];
  if (value !== undefined) return value;
  throw new BelfryError('invalid', `${option}: the environment has no variable ${name}`);
}
