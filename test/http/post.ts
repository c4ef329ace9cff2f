/** A sender for one test, and the request that most tests send. */
import type { LookupAddress } from 'node:dns';
import type { Test } from 'tap';
import { createSender, type Sender, type SenderSettings, type SendLimits } from '../../src/http/sender.ts';
import type { HttpAnswer, HttpRequest } from '../../src/model/request.ts';

/** Generous: a test that reaches one of them on a slow machine would be a wrong test. */
export const LIMITS: SendLimits = { connectMs: 20_000, totalMs: 30_000 };

type PostOptions = Partial<HttpRequest> & { limits?: Partial<SendLimits> };

export interface Post {
  (url: string, options?: PostOptions): Promise<HttpAnswer>;
  sender: Sender;
}

export function poster(t: Pick<Test, 'teardown'>, settings: Partial<SenderSettings> = {}): Post {
  const sender = createSender({ 'net.allow': [], 'net.deny': [], ...settings });
  t.teardown(() => sender.close());
  const post = (url: string, { limits, ...request }: PostOptions = {}) =>
    sender.send({ method: 'POST', url, headers: [], body: '{}', ...request }, { ...LIMITS, ...limits });
  return Object.assign(post, { sender });
}

/** A resolver that knows only these names, and counts how often it is asked. */
export function names(table: Record<string, string[]>) {
  const asked: string[] = [];
  const lookup: NonNullable<SenderSettings['lookup']> = (host, _options, callback) => {
    asked.push(host);
    const found = table[host]?.map(
      (address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }),
    );
    if (found === undefined) {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), []);
    } else callback(null, found);
  };
  return { lookup, asked };
}
