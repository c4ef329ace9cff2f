/** `belfry user`: logins, display names and addresses. A company is the owner of its repositories, and has its name here. */
import type { Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import type { Args, CommandModule } from './context.ts';

export const userList: CommandModule = {
  examples: [['user list', 'logins seen in pushes, and those added']],
  async run(argv, context) {
    const users = await (await context.store()).users.list();
    if (argv.json) return context.json(users);
    context.table(
      ['ID', 'LOGIN', 'NAME', 'E-MAIL'],
      users.map(user => [String(user.id), user.login, user.name, user.emails.join(' ')]),
      'no users yet: the first push of a login makes one',
    );
    return 0;
  },
};

export const userAdd: CommandModule = {
  examples: [['user add zhang-san --name 张三 --email zhang@example.com', 'known before the first push']],
  options: userOptions,
  async run(argv, context) {
    if (!/^[^\s\p{Cc}]+$/u.test(argv.login)) {
      throw new BelfryError(
        'invalid',
        `login: a word without spaces is wanted, not ${JSON.stringify(argv.login)}`,
      );
    }
    const input = { login: argv.login, name: argv.name ?? argv.login, emails: readEmails(argv) ?? [] };
    const user = await (await context.store()).users.add(input, context.now());
    if (argv.json) return context.json(user);
    context.print(`user ${user.login} is added`);
    return 0;
  },
};

export const userEdit: CommandModule = {
  examples: [
    ['user edit zhang-san --name 张三', 'another display name'],
    ['user edit acme --name "Acme Ltd."', 'the display name of the company acme'],
  ],
  options: userOptions,
  async run(argv, context) {
    const emails = readEmails(argv);
    const change = {
      ...(argv.name === undefined ? {} : { name: String(argv.name) }),
      ...(emails === undefined ? {} : { emails }),
    };
    const user = await (await context.store()).users.edit(argv.login, change);
    if (argv.json) return context.json(user);
    context.print(`user ${user.login} is changed`);
    return 0;
  },
};

function userOptions(yargs: Argv): Argv {
  return yargs
    .positional('login', { type: 'string', demandOption: true, describe: 'as the server names who pushes' })
    .option('name', { type: 'string', describe: 'display name' })
    .option('email', { type: 'string', array: true, describe: 'addresses in commits; the first is shown' });
}

/** @throws BelfryError `invalid` */
function readEmails(argv: Args): string[] | undefined {
  const emails = (argv.email as string[] | undefined)?.filter(Boolean);
  const bad = emails?.find(email => !/^[^\s@]+@[^\s@]+$/.test(email));
  if (bad !== undefined)
    throw new BelfryError('invalid', `email: an address is wanted, not ${JSON.stringify(bad)}`);
  return emails;
}
