/** `belfry repo show`: a repository and everybody who hears of it. */
import type { Argv } from 'yargs';
import { isExcluded } from '../../model/excluded.ts';
import { addressOf } from '../../model/full-name.ts';
import { repositoryLinks } from '../../model/links.ts';
import { requestChoice } from '../../model/request-choice.ts';
import { scopesOf } from '../../model/webhook.ts';
import { linkBases } from '../../settings/link-bases.ts';
import { printable } from '../../text/printable.ts';
import type { Args, CommandContext } from '../context.ts';
import { WEBHOOK_HEADER, webhookJson, webhookRow } from '../webhook/webhook-json.ts';
import { findRepository } from './find-repository.ts';

export const examples: [string, string][] = [['repo show acme/app', 'its links and webhooks']];

export const options = (yargs: Argv): Argv =>
  yargs.positional('name', { type: 'string', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const row = await findRepository(argv.name, store);
  const settings = await context.settings();
  const links = repositoryLinks(linkBases(settings), addressOf(row));
  const excluded = isExcluded(settings['repo.exclude'], row.full_name);
  const merge_requests = requestChoice(settings['mr.enabled'], await store.mergeRequests.choice(row));
  const scopes = scopesOf(row);
  const hooks = (await store.webhooks.list()).filter(webhook => scopes.includes(webhook.scope));
  const webhooks = await Promise.all(hooks.map(webhook => webhookJson(webhook, store, context.now())));
  if (argv.json) {
    context.json({
      ...row,
      excluded,
      html_url: links.html,
      clone_url: links.cloneHttp,
      ssh_url: links.cloneSsh,
      merge_requests,
      webhooks,
    });
    return 0;
  }
  const facts = [
    ['name', row.full_name],
    ['directory', row.directory],
    ['web', links.html],
    ['http', links.cloneHttp],
    ['ssh', links.cloneSsh],
    ['requests', REQUESTS[merge_requests]],
  ];
  for (const [name, value] of facts) context.print(`${name!.padEnd(10)} ${printable(value!)}`);
  if (excluded) context.print(`excluded   repo.exclude is ${settings['repo.exclude']}`);
  context.print('');
  context.table(
    WEBHOOK_HEADER,
    webhooks.map(webhookRow),
    'no webhook hears of it',
    index => webhooks[index]!.insecure,
  );
  return 0;
}

const REQUESTS = {
  on: 'merge requests are taken',
  off: 'no merge requests',
  unguarded: 'merge requests are taken unless it has an update hook',
};
