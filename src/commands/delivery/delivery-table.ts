/** Deliveries as lines of a table. */
import type { Delivery } from '../../model/delivery.ts';
import { moment } from '../../text/moment.ts';
import type { CommandContext } from '../context.ts';

export const HEADER = ['ID', 'AT', 'STATE', 'TRY', 'HOOK', 'EVENT', 'REPO', 'REF', 'HTTP'];
/** By these a person finds a delivery: never cut. */
const WHOLE = 2;

/** @param empty what to say when there are none */
export function printDeliveries(rows: Delivery[], context: CommandContext, empty: string): void {
  context.table(HEADER, rows.map(cells), empty, {
    red: row => rows[row]!.state === 'failed',
    note: row => noteOf(rows[row]!),
    whole: WHOLE,
  });
}

export function cells(row: Delivery): string[] {
  return [
    row.id,
    moment(row.created_at).slice(5, 16),
    row.state,
    String(row.attempts),
    String(row.webhook_id),
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
  else if (row.state !== 'delivered' && row.last_error !== null) notes.push(row.last_error);
  return notes.length === 0 ? null : notes.join('; ');
}
