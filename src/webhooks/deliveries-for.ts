/**
 * Which deliveries come of events: one for each event and each webhook that wants it, or one for all events of a push where
 * the webhook's kind puts them into one message.
 */
import { speaks } from '../forges/speaks.ts';
import { type EventContent, refOf } from '../gitee/event.ts';
import { mergeKey } from '../kinds/merge-waiting.ts';
import { changeKey } from '../messages/changes.ts';
import type { NewDelivery } from '../model/delivery.ts';
import { isGrouped, type RefWord } from '../model/names.ts';
import type { Subscriber, Webhook } from '../model/webhook.ts';
import { branchWanted } from './branch-filter.ts';

/** @param id of the event as it is stored */
export type DeliveriesFor = (
  events: Iterable<{ id: number; content: EventContent }>,
  webhooks: readonly Subscriber[],
) => Iterable<NewDelivery>;

/**
 * @param events of one push, or a single one; each is asked for once, and let go before the next
 * @param webhooks those in scope that are switched on
 * @returns webhook by webhook, in the order of the events; to be read to its end
 */
export const deliveriesFor: DeliveriesFor = function* (events, webhooks) {
  const subscribers = webhooks.map(webhook => {
    const speaksItsOwn = webhook.kind !== 'gitee' && !isGrouped(webhook.kind);
    return { webhook, speaksItsOwn, wanted: [] as Kept[] };
  });
  for (const { id, content } of events) {
    // The ref orders first attempts.
    const kept: Kept = { id, orderKey: refOf(content) ?? '', word: null, key: changeKey(content) };
    for (const { webhook, speaksItsOwn, wanted } of subscribers)
      if (speaksItsOwn) wanted.push(...spoken(webhook, content, kept));
      else if (wants(webhook, content)) wanted.push(kept);
  }
  for (const { webhook, wanted } of subscribers) {
    if (wanted.length === 0) continue;
    // What belfry gave up on may come back: its deliveries are kept all the same.
    const state = webhook.disabled_at === null ? 'pending' : 'held';
    const of = { webhookId: webhook.id, state } as const;
    if (isGrouped(webhook.kind))
      yield { ...of, ...inOneMessage(wanted), orderKey: '', word: null, together: true };
    else
      for (const { id, orderKey, word } of wanted)
        yield { ...of, eventIds: [id], orderKey, word, mergeKey: null, together: false };
  }
};

/** What is left of an event once it is written: there may be very many. */
interface Kept {
  id: number;
  orderKey: string;
  word: RefWord | null;
  /** What a robot's message about it is about. */
  key: string;
}

/** What a webhook of another kind is owed of one event, in the order in which the forge sends it. */
function spoken(webhook: Subscriber, content: EventContent, kept: Kept): Kept[] {
  return wordsOf(content)
    .filter(word => wants(webhook, content, word) && speaks(webhook.payload ?? webhook.kind, content, word))
    .map(word => (word === null ? kept : { ...kept, word }));
}

/** A new branch is announced before its push, a new tag after it, and what is gone after the push that took it away. */
function wordsOf({ name, data }: EventContent): (RefWord | null)[] {
  if (name !== 'push' && name !== 'tag_push') return [null];
  if (data.deleted) return [null, 'delete'];
  if (!data.created) return [null];
  return name === 'push' ? ['create', null] : [null, 'create'];
}

/** A robot's message for all that one push did. */
function inOneMessage(wanted: Kept[]): Pick<NewDelivery, 'eventIds' | 'mergeKey'> {
  return { eventIds: wanted.map(({ id }) => id), mergeKey: mergeKey(wanted.map(({ key }) => key)) };
}

/** Whether a webhook wants an event, or a word of it. Scope and active flag were asked before. */
export function wants(
  webhook: Pick<Webhook, 'events' | 'branches'>,
  event: EventContent,
  word: RefWord | null = null,
): boolean {
  if (!webhook.events.includes(word ?? event.name)) return false;
  const branch = branchOf(event);
  return branch === null || branchWanted(webhook.branches, branch);
}

/** The branch that filters apply to: of a merge request its target; tags, issues and comments have none. */
function branchOf(event: EventContent): string | null {
  switch (event.name) {
    case 'push':
      return event.data.ref.replace(/^refs\/heads\//, '');
    case 'merge_request':
      return event.data.target_branch;
    default:
      return null;
  }
}
