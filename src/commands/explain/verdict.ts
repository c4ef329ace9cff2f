/** Whether a webhook is told of an event, and why, as the command line says it. */
import type { EventName } from '../../model/names.ts';
import type { ToldEvent } from '../../model/push.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { CommandContext } from '../context.ts';
import { scopeText, webhookJson } from '../webhook/webhook-json.ts';

export interface Verdict {
  webhook_id: number;
  name: string;
  for: string;
  url: string;
  told: boolean;
  /** Ids and states of what went out; empty where nothing happened. */
  deliveries: { id: string; state: string }[];
  why: string;
}

export interface Explained {
  repository: string;
  event: EventName;
  ref: string | null;
  webhooks: Verdict[];
}

export const SWITCHED_OFF = 'it is switched off';

export async function verdict(
  webhook: Webhook,
  { deliveries, told, why }: Pick<Verdict, 'told' | 'why'> & { deliveries: ToldEvent['deliveries'] },
  context: CommandContext,
): Promise<Verdict> {
  const shown = await webhookJson(webhook, await context.store(), context.now());
  return {
    ...{ webhook_id: webhook.id, name: webhook.name, for: scopeText(shown), url: shown.url, told },
    deliveries: deliveries.map(({ id, state }) => ({ id, state })),
    why,
  };
}
