/** `belfry mr reopen` */
import type { Argv } from 'yargs';
import { reopenRequest } from '../../merge-requests/change-request.ts';
import type { Args, CommandContext } from '../context.ts';
import { changeAndSay, whichRequest, whoActs } from './mr-options.ts';

export const examples: [string, string][] = [['mr reopen 3 --repo acme/app', 'a closed one is open again']];

export const options = (yargs: Argv): Argv => whoActs(whichRequest(yargs));

export async function run(argv: Args, context: CommandContext): Promise<number> {
  return changeAndSay(argv, context, reopenRequest, 'open again');
}
