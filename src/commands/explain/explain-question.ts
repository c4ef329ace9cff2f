/** Who would be told of a push that did not happen. */
import { BelfryError } from '../../errors.ts';
import type { EventName } from '../../model/names.ts';
import type { Repository } from '../../model/repository.ts';
import type { Webhook } from '../../model/webhook.ts';
import { explainRefusal } from '../../webhooks/explain-refusal.ts';
import { type Asked, NO_OCCASION, refusal } from '../../webhooks/refusal.ts';
import type { Args, CommandContext } from '../context.ts';
import { findRepository } from '../repo/find-repository.ts';
import { type Explained, SWITCHED_OFF, verdict } from './verdict.ts';

export async function explainQuestion(argv: Args, context: CommandContext): Promise<Explained> {
  const store = await context.store();
  const row = await findRepository(argv.repo, store);
  const asked = await askedIn(argv, row, context);
  const { event } = asked;
  const webhooks = await store.webhooks.inScope(row);
  const verdicts = await Promise.all(
    webhooks.map(webhook => {
      const no = webhook.active ? refusal(webhook, asked) : null;
      const why = !webhook.active
        ? SWITCHED_OFF
        : no !== null
          ? explainRefusal(no, webhook, asked)
          : yesToday(webhook, asked);
      return verdict(webhook, { deliveries: [], told: webhook.active && no === null, why }, context);
    }),
  );
  return { repository: row.full_name, event, ref: argv.ref ?? null, webhooks: verdicts };
}

function yesToday(webhook: Webhook, { event, paths }: Asked): string {
  if (webhook.disabled_at !== null) return 'it is held: belfry has stopped the webhook';
  const hasFiles = event === 'push' || event === 'merge_request';
  if (webhook.paths.length > 0 && paths === null && hasFiles)
    return `as far as can be said without --path: it wants ${webhook.paths.join(' ')}`;
  if (webhook.latest_only !== null) return `once the ref is quiet for ${webhook.latest_only} s`;
  return 'all its filters agree';
}

async function askedIn(argv: Args, row: Repository, context: CommandContext): Promise<Asked> {
  const ref: string | undefined = argv.ref;
  const isTag = ref?.startsWith('refs/tags/') ?? false;
  const event: EventName = argv.event ?? (isTag ? 'tag_push' : 'push');
  const hasRef = event === 'push' || event === 'tag_push' || event === 'merge_request';
  if (hasRef && ref === undefined)
    throw new BelfryError('usage', 'Missing --ref: a branch, or refs/tags/NAME.');
  if (isTag !== (event === 'tag_push') && ref !== undefined)
    throw new BelfryError('usage', `--event ${event} and --ref ${ref} contradict each other`, {
      hint: 'A tag is written refs/tags/NAME, and its event is tag_push.',
    });
  return {
    ...NO_OCCASION,
    ...{ event, repository: row.full_name, options: argv.pushOption ?? [] },
    ...{ pusher: argv.pusher ?? null, skip: (await context.settings())['push.skip'] },
    branch: hasRef && !isTag ? ref!.replace(/^refs\/heads\//, '') : null,
    tag: isTag ? ref!.replace(/^refs\/tags\//, '') : null,
    paths: argv.path ?? null,
    message: argv.message ?? null,
  };
}
