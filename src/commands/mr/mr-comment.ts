/** `belfry mr comment`: the text comes on standard input. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { commentRequest } from '../../merge-requests/change-request.ts';
import { severalLines } from '../../merge-requests/request-options.ts';
import type { Args, CommandContext } from '../context.ts';
import { changeAndSay, whichRequest, whoActs } from './mr-options.ts';

export const examples: [string, string][] = [
  ['mr comment 3 --repo acme/app --as alice < review.txt', 'a comment of alice'],
];

export const options = (yargs: Argv): Argv => whoActs(whichRequest(yargs));

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const text = severalLines(await context.stdin());
  if (text === '') throw new BelfryError('usage', 'wanted the comment on standard input, got nothing');
  return changeAndSay(argv, context, (record, deps) => commentRequest(record, text, deps), 'commented on');
}
