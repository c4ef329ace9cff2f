/** `belfry user add` */
import { BelfryError } from '../../errors.ts';
import type { Args, CommandContext } from '../context.ts';
import { readEmails, userOptions } from './user-options.ts';

export const examples: [string, string][] = [
  ['user add zhang-san --name 张三 --email zhang@example.com', 'known before the first push'],
];

export const options = userOptions;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  if (!/^[^\s\p{Cc}]+$/u.test(argv.login)) {
    throw new BelfryError(
      'invalid',
      `login: a word without spaces is wanted, not ${JSON.stringify(argv.login)}`,
    );
  }
  const input = { login: argv.login, name: argv.name ?? argv.login, emails: readEmails(argv) ?? [] };
  const user = await (await context.store()).users.add(input, context.now());
  if (argv.json) context.json(user);
  else context.print(`user ${user.login} is added`);
  return 0;
}
