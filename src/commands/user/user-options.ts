/** What `user add` and `user edit` share. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import type { Args } from '../context.ts';

export function userOptions(yargs: Argv): Argv {
  return yargs
    .positional('login', { type: 'string', demandOption: true, describe: 'as the server names who pushes' })
    .option('name', { type: 'string', describe: 'display name' })
    .option('email', { type: 'string', array: true, describe: 'addresses in commits; the first is shown' });
}

/** @throws BelfryError `invalid` */
export function readEmails(argv: Args): string[] | undefined {
  const emails = (argv.email as string[] | undefined)?.filter(Boolean);
  const bad = emails?.find(email => !/^[^\s@]+@[^\s@]+$/.test(email));
  if (bad !== undefined)
    throw new BelfryError('invalid', `email: an address is wanted, not ${JSON.stringify(bad)}`);
  return emails;
}
