/** `belfry explain`: who was told of a push and who was not, or who would be. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { EVENT_NAMES } from '../../model/names.ts';
import type { LoggedPush } from '../../model/push.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { text } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { findPush } from '../push/push-lines.ts';
import { explainEvent } from './explain-push.ts';
import { explainQuestion } from './explain-question.ts';
import type { Explained } from './verdict.ts';

export const examples: [string, string][] = [
  ['explain 1842', 'A push, by its number or the beginning of its id (`belfry push list`)'],
  ['explain 1mk9q2x0c5f7a3bd', 'The push of a delivery, its ref alone'],
  ['explain --repo acme/app --ref main', 'Who would be told of a push to a branch'],
  ['explain --repo acme/app --ref refs/tags/v1 --pusher ci-bot', 'Who would be told of a tag'],
  ['explain --repo acme/app --ref main --path docs/guide.txt', 'Who would be told when such a file changes'],
];

export const options = (yargs: Argv): Argv =>
  yargs
    .positional('id', { type: 'string', describe: 'A push or a delivery' })
    .option('repo', text('Ask about a push that did not happen: its repository'))
    .option('ref', text('Its branch, or refs/tags/NAME; of a merge request its target'))
    .option('event', { choices: EVENT_NAMES, describe: 'What happened; default: by the ref' })
    .option('path', {
      type: 'string',
      array: true,
      describe: 'A file that it touches; without it: not known',
    })
    .option('pusher', text('Login of the pusher'))
    .option('message', text('Message of its newest commit'))
    .option('push-option', { type: 'string', array: true, describe: 'A push option, as in git push -o' });

/** Nobody reads more; with `--json` they are all shown. */
const MOST_EVENTS = 20;

export async function run(argv: Args, context: CommandContext): Promise<number | undefined> {
  const asks = argv.repo !== undefined;
  if (asks === (argv.id !== undefined))
    throw new BelfryError(
      'usage',
      asks ? 'Give either a push or --repo, not both.' : 'Missing push, delivery or --repo.',
      {
        hint: '`belfry push list` and `belfry deliveries` show ids; `belfry explain --repo NAME --ref REF` asks about a push to come.',
      },
    );
  if (asks) return answer([await explainQuestion(argv, context)], null, argv, context);
  const { push, ref } = await find(String(argv.id), context);
  const most = argv.json
    ? Number.MAX_SAFE_INTEGER
    : ref === undefined
      ? MOST_EVENTS
      : Number.MAX_SAFE_INTEGER;
  const store = await context.store();
  const events = (await store.pushes.told(push.number, most)).filter(
    one => ref === undefined || one.ref === ref,
  );
  const explained = await Promise.all(events.map(event => explainEvent(event, push, context)));
  return answer(explained, push, argv, context);
}

/** A delivery's id, else a push's. */
async function find(id: string, context: CommandContext): Promise<{ push: LoggedPush; ref?: string | null }> {
  const store = await context.store();
  const delivery = await store.deliveries.show(id).catch(error => {
    if (error instanceof BelfryError && error.code === 'not-found') return null;
    throw error;
  });
  if (delivery !== null && !/^\d+$/.test(id)) {
    const found = await store.pushes.ofDelivery(delivery.id);
    if (found !== null) return found;
    throw new BelfryError(
      'invalid',
      `Delivery ${delivery.id} is of no push, but of \`belfry emit\` or \`belfry mr\``,
      {
        hint: `\`belfry explain --repo ${delivery.repository} --event ${delivery.event} --ref BRANCH\` asks who is told of such an event.`,
      },
    );
  }
  const deps = { store, spool: await context.spool(), settings: await context.settings(), own: context.own };
  const push = await findPush(id, deps);
  if ('logged' in push) return { push: push.logged };
  throw new BelfryError(
    'conflict',
    `Push ${push.spooled.id} is ${push.spooled.state}: nobody was told of it yet`,
    {
      hint: `\`${context.own} push show ${push.spooled.id}\` says why.`,
    },
  );
}

async function answer(
  explained: Explained[],
  push: LoggedPush | null,
  argv: Args,
  context: CommandContext,
): Promise<number | undefined> {
  const note = 'Reasons for no are those of the webhooks as configured now.';
  if (argv.json) return context.json({ push: push?.id ?? null, as_configured_now: true, events: explained });
  for (const { repository, event, ref, webhooks } of explained) {
    context.print(`${printable(repository)}: ${event}${ref === null ? '' : ` ${printable(ref)}`}`);
    context.table(
      ['HOOK', 'TOLD', 'FOR'],
      webhooks.map(one => [
        `${one.webhook_id}${one.name === '' ? '' : ` ${one.name}`}`,
        one.told ? 'yes' : 'no',
        one.for,
      ]),
      '  no webhook is for this repository',
      { note: row => webhooks[row]!.why, whole: 2, keep: { FOR: /^\S*/ } },
    );
  }
  if (push !== null && push.events > explained.length && explained.length === MOST_EVENTS)
    context.print(`and ${plural(push.events - explained.length, 'more event')}: see --json`);
  if (push !== null && explained.length > 0) context.print(note);
  if (explained.length === 0) context.print('It moved no branch and no tag: there was no event');
  return undefined;
}
