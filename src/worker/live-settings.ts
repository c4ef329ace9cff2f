/** The settings of a running worker: one object that follows what the command line changes, and the sender with them. */

import type { Send } from '../delivery/attempt.ts';
import { createSender } from '../http/sender.ts';
import { proxiesOf } from '../net/proxy-for.ts';
import { resolveSettings, type Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

/**
 * @param env proxies that the settings do not name; the hook starts the worker without any
 * @param keepFiles brings the files that follow a setting to it; it never rejects
 */
export async function createLiveSettings(
  store: Store,
  hostname: string,
  env: Record<string, string | undefined>,
  keepFiles: () => Promise<void>,
) {
  const read = async () => resolveSettings(await store.settings.all(), hostname);
  const settings = await read();
  await keepFiles();
  const senderOf = (now: Settings) => createSender({ ...now, proxies: proxiesOf(now, env) });
  let sender = senderOf(settings);
  const send: Send = (request, limits) => sender.send(request, limits);

  return {
    settings,
    send,

    /** A new sender takes over at once; the old one finishes what it has. */
    async reload(): Promise<void> {
      const fresh = await read();
      if (JSON.stringify(fresh) === JSON.stringify(settings)) return;
      // First: it throws when the address lists make no sense, and then everything stays as it was.
      const next = senderOf(fresh);
      Object.assign(settings, fresh);
      const old = sender;
      sender = next;
      void old.close();
      await keepFiles();
    },

    async close(): Promise<void> {
      await sender.close();
    },
  };
}
