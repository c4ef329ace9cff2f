/** Webhooks that send to one target for the same repositories: mostly somebody has added one twice. */
import { BelfryError } from '../../errors.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { Store } from '../../store/store.ts';

/** What to say of it; null where the webhook is the only one. @param url its own, which is sealed in the store */
export async function sameTargetNote(webhook: Webhook, url: string, store: Store): Promise<string | null> {
  const like = (await store.webhooks.list()).filter(
    one =>
      one.id !== webhook.id && one.url_masked === webhook.url_masked && scopeOf(one) === scopeOf(webhook),
  );
  const ids: number[] = [];
  for (const { id } of like) if ((await urlOf(id, store)) === url) ids.push(id);
  if (ids.length === 0) return null;
  const has = ids.length === 1 ? `webhook ${ids[0]} has` : `webhooks ${ids.join(', ')} have`;
  return `${has} the same target and scope: what both want is sent twice`;
}

function scopeOf({ scope, repos }: Webhook): string {
  return JSON.stringify([scope, repos.toSorted()]);
}

/** Null when it cannot be opened, with a key that is lost, or was removed just now. */
async function urlOf(id: number, store: Store): Promise<string | null> {
  try {
    return (await store.webhooks.target(id)).url;
  } catch (error) {
    if (error instanceof BelfryError && ['key', 'not-found'].includes(error.code)) return null;
    throw error;
  }
}
