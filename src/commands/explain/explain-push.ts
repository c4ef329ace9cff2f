/** Who was told of what a push did, by what was recorded, and why the others were not. */
import type { EventContent } from '../../gitee/event.ts';
import type { LoggedPush, ToldEvent } from '../../model/push.ts';
import type { Webhook } from '../../model/webhook.ts';
import { whyNot } from '../../webhooks/deliveries-for.ts';
import { explainRefusal } from '../../webhooks/explain-refusal.ts';
import { type Asked, askedOf, type Occasion } from '../../webhooks/refusal.ts';
import type { CommandContext } from '../context.ts';
import { type Explained, SWITCHED_OFF, type Verdict, verdict } from './verdict.ts';

/** Reasons for no are computed anew: what a webhook was set to at that time is not kept. */
export async function explainEvent(
  event: ToldEvent,
  push: LoggedPush,
  context: CommandContext,
): Promise<Explained> {
  const store = await context.store();
  const content = {
    name: event.name,
    data: JSON.parse(event.data),
    facts: JSON.parse(event.facts),
  } as EventContent;
  const row = await store.repositories.byName(push.repository);
  const skip = (await context.settings())['push.skip'];
  const isKnown = !('recovered' in content.facts && content.facts.recovered);
  const occasion: Occasion = { pusher: isKnown ? push.pusher : null, options: push.options, skip };
  const asked = askedOf(content, occasion);
  const webhooks = row === null ? [] : await store.webhooks.inScope(row);
  const told = new Set(event.deliveries.map(one => one.webhook_id));
  const gone = [...told].filter(id => !webhooks.some(webhook => webhook.id === id));
  const verdicts = await Promise.all(
    webhooks.map(webhook => {
      const deliveries = event.deliveries.filter(one => one.webhook_id === webhook.id);
      const why = deliveries.length > 0 ? yesOf(deliveries) : (noOf(webhook, content, asked) ?? CHANGED);
      return verdict(webhook, { deliveries, why, told: deliveries.length > 0 }, context);
    }),
  );
  const strangers = gone.map((id): Verdict => {
    const deliveries = event.deliveries.filter(one => one.webhook_id === id);
    return {
      webhook_id: id,
      name: '',
      for: '',
      url: '',
      told: true,
      deliveries,
      why: `${yesOf(deliveries)}; it was removed, or its scope changed`,
    };
  });
  return {
    repository: push.repository,
    event: event.name,
    ref: event.ref,
    webhooks: [...verdicts, ...strangers],
  };
}

const CHANGED = 'it would be told today: it was added, switched on or changed after the push';

function yesOf(deliveries: { state: string }[]): string {
  return [...new Set(deliveries.map(({ state }) => state))].join(', ');
}

function noOf(webhook: Webhook, content: EventContent, asked: Asked): string | null {
  if (!webhook.active) return SWITCHED_OFF;
  const why = whyNot({ ...webhook, payload: webhook.custom?.payload ?? null }, content, asked);
  return why === null ? null : explainRefusal(why, webhook, asked);
}
