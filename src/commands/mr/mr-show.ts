/** `belfry mr show`: one merge request, with what was said about it. */
import type { Argv } from 'yargs';
import { moment } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { printable, printableBlock } from '../../text/printable.ts';
import type { Args, CommandContext } from '../context.ts';
import { mrJson } from './mr-json.ts';
import { findRequest, whichRequest } from './mr-options.ts';

export const examples: [string, string][] = [['mr show 3 --repo acme/app', 'state, numbers and comments']];

export const options = (yargs: Argv): Argv => whichRequest(yargs);

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const { store, row, record } = await findRequest(argv, context);
  const shown = await mrJson(record, row, { store, settings: await context.settings() });
  const comments = await Promise.all(
    (await store.mergeRequests.comments(record.id)).map(async ({ user_id, ...comment }) => ({
      ...comment,
      author: (await store.mergeRequests.person(user_id)).login,
    })),
  );
  if (argv.json) {
    context.json({ ...shown, comments_list: comments });
    return 0;
  }
  const facts: [string, string][] = [
    ['title', shown.title],
    ['state', shown.draft ? `${shown.state}, draft` : shown.state],
    ['by', `${shown.author} at ${moment(shown.created_at)}`],
    ['branch', shown.topic === '' ? `into ${shown.target}` : `${shown.topic} → ${shown.target}`],
    ['head', `${shown.head} (${shown.head_ref})`],
    ['base', shown.base],
    [
      'brings',
      `${plural(shown.commits, 'commit')}, ${plural(shown.changed_files, 'file')}, +${shown.additions} -${shown.deletions}`,
    ],
    ['merge', `${shown.merge_status}${shown.merge_commit === null ? '' : `: ${shown.merge_commit}`}`],
    ['updated', `${moment(shown.updated_at)} by ${shown.updated_by}`],
    ['url', shown.url],
  ];
  context.print(`!${shown.number} of ${printable(shown.repository)}`);
  for (const [name, value] of facts) context.print(`${name.padEnd(8)} ${printable(value)}`);
  if (shown.body !== '') context.print(`\n${printableBlock(shown.body)}`);
  for (const { id, author, created_at, body } of comments) {
    context.print(
      `\ncomment ${id} by ${printable(author)} at ${moment(created_at)}\n${printableBlock(body)}`,
    );
  }
  return 0;
}
