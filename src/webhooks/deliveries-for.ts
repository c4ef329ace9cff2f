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
import type { Subscriber } from '../model/webhook.ts';
import {
  type Asked,
  askedOf,
  type Filters,
  NO_OCCASION,
  type Occasion,
  type Refusal,
  refusal,
  waitsForQuiet,
} from './refusal.ts';

/** An event as it is stored. */
export interface Stored {
  id: number;
  content: EventContent;
}

/**
 * What a webhook that waits until a ref is quiet is told of it now, together with what has waited so far. Null: it came to
 * nothing. Undefined: nothing waits, and the event itself is told.
 */
export type Combine = (webhookId: number, ref: string) => Stored | null | undefined;

export type DeliveriesFor = (
  events: Iterable<Stored>,
  webhooks: readonly Subscriber[],
  combine?: Combine,
) => Iterable<NewDelivery>;

/** Of events that no push made, or of which nothing else is known. */
export const deliveriesFor: DeliveriesFor = (...given) => deliveriesOf(NO_OCCASION)(...given);

/** @param occasion of the push that made the events */
export function deliveriesOf(occasion: Occasion): DeliveriesFor {
  return (events, webhooks, combine) => match(events, webhooks, { occasion, combine });
}

/**
 * @param events of one push, or a single one; each is asked for once, and let go before the next
 * @param webhooks those in scope that are switched on
 * @returns webhook by webhook, in the order of the events; to be read to its end
 */
function* match(
  events: Iterable<Stored>,
  webhooks: readonly Subscriber[],
  { occasion, combine }: { occasion: Occasion; combine: Combine | undefined },
): Generator<NewDelivery> {
  const subscribers = webhooks.map(webhook => {
    return { webhook, own: speaksItsOwn(webhook), waits: waitsForQuiet(webhook), wanted: [] as Kept[] };
  });
  for (const stored of events) {
    const kept = keptOf(stored);
    const asked = askedOf(stored.content, occasion);
    for (const { webhook, own, waits, wanted } of subscribers)
      if (waits) wanted.push(...together(webhook, stored, asked, combine));
      else if (own) wanted.push(...spoken(webhook, stored.content, asked, kept));
      else if (refusal(webhook, asked) === null) wanted.push(kept);
  }
  for (const { webhook, waits, wanted } of subscribers) {
    if (wanted.length === 0) continue;
    // What belfry gave up on may come back: its deliveries are kept all the same.
    const state = webhook.disabled_at === null ? 'pending' : 'held';
    const of = { webhookId: webhook.id, state } as const;
    if (isGrouped(webhook.kind))
      yield { ...of, ...inOneMessage(wanted), orderKey: '', word: null, together: true, quietFor: null };
    else
      for (const { id, orderKey, word } of wanted) {
        const quietFor = waits && orderKey !== '' ? webhook.latest_only : null;
        yield { ...of, eventIds: [id], orderKey, word, mergeKey: null, together: false, quietFor };
      }
  }
}

/** What is left of an event once it is written: there may be very many. */
interface Kept {
  id: number;
  orderKey: string;
  word: RefWord | null;
  /** What a robot's message about it is about. */
  key: string;
}

/** The ref orders first attempts. */
function keptOf({ id, content }: Stored): Kept {
  return { id, orderKey: refOf(content) ?? '', word: null, key: changeKey(content) };
}

/** What of a webhook says whether it is told. */
export type Subscribing = Filters & Pick<Subscriber, 'kind' | 'payload'>;

/** Why a webhook is told nothing of an event: `unspoken` when its kind has no word for it. Null: it is told. */
export function whyNot(
  webhook: Subscribing,
  content: EventContent,
  asked: Asked,
): Refusal | 'unspoken' | null {
  const words = saidBy(webhook, content);
  const refusals = words.map(word => refusal(webhook, asked, word));
  const wanted = words.filter((_, at) => refusals[at] === null);
  // Of a word that it never asked for a webhook of other events says nothing.
  if (wanted.length === 0) return refusals.find(one => one !== 'events') ?? 'events';
  return wanted.some(word => hasWordFor(webhook, content, word)) ? null : 'unspoken';
}

/** Whether its kind has words of its own for what an event is. */
function speaksItsOwn({ kind }: Pick<Subscriber, 'kind'>): boolean {
  return kind !== 'gitee' && !isGrouped(kind);
}

/** What a webhook of another kind is owed of one event, in the order in which the forge sends it. */
function spoken(webhook: Subscriber, content: EventContent, asked: Asked, kept: Kept): Kept[] {
  return wordsOf(content)
    .filter(word => refusal(webhook, asked, word) === null && hasWordFor(webhook, content, word))
    .map(word => (word === null ? kept : { ...kept, word }));
}

/** What a webhook is owed that is told of a ref once it is quiet: whether it wants it is asked of what happened now. */
function together(webhook: Subscriber, now: Stored, asked: Asked, combine: Combine | undefined): Kept[] {
  const ref = refOf(now.content);
  const wants = saidBy(webhook, now.content).some(word => refusal(webhook, asked, word) === null);
  if (!wants) return [];
  const all = ref === null ? undefined : combine?.(webhook.id, ref);
  if (all === null) return [];
  const told = all ?? now;
  return saidBy(webhook, told.content)
    .filter(word => webhook.events.includes(word ?? told.content.name))
    .filter(word => all !== undefined || refusal(webhook, asked, word) === null)
    .filter(word => hasWordFor(webhook, told.content, word))
    .map(word => ({ ...keptOf(told), word }));
}

function hasWordFor(webhook: Subscribing, content: EventContent, word: RefWord | null): boolean {
  return !speaksItsOwn(webhook) || speaks(webhook.payload ?? webhook.kind, content, word);
}

/** What a webhook's kind may say of an event; null: the event itself. */
function saidBy(webhook: Pick<Subscriber, 'kind'>, content: EventContent): (RefWord | null)[] {
  return speaksItsOwn(webhook) ? wordsOf(content) : [null];
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
