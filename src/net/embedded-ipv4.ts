/**
 * The IPv4 addresses that an IPv6 address leads to or may lead to. Whoever wants to reach 169.254.169.254 can spell it
 * as IPv6 in many ways, and a gateway on the way makes the same address of it again.
 */
import type { IPv6 } from 'ipaddr.js';
import ipaddr from 'ipaddr.js';

/** Prefix in bytes, and where the four bytes stand behind it. */
const FORMS: { prefix: number[]; at: number[][]; inverted?: boolean }[] = [
  // IPv4-compatible (RFC 4291 §2.5.5.1), IPv4-mapped (§2.5.5.2), IPv4-translated (RFC 7915).
  { prefix: zeros(12), at: [[12, 13, 14, 15]] },
  { prefix: [...zeros(10), 0xff, 0xff], at: [[12, 13, 14, 15]] },
  { prefix: [...zeros(8), 0xff, 0xff, 0, 0], at: [[12, 13, 14, 15]] },
  // NAT64 (RFC 6052): the well-known prefix is a /96.
  { prefix: [0, 0x64, 0xff, 0x9b, ...zeros(8)], at: [[12, 13, 14, 15]] },
  // The local prefix (RFC 8215) is a /48; operators cut /48, /56, /64 or /96 out of it, and byte 8 is always skipped.
  {
    prefix: [0, 0x64, 0xff, 0x9b, 0, 1],
    at: [
      [6, 7, 9, 10],
      [7, 9, 10, 11],
      [9, 10, 11, 12],
      [12, 13, 14, 15],
    ],
  },
  // 6to4 (RFC 3056).
  { prefix: [0x20, 0x02], at: [[2, 3, 4, 5]] },
  // Teredo (RFC 4380): the server as it is, the client with all bits inverted.
  { prefix: [0x20, 0x01, 0, 0], at: [[4, 5, 6, 7]] },
  { prefix: [0x20, 0x01, 0, 0], at: [[12, 13, 14, 15]], inverted: true },
];

/** Empty for an ordinary IPv6 address, `::` and `::1`. */
export function embeddedIpv4(address: IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  if (bytes.slice(0, 15).every(byte => byte === 0) && bytes[15]! < 2) return [];
  const found: ipaddr.IPv4[] = [];
  for (const { prefix, at, inverted } of FORMS) {
    if (!prefix.every((byte, index) => bytes[index] === byte)) continue;
    for (const places of at) {
      found.push(new ipaddr.IPv4(places.map(place => (inverted ? bytes[place]! ^ 0xff : bytes[place]!))));
    }
  }
  // ISATAP (RFC 5214 §6.1): an interface identifier, behind any prefix.
  if ((bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe) {
    found.push(new ipaddr.IPv4(bytes.slice(12)));
  }
  return found;
}

function zeros(count: number): number[] {
  return Array<number>(count).fill(0);
}
