/**
 * A variable or a file with a secret is for one destination: else a second webhook with the same reference would be a way to send
 * the first one's secret to whoever writes the file.
 */
import type { WholeWebhook } from '../model/planned.ts';
import type { ProxyChoice } from '../net/proxy-for.ts';
import { type Destination, destinationOf, hasOtherReaders } from './destination.ts';
import type { Problem } from './mistake.ts';
import type { WantedWebhook } from './wanted-webhook.ts';

export function boundSecrets(
  wanted: readonly WantedWebhook[],
  stored: ReadonlyMap<string, WholeWebhook>,
  before: ProxyChoice,
): Problem[] {
  const holders = holdersOf(stored, before);
  const users = new Map<string, { destination: Destination; name: string }>();
  return wanted.flatMap(({ name, given, destination }) =>
    given.flatMap(({ path, value, source }) => {
      if (destination === null) return [];
      const readers = holders.get(value) ?? [];
      const other = readers.every(one => hasOtherReaders(one.destination, destination))
        ? readers[0]
        : undefined;
      const first = users.get(source) ?? { destination, name };
      users.set(source, first);
      const holder = other ?? (hasOtherReaders(first.destination, destination) ? first : undefined);
      if (holder === undefined) return [];
      const whose = holder.name === name ? 'it' : `webhook ${JSON.stringify(holder.name)}`;
      return [
        {
          path,
          wanted: 'a secret for this destination alone',
          got: `${source}, which ${whose} has for another one`,
        },
      ];
    }),
  );
}

function holdersOf(stored: ReadonlyMap<string, WholeWebhook>, proxies: ProxyChoice) {
  const holders = new Map<string, { destination: Destination; name: string }[]>();
  for (const [name, { target }] of stored) {
    const destination = target === null ? null : destinationOf(target.url, target.reach, proxies);
    if (target === null || destination === null) continue;
    const secrets = [
      target.secret,
      target.old?.secret,
      target.reach.client_key,
      ...target.headers.map(([, value]) => value),
    ];
    for (const secret of secrets) {
      if (secret == null) continue;
      const known = holders.get(secret) ?? [];
      if (known.length === 0) holders.set(secret, known);
      // Very many may share one.
      if (!known.some(one => !hasOtherReaders(one.destination, destination)))
        known.push({ destination, name });
    }
  }
  return holders;
}

/**
 * Whether a webhook that the file leaves as it is would be read by a proxy that the file chooses.
 * @returns the setting that does it, and the webhook's name
 */
export function overheard(
  left: Iterable<[string, WholeWebhook]>,
  before: ProxyChoice,
  chosen: ProxyChoice,
): { key: 'proxy.http' | 'proxy.https'; name: string } | null {
  for (const [name, { target }] of left) {
    if (target === null || target.url === '') continue;
    const [was, now] = [before, chosen].map(proxies => destinationOf(target.url, target.reach, proxies));
    if (hasOtherReaders(was!, now!))
      return { key: target.url.startsWith('https:') ? 'proxy.https' : 'proxy.http', name };
  }
  return null;
}
