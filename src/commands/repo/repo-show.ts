/** `belfry repo list` and `show`: the repositories that belfry knows, and everybody who hears of one. */
import { isExcluded } from '../../model/excluded.ts';
import { addressOf } from '../../model/full-name.ts';
import { repositoryLinks } from '../../model/links.ts';
import type { Repository } from '../../model/repository.ts';
import { requestChoice } from '../../model/request-choice.ts';
import { scopesOf } from '../../model/webhook.ts';
import { linkBases } from '../../settings/settings.ts';
import { printable } from '../../text/printable.ts';
import type { CommandModule } from '../context.ts';
import { printWebhooks, webhookJson } from '../webhook/webhook-json.ts';
import { findRepository } from './find-repository.ts';

export const repoList: CommandModule = {
  examples: [['repo list', 'The repositories that belfry knows, and where they are']],
  async run(argv, context) {
    const store = await context.store();
    const exclude = (await context.settings())['repo.exclude'];
    const findings = await store.roots.findings();
    const rows = (await store.repositories.list()).map(row => ({
      ...row,
      excluded: isExcluded(exclude, row.full_name),
      aliases: findings
        .filter(({ kind, repository_id }) => kind === 'alias' && repository_id === row.id)
        .map(({ path }) => path),
    }));
    if (argv.json) return context.json(rows);
    const notes = rows.map(noteOf);
    const noted = notes.some(note => note !== '');
    context.table(
      ['ID', 'NAME', 'COMPANY', 'DIRECTORY', ...(noted ? ['NOTE'] : [])],
      rows.map((row, at) => [
        String(row.id),
        row.full_name,
        row.company ?? '',
        row.directory,
        ...(noted ? [notes[at]!] : []),
      ]),
      'No repositories yet: add some with `belfry install DIR`',
      { whole: 2 },
    );
  },
};

type Listed = Repository & { aliases: string[]; excluded: boolean };

function noteOf({ aliases, excluded, gone_at, root, path, directory }: Listed): string {
  return [
    ...(excluded ? ['excluded'] : []),
    ...(gone_at === null ? [] : ['gone']),
    ...(root === null ? ['below no repository root'] : []),
    ...(path === directory ? [] : [`at ${path}`]),
    ...aliases.map(alias => `also ${alias}`),
  ].join('; ');
}

export const repoShow: CommandModule = {
  examples: [['repo show acme/app', 'Its links and webhooks']],
  options: yargs => yargs.positional('name', { type: 'string', demandOption: true }),
  async run(argv, context) {
    const store = await context.store();
    const row = await findRepository(argv.name, store);
    const settings = await context.settings();
    const links = repositoryLinks(linkBases(settings), addressOf(row));
    const excluded = isExcluded(settings['repo.exclude'], row.full_name);
    const merge_requests = requestChoice(settings['mr.enabled'], await store.mergeRequests.choice(row));
    const scopes = scopesOf(row);
    const hooks = (await store.webhooks.list()).filter(webhook => scopes.includes(webhook.scope));
    const webhooks = await Promise.all(hooks.map(webhook => webhookJson(webhook, store, context.now())));
    if (argv.json)
      return context.json({
        ...row,
        excluded,
        html_url: links.html,
        clone_url: links.cloneHttp,
        ssh_url: links.cloneSsh,
        merge_requests,
        webhooks,
      });
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
    printWebhooks(webhooks, context, 'No webhooks for it');
  },
};

const REQUESTS = {
  on: 'merge requests are accepted',
  off: 'no merge requests',
  unguarded: 'merge requests are accepted unless it has an update hook',
};
