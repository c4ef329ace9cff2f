/**
 * What a pusher who waits is told of a push: a line for each delivery, as soon as there is something to say of it. Of webhooks
 * that are none of his business (`wait.show`) he is told how many there are, and nothing else: where a company's or a server's
 * webhooks lead to, and what went wrong there, is their admin's.
 */
import type { PushDelivery } from '../model/delivery.ts';
import type { WaitShow } from '../settings/settings.ts';
import { plural } from '../text/plural.ts';

export interface Line {
  /** Of the delivery. */
  id: string;
  text: string;
}

/** What is wrong with `git push -o belfry.wait=…`: the hook waits as long as for `belfry.wait` then. Null: nothing. */
export function waitProblem(options: string[]): string | null {
  const wrong = options.find(option => /^belfry\.wait=(?!\d+$)/.test(option));
  return wrong === undefined
    ? null
    : `${wrong}: wanted a number of seconds, as in belfry.wait=30; waiting 10 s`;
}

/** The deliveries that the pusher is told of, and those that are only counted. */
export function shareOut(
  deliveries: PushDelivery[],
  show: WaitShow,
): { shown: PushDelivery[]; counted: PushDelivery[] } {
  const isShown = ({ scope }: PushDelivery) =>
    show === 'all' || scope.startsWith('repository:') || (show === 'company' && scope.startsWith('company:'));
  return { shown: deliveries.filter(isShown), counted: deliveries.filter(one => !isShown(one)) };
}

/** Whether there is nothing left to wait for. */
export function isAnswered(delivery: PushDelivery): boolean {
  return newsOf(delivery) !== null;
}

/** What came of the others, the worst first: a webhook with several deliveries counts once, as its worst. */
const STATES = [
  'failed',
  'not delivered yet',
  'disabled',
  'merged into another message',
  'delivered',
] as const;

/** One line for all that are only counted; none when there are none. */
export function countLines(counted: PushDelivery[], shown: PushDelivery[]): string[] {
  const worst = new Map<number, number>();
  for (const delivery of counted) {
    const rank = STATES.indexOf(stateOf(delivery));
    worst.set(delivery.webhookId, Math.min(rank, worst.get(delivery.webhookId) ?? rank));
  }
  if (worst.size === 0) return [];
  const all = [...worst.values()];
  const numbers = STATES.map((state, rank) => ({ state, number: all.filter(one => one === rank).length }));
  const there = numbers.filter(({ number }) => number > 0).reverse();
  const what = there.map(({ state, number }) => (there.length === 1 ? state : `${number} ${state}`));
  return [`${plural(worst.size, shown.length > 0 ? 'more webhook' : 'webhook')}: ${what.join(', ')}`];
}

function stateOf({ state, attempt }: PushDelivery): (typeof STATES)[number] {
  if (attempt?.verdict === 'ok') return 'delivered';
  if (state === 'failed') return 'failed';
  if (state === 'held') return 'disabled';
  return state === 'merged' ? 'merged into another message' : 'not delivered yet';
}

/** Of those that have something to tell. */
export function newsLines(deliveries: PushDelivery[]): Line[] {
  const several = new Set(deliveries.map(({ ref }) => ref)).size > 1;
  return deliveries.flatMap(delivery => {
    const news = newsOf(delivery);
    if (news === null) return [];
    const where = several ? ` (${delivery.ref})` : '';
    return [{ id: delivery.id, text: `${host(delivery.webhook)}: ${news}${where}` }];
  });
}

/** Of those that have nothing to tell when the time is over. */
export function missingLines(deliveries: PushDelivery[]): string[] {
  return deliveries
    .filter(delivery => newsOf(delivery) === null)
    .map(({ webhook }) => `${host(webhook)}: no answer yet`);
}

/** Null as long as there is something to wait for. */
function newsOf({ state, attempt }: PushDelivery): string | null {
  if (attempt !== null) return outcome(attempt);
  if (state === 'held') return 'held until the webhook is enabled';
  return state === 'merged' ? 'sent as part of another message' : null;
}

/** `HTTP 200 (12 ms)`, or what went wrong; a robot's 200 may be a refusal. A hint that only says the status again is left out. */
function outcome({ status, error, verdict, hint, durationMs }: NonNullable<PushDelivery['attempt']>): string {
  const took = `(${durationMs} ms)`;
  if (status === null) return `no answer ${took}: ${error ?? 'unknown'}`;
  const isSaid = verdict === 'ok' || hint === null || hint === `The receiver answered ${status}.`;
  return `HTTP ${status} ${took}${isSaid ? '' : `: ${hint.replace(/\.$/, '')}`}`;
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
