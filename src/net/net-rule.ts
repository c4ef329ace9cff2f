/** One entry of the settings `net.allow` and `net.deny`: an address, a CIDR, or a host name with `*` in it. */
import type { IPv4, IPv6 } from 'ipaddr.js';
import ipaddr from 'ipaddr.js';
import { BelfryError } from '../errors.ts';

export interface NetRule {
  /** As it was written. */
  entry: string;
  effect: 'allow' | 'deny';
  /** The larger, the more it says: the prefix of a CIDR, the fixed characters of a name. */
  weight: number;
  matches: { name: RegExp } | { ranges: [IPv4 | IPv6, number][] };
}

/** Throws BelfryError `invalid`, which names the setting and the entry. */
export function parseNetRule(entry: string, effect: 'allow' | 'deny'): NetRule {
  const text = entry.trim().toLowerCase();
  if (text === '*') return rangeRule(entry, effect, ['0.0.0.0/0', '::/0']);
  const literal = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (literal.includes('/')) {
    if (!isCidr(literal)) throw badEntry(entry, effect, 'a CIDR like 10.0.0.0/8 or fd00::/8');
    return rangeRule(entry, effect, [literal]);
  }
  if (isAddress(literal)) {
    return rangeRule(entry, effect, [`${literal.replace(/%.*$/, '')}/${literal.includes(':') ? 128 : 32}`]);
  }
  return nameRule(entry, effect, text);
}

function rangeRule(entry: string, effect: 'allow' | 'deny', cidrs: string[]): NetRule {
  const ranges = cidrs.map(parseRange);
  return { entry, effect, weight: ranges[0]![1], matches: { ranges } };
}

/** `::ffff:10.0.0.0/104` is the IPv4 range 10.0.0.0/8 in other words. */
export function parseRange(cidr: string): [IPv4 | IPv6, number] {
  const [address, bits] = ipaddr.parseCIDR(cidr);
  if (address.kind() === 'ipv6' && (address as IPv6).isIPv4MappedAddress() && bits >= 96) {
    return [(address as IPv6).toIPv4Address(), bits - 96];
  }
  return [address, bits];
}

function nameRule(entry: string, effect: 'allow' | 'deny', text: string): NetRule {
  // The URL parser turns Bücher.example into what requests carry, and refuses what is no host.
  const url = URL.parse(`http://${text.replace(/\.$/, '')}`);
  const name = url?.hostname ?? '';
  const plain =
    url !== null && url.port === '' && url.pathname === '/' && url.username === '' && url.search === '';
  if (!plain || text.includes(':') || !/^[a-z0-9*_.-]+$/.test(name) || /^[\d.]+$/.test(name)) {
    throw badEntry(entry, effect, 'an address, a CIDR, or a host name like ci.example.com or *.example.com');
  }
  const pattern = name
    .split('*')
    .map(part => part.replaceAll('.', '\\.'))
    .join('.*');
  return {
    entry,
    effect,
    weight: name.replaceAll('*', '').length,
    matches: { name: new RegExp(`^${pattern}$`) },
  };
}

function isAddress(text: string): boolean {
  return text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
}

function isCidr(text: string): boolean {
  return text.includes(':') ? ipaddr.IPv6.isValidCIDR(text) : ipaddr.IPv4.isValidCIDRFourPartDecimal(text);
}

function badEntry(entry: string, effect: string, wanted: string): BelfryError {
  return new BelfryError('invalid', `net.${effect}: wanted ${wanted}, got ${JSON.stringify(entry)}`);
}
