/** `belfry mr list`: merge requests, newest first. */
import type { Argv } from 'yargs';
import { MERGE_REQUEST_STATES } from '../../model/merge-request.ts';
import { moment } from '../../text/moment.ts';
import type { Args, CommandContext } from '../context.ts';
import { limitOf, limitOption } from '../limit-option.ts';
import { findRepository } from '../repo/find-repository.ts';
import { mrJson } from './mr-json.ts';

export const examples: [string, string][] = [
  ['mr list --repo acme/app', 'what is open there'],
  ['mr list --state all --json', 'everything, for programs'],
];

export function options(yargs: Argv): Argv {
  return limitOption(
    yargs.option('repo', { type: 'string', describe: 'of this repository' }).option('state', {
      choices: [...MERGE_REQUEST_STATES, 'all'],
      default: 'open',
      describe: 'in this state',
    }),
  );
}

/** Gitee's words are for programs. */
const MERGE = { can_be_merged: 'clean', can_be_resolve: 'conflict', unchecked: 'unknown' };

export async function run(argv: Args, context: CommandContext): Promise<number> {
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
  if (argv.json) {
    context.json(rows);
    return 0;
  }
  context.table(
    ['MR', 'REPO', 'STATE', 'MERGE', 'BY', 'UPDATED', 'BRANCH', 'TITLE'],
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
    'no merge requests',
  );
  return 0;
}
