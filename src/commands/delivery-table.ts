/** Deliveries as rows of a table. */
import type { DeliveryRow } from '../store/deliveries.ts';
import { moment } from '../text/moment.ts';

export const DELIVERY_HEADER = ['ID', 'AT', 'STATE', 'TRIES', 'HOOK', 'EVENT', 'REPOSITORY', 'REF', 'ANSWER'];

export function deliveryRows(rows: DeliveryRow[]): string[][] {
  return rows.map(row => [
    row.id,
    moment(row.created_at).slice(5, 16),
    row.state,
    String(row.attempts),
    String(row.webhook_id),
    row.event,
    row.repository,
    (row.ref ?? '').replace(/^refs\/(heads|tags)\//, ''),
    row.state === 'merged'
      ? `in ${row.merged_into}`
      : (row.last_error ?? (row.last_status === null ? '' : String(row.last_status))),
  ]);
}
