/** `belfry mr list` and `show`: merge requests, newest first, and one with what was said about it. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { addressOf } from '../../model/full-name.ts';
import { repositoryLinks } from '../../model/links.ts';
import { MERGE_REQUEST_STATES, type MergeRequestRecord } from '../../model/merge-request.ts';
import type { Repository } from '../../model/repository.ts';
import { headRef, mergeRef } from '../../model/request-refs.ts';
import { linkBases, type Settings } from '../../settings/settings.ts';
import type { Store } from '../../store/store.ts';
import { moment } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { printable, printableBlock } from '../../text/printable.ts';
import { limitOf, listOptions } from '../arguments.ts';
import type { Args, CommandContext, CommandModule } from '../context.ts';
import { findRepository } from '../repo/find-repository.ts';

/** Gitee's words are for programs. */
const MERGE = { can_be_merged: 'clean', can_be_resolve: 'conflict', unchecked: 'unknown' };

export const mrList: CommandModule = {
  examples: [
    ['mr list --repo acme/app', 'Open merge requests of a repository'],
    ['mr list --state all --json', 'Everything, for programs'],
  ],
  options: yargs =>
    listOptions(
      yargs.option('state', {
        choices: [...MERGE_REQUEST_STATES, 'all'],
        default: 'open',
        describe: 'Only in this state',
      }),
    ),
  async run(argv, context) {
    const limit = limitOf(argv);
    const store = await context.store();
    const settings = await context.settings();
    const records = await store.mergeRequests.list({
      repositoryId: argv.repo === undefined ? undefined : (await findRepository(argv.repo, store)).id,
      state: argv.state === 'all' ? undefined : argv.state,
      limit,
    });
    const rows = await Promise.all(
      records.map(async record => {
        const row = (await store.repositories.byId(record.repository_id))!;
        return mrJson(record, row, { store, settings });
      }),
    );
    if (argv.json) return context.json(rows);
    context.table(
      ['MR', 'REPO', 'STATE', 'MERGE', 'BY', 'UPDATED (UTC)', 'BRANCH', 'TITLE'],
      rows.map(one => [
        `!${one.number}`,
        one.repository,
        one.draft ? `${one.state}, draft` : one.state,
        MERGE[one.merge_status],
        one.author,
        moment(one.updated_at).slice(5, 16),
        one.topic === '' ? one.target : `${one.topic} → ${one.target}`,
        one.title,
      ]),
      'No merge requests',
      { whole: 3 },
    );
  },
};

export const mrShow: CommandModule = {
  examples: [['mr show 3 --repo acme/app', 'State, numbers and comments']],
  options: whichRequest,
  async run(argv, context) {
    const { store, row, record } = await findRequest(argv, context);
    const shown = await mrJson(record, row, { store, settings: await context.settings() });
    const comments = await Promise.all(
      (await store.mergeRequests.comments(record.id)).map(async ({ user_id, ...comment }) => ({
        ...comment,
        author: (await store.users.byId(user_id)).login,
      })),
    );
    if (argv.json) return context.json({ ...shown, comments_list: comments });
    const facts: [string, string][] = [
      ['title', shown.title],
      ['state', shown.draft ? `${shown.state}, draft` : shown.state],
      ['by', `${shown.author} at ${moment(shown.created_at)}`],
      ['branch', shown.topic === '' ? `into ${shown.target}` : `${shown.topic} → ${shown.target}`],
      ['head', `${shown.head} (${shown.head_ref})`],
      ['base', shown.base],
      [
        'changes',
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
  },
};

export function whichRequest(yargs: Argv): Argv {
  return yargs
    .positional('number', { type: 'number', demandOption: true, describe: 'Its number, as in !3' })
    .option('repo', { type: 'string', demandOption: true, describe: 'Repository, e.g. acme/app' });
}

/** @throws BelfryError `not-found` */
export async function findRequest(argv: Args, context: CommandContext) {
  const store = await context.store();
  const row = await findRepository(argv.repo, store);
  const record = await store.mergeRequests.get(row.id, argv.number);
  if (record !== null) return { store, row, record };
  throw new BelfryError('not-found', `Unknown merge request !${argv.number} in ${row.full_name}`, {
    hint: `\`belfry mr list --repo ${row.full_name} --state all\` shows them.`,
  });
}

/** A merge request for programs, and the link of its page. */
export async function mrJson(
  record: MergeRequestRecord,
  row: Repository,
  { store, settings }: { store: Store; settings: Settings },
) {
  const {
    author_id: author,
    updated_by: updater,
    repository_id: _,
    patch_ids: __,
    version: ___,
    ...shown
  } = record;
  return {
    ...shown,
    repository: row.full_name,
    author: (await store.users.byId(author)).login,
    updated_by: (await store.users.byId(updater)).login,
    head_ref: headRef(record.number),
    merge_ref: mergeRef(record.number),
    url: repositoryLinks(linkBases(settings), addressOf(row)).mergeRequest(record.number),
  };
}
