/** `belfry user edit`: also gives a company its display name, since a company is the owner of its repositories. */
import type { Args, CommandContext } from '../context.ts';
import { readEmails, userOptions } from './user-options.ts';

export const examples: [string, string][] = [
  ['user edit zhang-san --name 张三', 'another display name'],
  ['user edit acme --name "Acme Ltd."', 'the display name of the company acme'],
];

export const options = userOptions;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const emails = readEmails(argv);
  const change = {
    ...(argv.name === undefined ? {} : { name: String(argv.name) }),
    ...(emails === undefined ? {} : { emails }),
  };
  const user = await (await context.store()).users.edit(argv.login, change);
  if (argv.json) context.json(user);
  else context.print(`user ${user.login} is changed`);
  return 0;
}
