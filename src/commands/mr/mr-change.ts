/** `belfry mr close`, `reopen` and `comment`: changes of one merge request, announced like those that came by a push. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { accountName } from '../../host/accounts.ts';
import {
  type ChangeDeps,
  closeRequest,
  commentRequest,
  reopenRequest,
} from '../../merge-requests/change-request.ts';
import { severalLines } from '../../merge-requests/request-options.ts';
import type { MergeRequestRecord } from '../../model/merge-request.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { text } from '../arguments.ts';
import type { Args, CommandContext, CommandModule } from '../context.ts';
import { findRequest, mrJson, whichRequest } from './mr-show.ts';

export const mrClose: CommandModule = {
  examples: [
    ['mr close 3 --repo acme/app', 'Its author can do it too: git push -o close origin HEAD:refs/for/main'],
  ],
  options: changeOptions,
  run: (argv, context) => changeAndSay(argv, context, closeRequest, 'Closed'),
};

export const mrReopen: CommandModule = {
  examples: [['mr reopen 3 --repo acme/app', 'Reopen a closed one']],
  options: changeOptions,
  run: (argv, context) => changeAndSay(argv, context, reopenRequest, 'Reopened'),
};

export const mrComment: CommandModule = {
  examples: [['mr comment 3 --repo acme/app --as alice < review.txt', 'A comment by alice']],
  options: changeOptions,
  async run(argv, context) {
    const text = severalLines(await context.stdin());
    if (text === '') throw new BelfryError('usage', 'Standard input: wanted a comment, got nothing');
    return changeAndSay(argv, context, (record, deps) => commentRequest(record, text, deps), 'Commented on');
  },
};

/** Which one it is, and who acts. */
function changeOptions(yargs: Argv): Argv {
  return whichRequest(yargs).option(
    'as',
    text('Login of who does it; default: BELFRY_USER, else the Unix account'),
  );
}

/** Does it, wakes the worker and says so. */
async function changeAndSay(
  argv: Args,
  context: CommandContext,
  change: (record: MergeRequestRecord, deps: ChangeDeps) => Promise<{ deliveries: number; notes: string[] }>,
  did: string,
): Promise<undefined> {
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
    return;
  }
  for (const note of notes) context.stderr(`note: ${printable(note)}`);
  context.print(`${did} !${record.number} of ${printable(row.full_name)}: ${plural(deliveries, 'delivery')}`);
}

/** @throws BelfryError `usage` */
async function actorOf({ as }: Args, { env }: CommandContext): Promise<string> {
  if (as === undefined) return env.BELFRY_USER || env.SUDO_USER || (await accountName(process.getuid!()));
  if (/^[^\s\p{C}]+$/u.test(as)) return as;
  throw new BelfryError('usage', `--as: wanted a login without spaces, got ${JSON.stringify(as)}`);
}
