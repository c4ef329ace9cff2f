/** The options for a webhook's own request headers. Their values are secrets, so none need stand on the command line. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import type { OwnHeader } from '../../model/own-header.ts';
import { changeHeaders, splitHeader } from '../../webhooks/own-headers.ts';
import type { Args, CommandContext } from '../context.ts';
import { environmentVariable, stdinLines } from './webhook-secret.ts';

export function headerOptions(yargs: Argv): Argv {
  return yargs
    .option('header', {
      type: 'string',
      array: true,
      // Else the URL behind it would be one more header.
      nargs: 1,
      describe:
        "Own request header, 'NAME: VALUE' (others on this machine can see it: better --header-stdin); 'NAME:' removes it, '' all",
    })
    .option('header-env', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Own request header NAME=VAR, its value read from an environment variable',
    })
    .option('header-stdin', {
      type: 'boolean',
      describe: "Read own request headers from standard input, a 'NAME: VALUE' a line, behind URL and secret",
    });
}

/**
 * What the options say, on top of what stands.
 * @throws BelfryError `usage` or `invalid`
 */
export async function readHeaders(
  argv: Args,
  base: readonly OwnHeader[],
  context: CommandContext,
): Promise<OwnHeader[]> {
  const given: string[] = (argv.header ?? []).map(String);
  const lines = argv.headerStdin ? (await stdinLines(argv, context)).headers : [];
  const fromEnvironment = (argv.headerEnv ?? []).map((pair: string): OwnHeader => {
    const [, name, variable] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (name === undefined)
      throw new BelfryError('usage', `--header-env: wanted NAME=VARIABLE, got ${JSON.stringify(pair)}`);
    return [name.trim(), environmentVariable('--header-env', variable!, context)];
  });
  const changes = [
    ...given.filter(Boolean).map(line => header('--header', line)),
    ...fromEnvironment,
    ...lines.map(line => header('--header-stdin', line)),
  ];
  const { headers, unknown } = changeHeaders(given.includes('') ? [] : base, changes);
  if (unknown.length === 0) return headers;
  const known = headers.map(([name]) => name).join(', ') || 'none';
  throw new BelfryError('invalid', `--header ${unknown[0]}: wanted a value, got none`, {
    hint: `Without a value a header is removed; those of this webhook: ${known}.`,
  });
}

/** What is no header may be a value alone, so it is not repeated. */
function header(option: string, line: string): OwnHeader {
  const found = splitHeader(line);
  if (found !== null) return found;
  throw new BelfryError('usage', `${option}: wanted 'NAME: VALUE', got a text without a colon`);
}
