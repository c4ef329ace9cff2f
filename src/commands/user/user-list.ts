/** `belfry user list` */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [['user list', 'logins seen in pushes, and those added']];

export const options = (yargs: Argv): Argv => yargs;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const users = await (await context.store()).users.list();
  if (argv.json) context.json(users);
  else {
    context.table(
      ['ID', 'LOGIN', 'NAME', 'E-MAIL'],
      users.map(user => [String(user.id), user.login, user.name, user.emails.join(' ')]),
      'no users yet: the first push of a login makes one',
    );
  }
  return 0;
}
