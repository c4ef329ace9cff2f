/**
 * A TCP connection whose address was allowed. The check sees what the socket uses: the addresses that the resolver gave
 * for this very connection, and once more the peer of the connected socket, before a byte is sent. A name that leads
 * elsewhere a moment later changes nothing.
 */
import type { LookupAddress, LookupOptions } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { AddressPolicy } from '../net/address-policy.ts';
import { HttpFailure } from './http-failure.ts';
import type { Hop } from './route.ts';

/** `dns.lookup`, or a test's own. */
export type Lookup = (
  host: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface Network {
  policy: AddressPolicy;
  lookup: Lookup;
}

/**
 * Gives the socket at once, so that the caller can destroy it; `connected` rejects with HttpFailure or the socket's error.
 */
export function openTcp(
  hop: Hop,
  network: Network,
  resolved: () => void,
): { socket: Socket; connected: Promise<void> } {
  const { host, port } = hop;
  if (isIP(host)) checkAddress(network.policy, host, host);
  // Each family is tried in turn (RFC 8305), but only among what the lookup below lets through.
  const socket = connect({
    host,
    port,
    autoSelectFamily: true,
    noDelay: true,
    lookup: allowedOnly(network, resolved),
  });
  socket.setKeepAlive(true, 60_000);
  const connected = new Promise<void>((resolve, reject) => {
    // Stays for the socket's whole life: an error without a listener would end the process.
    socket.on('error', reject);
    socket.once('close', () => reject(new HttpFailure('reset', `${host} closed the connection`)));
    socket.once('connect', () => {
      try {
        checkAddress(network.policy, host, socket.remoteAddress ?? '');
        resolve();
      } catch (refused) {
        reject(refused);
      }
    });
  });
  return { socket, connected };
}

function allowedOnly({ lookup, policy }: Network, resolved: () => void): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      resolved();
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => policy.refuseAddress(host, address) === null);
      const first = allowed[0];
      if (first === undefined) return callback(nothingAllowed(policy, host, addresses), []);
      if (options.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function nothingAllowed(policy: AddressPolicy, host: string, addresses: LookupAddress[]): HttpFailure {
  const first = addresses[0];
  if (first === undefined) return new HttpFailure('dns', `the name ${host} has no address`);
  return refusal(host, first.address, policy.refuseAddress(host, first.address) ?? '');
}

function checkAddress(policy: AddressPolicy, host: string, address: string): void {
  const reason = policy.refuseAddress(host, address);
  if (reason !== null) throw refusal(host, address, reason);
}

function refusal(host: string, address: string, reason: string): HttpFailure {
  const where = host === address ? host : `${host} leads to ${address}, which`;
  return new HttpFailure('forbidden_address', `${where} may not be called: ${reason}`);
}
