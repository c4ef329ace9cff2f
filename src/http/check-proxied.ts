/**
 * Whether a target may be called through a proxy. Only the proxy will learn the address that counts; what can be said
 * before is said: of the name, and of the addresses that this machine knows for it. An outsider's name that leads to a
 * metadata service is found by that. A machine that resolves nothing itself, the usual reason for a proxy, passes.
 */
import { isIP } from 'node:net';
import { HttpFailure } from './http-failure.ts';
import type { Network } from './open-tcp.ts';
import type { Hop } from './route.ts';

/** A resolver that is there answers sooner; where there is none, no request should wait long for it. */
const PATIENCE_MS = 1_000;

/** Rejects with HttpFailure `forbidden_address`. */
export async function checkProxied({ host }: Hop, { policy, lookup }: Network): Promise<void> {
  const refuse = (reason: string | null, where = host) => {
    if (reason !== null) throw new HttpFailure('forbidden_address', `${where} may not be called: ${reason}`);
  };
  refuse(policy.refuseHost(host));
  if (isIP(host) !== 0) return;
  const addresses = await new Promise<string[]>(resolve => {
    const timer = setTimeout(resolve, PATIENCE_MS, []);
    lookup(host, { all: true }, (error, found) => {
      clearTimeout(timer);
      resolve(error ? [] : found.map(({ address }) => address));
    });
  });
  // Which of them the proxy takes is not ours to choose: one that is refused is enough.
  for (const address of addresses)
    refuse(policy.refuseAddress(host, address), `${host} leads to ${address}, which`);
}
