/** Deliveries as lines of a table. */
import type { Delivery } from '../../model/delivery.ts';
import { isRefusal } from '../../model/verdict.ts';
import { moment } from '../../text/moment.ts';
import type { CommandContext } from '../context.ts';
import { webhookNames } from './known-webhook.ts';

export const HEADER = ['ID', 'AT (UTC)', 'STATE', 'TRY', 'HOOK', 'EVENT', 'REPO', 'REF', 'HTTP'];
/** By these a person finds a delivery: never cut. */
const WHOLE = 3;
const KEEP = { REPO: 'whole' } as const;

/** @param empty what to say when there are none */
export async function printDeliveries(
  rows: Delivery[],
  context: CommandContext,
  empty: string,
): Promise<void> {
  const ids = rows.map(row => row.webhook_id);
  const names = await webhookNames(ids, await context.store());
  const lines = rows.map(row => cells(row, names.get(row.webhook_id)));
  context.table(HEADER, lines, empty, {
    red: row => rows[row]!.state === 'failed',
    note: row => noteOf(rows[row]!),
    whole: WHOLE,
    keep: KEEP,
  });
}

/** @param webhook its id and name */
export function cells(row: Delivery, webhook = String(row.webhook_id)): string[] {
  return [
    row.id,
    moment(row.created_at).slice(5, 16),
    row.state,
    String(row.attempts),
    webhook,
    row.event,
    row.repository,
    (row.ref ?? '').replace(/^refs\/(heads|tags)\//, ''),
    row.last_status === null ? '' : String(row.last_status),
  ];
}

export function noteOf(row: Delivery): string | null {
  const notes = row.recovered ? ['recovered: no hook announced it'] : [];
  if (row.replayed) notes.push('replayed');
  if (row.state === 'merged')
    notes.push(row.merged_into === null ? (row.last_error ?? '') : `sent as part of ${row.merged_into}`);
  else if (row.state !== 'delivered' && row.last_error !== null) notes.push(errorOf(row));
  return notes.length === 0 ? null : notes.join('; ');
}

/** An answer that says no is called so, where nothing more is known of it. */
function errorOf({ last_status: status, last_error: error }: Delivery): string {
  return isRefusal(status) && error === `The receiver answered ${status}.` ? `refused ${status}` : error!;
}
