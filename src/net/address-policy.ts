/**
 * Whom belfry may call: a pure rule over the address that a socket is really connected to.
 *
 * In this order:
 * 1. A name in `deny` refuses the host, unless a name in `allow` fits it more closely.
 * 2. Of the addresses and CIDRs in both lists the narrowest that holds the address decides; `deny` wins a tie.
 *    `allow` opens what the default refuses. `deny` refuses, unless the host's name was allowed in step 1.
 * 3. Else the default: link-local and cloud-metadata addresses are refused, everything else is open.
 *
 * So `allow` holds exceptions, and only `deny: ['*']` (the same as 0.0.0.0/0 and ::/0) makes an allow-list of it. A name
 * in `allow` never opens what the default refuses: DNS could lead that name to the metadata service at any moment.
 */
import type { IPv4, IPv6 } from 'ipaddr.js';
import ipaddr from 'ipaddr.js';
import { REFUSED_NAMES, REFUSED_RANGES } from './default-refusals.ts';
import { embeddedIpv4 } from './embedded-ipv4.ts';
import { type NetRule, parseNetRule, parseRange } from './net-rule.ts';

export interface AddressPolicy {
  /** Why a connection to `address`, made for `host`, may not be used; null when it may. */
  refuseAddress(host: string, address: string): string | null;
  /** The same for a host whose address only a proxy will learn. A literal address is checked in full. */
  refuseHost(host: string): string | null;
  /** Why no request for a host can ever pass as the lists are, whatever its name leads to; null when one may. */
  refuseTarget(host: string): string | null;
}

type Address = IPv4 | IPv6;

const DEFAULTS = REFUSED_RANGES.map(([cidr, what]) => ({ range: parseRange(cidr), what }));

/** Throws BelfryError `invalid` for an entry that is no address, no CIDR and no host name. */
export function addressPolicy(lists: { allow: readonly string[]; deny: readonly string[] }): AddressPolicy {
  const rules = [
    ...lists.deny.map(entry => parseNetRule(entry, 'deny')),
    ...lists.allow.map(entry => parseNetRule(entry, 'allow')),
  ];

  function refuseAddress(host: string, address: string): string | null {
    if (!ipaddr.isValid(address)) return 'not an IP address';
    const named = nameRule(rules, host);
    if (named?.effect === 'deny') return closedBy(named);
    for (const face of faces(ipaddr.parse(address))) {
      const reason = refuseFace(face, named !== null);
      if (reason !== null) return reason;
    }
    return null;
  }

  function refuseFace(face: Address, nameAllowed: boolean): string | null {
    const rule = narrowest(rules.filter(each => holds(each, face)));
    if (rule?.effect === 'allow') return null;
    if (rule !== null && !nameAllowed) return closedBy(rule);
    const refused = DEFAULTS.find(({ range }) => inRange(face, range));
    return refused === undefined ? null : `${refused.what} address, ${BY_DEFAULT}`;
  }

  function refuseHost(host: string): string | null {
    if (ipaddr.isValid(host)) return refuseAddress(host, host);
    const named = nameRule(rules, host);
    if (named?.effect === 'deny') return closedBy(named);
    if (REFUSED_NAMES.includes(host.toLowerCase())) return 'cloud metadata, refused by default';
    // Whatever the address will be, it is closed: then an unknown one is closed as well.
    const everything = everythingDenied(rules);
    return everything !== undefined && named === null ? closedBy(everything) : null;
  }

  function refuseTarget(host: string): string | null {
    if (ipaddr.isValid(host)) return refuseAddress(host, host);
    const named = nameRule(rules, host);
    if (named !== null) return named.effect === 'deny' ? closedBy(named) : null;
    if (REFUSED_NAMES.includes(host.toLowerCase()) && refuseAddress(host, METADATA) !== null)
      return `cloud metadata, ${BY_DEFAULT}`;
    const opens = rules.some(rule => rule.effect === 'allow' && 'ranges' in rule.matches);
    const everything = opens ? undefined : everythingDenied(rules);
    return everything === undefined ? null : closedBy(everything);
  }

  return { refuseAddress, refuseHost, refuseTarget };
}

const BY_DEFAULT = 'refused by default; the setting net.allow can permit it';
/** Where the names of metadata services lead. */
const METADATA = '169.254.169.254';

function everythingDenied(rules: NetRule[]): NetRule | undefined {
  return rules.find(rule => rule.effect === 'deny' && rule.weight === 0 && 'ranges' in rule.matches);
}

/**
 * An IPv4-mapped address is that IPv4 address; any other IPv6 address stands for itself and for all that it embeds. Who
 * connects to the address of no host, `0.0.0.0` or `::`, reaches the own one.
 */
function faces(address: Address): Address[] {
  if (address.range() === 'unspecified') return [address, address.kind() === 'ipv4' ? OWN : OWN_6];
  if (address.kind() === 'ipv4') return [address];
  const embedded = embeddedIpv4(address as IPv6);
  return (address as IPv6).isIPv4MappedAddress() ? embedded.flatMap(faces) : [address, ...embedded];
}

const OWN = ipaddr.IPv4.parse('127.0.0.1');
const OWN_6 = ipaddr.IPv6.parse('::1');

function nameRule(rules: NetRule[], host: string): NetRule | null {
  const name = host.toLowerCase();
  return narrowest(rules.filter(rule => 'name' in rule.matches && rule.matches.name.test(name)));
}

function holds(rule: NetRule, address: Address): boolean {
  return 'ranges' in rule.matches && rule.matches.ranges.some(range => inRange(address, range));
}

function inRange(address: Address, range: [Address, number]): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}

/** `deny` entries come first in the list, so a tie is theirs. */
function narrowest(rules: NetRule[]): NetRule | null {
  return rules.reduce<NetRule | null>(
    (best, rule) => (best === null || rule.weight > best.weight ? rule : best),
    null,
  );
}

function closedBy(rule: NetRule): string {
  return `closed by net.deny ${JSON.stringify(rule.entry)}`;
}
