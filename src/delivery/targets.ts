/** What is needed to send to a webhook, kept between requests and read again when another process has written. */
import { BelfryError, isStoreError } from '../errors.ts';
import type { Target } from '../model/webhook.ts';
import type { Store } from '../store/store.ts';

export type Targets = ReturnType<typeof createTargets>;

/** `problem`: the webhook is there, its secrets cannot be opened. */
export type FoundTarget = Target | { problem: string } | null;

export function createTargets(store: Store) {
  const kept = new Map<number, FoundTarget>();
  let version: number | null = null;

  return {
    /** Forgets them when another process has written meanwhile. Once for many requests: it takes a statement. */
    async refresh(): Promise<void> {
      const current = await store.queue.version();
      if (current !== version) kept.clear();
      version = current;
    },

    /** As it was at the last refresh; null when the webhook was removed. */
    get(webhookId: number): FoundTarget | Promise<FoundTarget> {
      return kept.has(webhookId) ? kept.get(webhookId)! : keep(webhookId);
    },
  };

  async function keep(webhookId: number): Promise<FoundTarget> {
    const asOf = version;
    const target = await find(webhookId);
    // The query may have waited for a lock, and a refresh in between may have found that another process has written.
    if (version === asOf) kept.set(webhookId, target);
    return target;
  }

  async function find(webhookId: number): Promise<FoundTarget> {
    try {
      return await store.webhooks.target(webhookId);
    } catch (error) {
      if (!(error instanceof BelfryError) || isStoreError(error)) throw error;
      if (error.code === 'not-found') return null;
      return { problem: [error.message, error.hint].filter(Boolean).join('. ') };
    }
  }
}
