/** Webhooks of deliveries: by the id that an admin types, and with their names. */
import { BelfryError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';

/**
 * One that was removed has its deliveries in the log until they are old, so it is known as long.
 * @throws BelfryError `not-found`
 */
export async function requireWebhook(id: number | undefined, store: Store): Promise<void> {
  if (id === undefined || (await store.deliveries.list({ webhookId: id, limit: 1 })).length > 0) return;
  await store.webhooks.get(id);
}

/** Ids with the names that webhooks were given; the id alone of one without a name, or that was removed. */
export async function webhookNames(ids: Iterable<number>, store: Store): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  for (const id of new Set(ids)) {
    const name = await store.webhooks.get(id).then(
      webhook => webhook.name,
      error => {
        if (error instanceof BelfryError && error.code === 'not-found') return '';
        throw error;
      },
    );
    names.set(id, name === '' ? String(id) : `${id} ${name}`);
  }
  return names;
}
