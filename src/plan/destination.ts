/**
 * Who can read what is sent to a webhook: the server of its URL, and on the way what TLS does not shut out. What is secret between
 * an admin and one destination must not reach another one because a file says so.
 */
import { NO_PROXY, type Reach } from '../model/reach.ts';
import { type ProxyChoice, proxiesOf, proxyFor } from '../net/proxy-for.ts';

export interface Destination {
  origin: string;
  /** That reads along; null: none does. */
  proxy: string | null;
  insecure: boolean;
  ca: string | null;
}

/** Null: no URL is known. */
export function destinationOf(url: string, reach: Reach, proxies: ProxyChoice): Destination | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  const { insecure, ca } = reach;
  // Through a tunnel to a server that shows the machine's authorities who it is a proxy reads nothing.
  const isOpen = parsed.protocol === 'http:' || insecure || ca !== null;
  const own = reach.proxy === NO_PROXY ? null : reach.proxy;
  const proxy = reach.proxy === null ? proxyFor(url, proxiesOf(proxies, {})) : own;
  return { origin: parsed.origin, proxy: isOpen ? proxy : null, insecure, ca };
}

/** Whether somebody can read what is sent now who could not before. */
export function hasOtherReaders(before: Destination | null, now: Destination | null): boolean {
  if (before === null || now === null) return before !== now;
  const through = now.proxy !== null && now.proxy !== before.proxy;
  return (
    before.origin !== now.origin || through || (now.insecure && !before.insecure) || before.ca !== now.ca
  );
}

/** In words what makes two destinations different. */
export function differenceOf(before: Destination | null, now: Destination | null): string {
  return before?.origin === now?.origin
    ? 'its proxy, its CA or `insecure` changes, and somebody else could read it'
    : 'the URL leads to another server';
}
