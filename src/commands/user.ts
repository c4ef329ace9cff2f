/** `belfry user`: logins, display names and addresses. A company is the owner of its repositories, and has its name here. */
import type { Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import { text } from './arguments.ts';
import type { Args, CommandModule } from './context.ts';

export const userList: CommandModule = {
  examples: [['user list', 'Logins seen in pushes, and those added']],
  async run(argv, context) {
    const users = await (await context.store()).users.list();
    if (argv.json) return context.json(users);
    context.table(
      ['ID', 'LOGIN', 'NAME', 'E-MAIL'],
      users.map(user => [String(user.id), user.login, user.name, user.emails.join(' ')]),
      'No users yet: the first push of a login adds one',
    );
  },
};

export const userAdd: CommandModule = {
  examples: [['user add zhang-san --name 张三 --email zhang@example.com', 'Known before the first push']],
  options: userOptions,
  async run(argv, context) {
    if (!/^[^\s\p{Cc}]+$/u.test(argv.login)) {
      throw new BelfryError(
        'invalid',
        `login: wanted a word without spaces, got ${JSON.stringify(argv.login)}`,
      );
    }
    const input = { login: argv.login, name: argv.name ?? argv.login, emails: readEmails(argv) ?? [] };
    const user = await (await context.store()).users.add(input, context.now());
    if (argv.json) return context.json(user);
    context.print(`Added user ${user.login}`);
  },
};

export const userEdit: CommandModule = {
  examples: [
    ['user edit zhang-san --name 张三', 'Another display name'],
    ['user edit acme --name "Acme Ltd."', 'The display name of the company acme'],
  ],
  options: userOptions,
  async run(argv, context) {
    const emails = readEmails(argv);
    const change = {
      ...(argv.name === undefined ? {} : { name: String(argv.name) }),
      ...(emails === undefined ? {} : { emails }),
    };
    if (Object.keys(change).length === 0)
      throw new BelfryError('usage', `Nothing to change: user ${argv.login} stays as it is`, {
        hint: `Name what shall be changed, e.g. belfry user edit ${argv.login} --name 张三; or --email ADDRESS.`,
      });
    const user = await (await context.store()).users.edit(argv.login, change);
    if (argv.json) return context.json(user);
    context.print(`Changed user ${user.login}`);
  },
};

function userOptions(yargs: Argv): Argv {
  return yargs
    .positional('login', { type: 'string', demandOption: true, describe: 'As the server names the pusher' })
    .option('name', text('Display name'))
    .option('email', {
      type: 'string',
      array: true,
      describe: 'Addresses in commits; the first one is shown',
    });
}

/** @throws BelfryError `invalid` */
function readEmails(argv: Args): string[] | undefined {
  const emails = (argv.email as string[] | undefined)?.filter(Boolean);
  const bad = emails?.find(email => !/^[^\s@]+@[^\s@]+$/.test(email));
  if (bad !== undefined)
    throw new BelfryError('invalid', `--email: wanted an address, got ${JSON.stringify(bad)}`);
  return emails;
}
