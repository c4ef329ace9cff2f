/** What a pusher who waits is told of a push: a line for each delivery, as soon as there is something to say of it. */
import type { Outcome, PushDelivery } from '../store/deliveries.ts';

export interface Line {
  /** Of the delivery. */
  id: string;
  text: string;
}

/** Of those that have something to tell. */
export function newsLines(deliveries: PushDelivery[]): Line[] {
  const several = new Set(deliveries.map(({ ref }) => ref)).size > 1;
  return deliveries.flatMap(delivery => {
    const news = newsOf(delivery);
    if (news === null) return [];
    const where = several ? ` (${delivery.ref})` : '';
    return [{ id: delivery.id, text: `${host(delivery.webhook)} ${news}${where}` }];
  });
}

/** Of those that have nothing to tell when the time is over. */
export function missingLines(deliveries: PushDelivery[]): string[] {
  return deliveries
    .filter(delivery => newsOf(delivery) === null)
    .map(({ webhook }) => `${host(webhook)} has not answered yet`);
}

/** Null as long as there is something to wait for. */
function newsOf({ state, attempt }: PushDelivery): string | null {
  if (attempt !== null) return `${outcome(attempt)} in ${attempt.durationMs} ms`;
  if (state === 'held') return 'is disabled: it is kept until somebody enables the webhook';
  return state === 'merged' ? 'is told of it in another message' : null;
}

/** `200`, or what went wrong; a robot's 200 may be a refusal. */
function outcome({ status, error, verdict, hint }: Outcome): string {
  if (status === null) return `no answer: ${error ?? 'unknown'}`;
  return verdict === 'ok' ? String(status) : `${status}: ${hint}`;
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
