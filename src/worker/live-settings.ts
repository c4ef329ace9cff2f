/** The settings of a running worker: one object that follows what the command line changes, and the sender with them. */

import type { Send } from '../delivery/attempt.ts';
import { createSender } from '../http/sender.ts';
import { resolveSettings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

export async function createLiveSettings(store: Store, hostname: string) {
  const read = async () => resolveSettings(await store.settings.all(), hostname);
  const settings = await read();
  let sender = createSender(settings);
  const send: Send = (request, limits) => sender.send(request, limits);

  return {
    settings,
    send,

    /** A new sender takes over at once; the old one finishes what it has. */
    async reload(): Promise<void> {
      const fresh = await read();
      if (JSON.stringify(fresh) === JSON.stringify(settings)) return;
      Object.assign(settings, fresh);
      const old = sender;
      sender = createSender(settings);
      void old.close();
    },

    async close(): Promise<void> {
      await sender.close();
    },
  };
}
