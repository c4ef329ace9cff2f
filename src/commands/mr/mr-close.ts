/** `belfry mr close` */
import type { Argv } from 'yargs';
import { closeRequest } from '../../merge-requests/change-request.ts';
import type { Args, CommandContext } from '../context.ts';
import { changeAndSay, whichRequest, whoActs } from './mr-options.ts';

export const examples: [string, string][] = [
  ['mr close 3 --repo acme/app', 'its author can do it too: git push -o close origin HEAD:refs/for/main'],
];

export const options = (yargs: Argv): Argv => whoActs(whichRequest(yargs));

export async function run(argv: Args, context: CommandContext): Promise<number> {
  return changeAndSay(argv, context, closeRequest, 'closed');
}
