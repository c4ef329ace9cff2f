/** What the commands about one merge request share: which one it is, and who acts. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { accountName } from '../../host/accounts.ts';
import type { ChangeDeps } from '../../merge-requests/change-request.ts';
import type { MergeRequestRecord } from '../../model/merge-request.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import type { Args, CommandContext } from '../context.ts';
import { findRepository } from '../repo/find-repository.ts';
import { mrJson } from './mr-json.ts';

export function whichRequest(yargs: Argv): Argv {
  return yargs
    .positional('number', { type: 'number', demandOption: true, describe: 'its number, as in !3' })
    .option('repo', { type: 'string', demandOption: true, describe: 'in which repository, e.g. acme/app' });
}

export function whoActs(yargs: Argv): Argv {
  return yargs.option('as', {
    type: 'string',
    describe: 'login of who does it; default: BELFRY_USER, else the Unix account',
  });
}

/** @throws BelfryError `not-found` */
export async function findRequest(argv: Args, context: CommandContext) {
  const store = await context.store();
  const row = await findRepository(argv.repo, store);
  const record = await store.mergeRequests.get(row.id, argv.number);
  if (record !== null) return { store, row, record };
  throw new BelfryError('not-found', `there is no merge request !${argv.number} in ${row.full_name}`, {
    hint: `\`belfry mr list --repo ${row.full_name} --state all\` shows them.`,
  });
}

/** Does it, wakes the worker and says so. Gives the exit status. */
export async function changeAndSay(
  argv: Args,
  context: CommandContext,
  change: (record: MergeRequestRecord, deps: ChangeDeps) => Promise<{ deliveries: number; notes: string[] }>,
  did: string,
): Promise<number> {
  const login = await actorOf(argv, context);
  const { store, row, record } = await findRequest(argv, context);
  const deps = { store, settings: await context.settings(), row, login, now: context.now() };
  const { deliveries, notes, ...more } = await change(record, deps);
  if (deliveries > 0) await context.wakeWorker();
  const after = (await store.mergeRequests.get(row.id, record.number))!;
  if (argv.json) {
    const { commentId } = more as { commentId?: number };
    const comment = commentId === undefined || commentId === 0 ? {} : { comment_id: commentId };
    context.json({ ...(await mrJson(after, row, deps)), ...comment, deliveries });
    return 0;
  }
  for (const note of notes) context.stderr(`note: ${printable(note)}`);
  context.print(
    `!${record.number} of ${printable(row.full_name)} is ${did}: ${plural(deliveries, 'delivery', 'deliveries')}`,
  );
  return 0;
}

/** @throws BelfryError `usage` */
async function actorOf({ as }: Args, { env }: CommandContext): Promise<string> {
  if (as === undefined) return env.BELFRY_USER || env.SUDO_USER || (await accountName(process.getuid!()));
  if (/^[^\s\p{C}]+$/u.test(as)) return as;
  throw new BelfryError('usage', `--as: a login without spaces is wanted, not ${JSON.stringify(as)}`);
}
