/**
 * The request of those that are no belfry: undici on kept-alive connections, the body signed as belfry signs it (Gitee's
 * token and Standard Webhooks), the answer read to its end. With `dispatch`, undici's fastest way.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { Agent, type Dispatcher } from 'undici';
import type { Parcel } from './peer.ts';

/** What a log of deliveries shows at the least. */
export interface Result {
  status: number;
  startedAt: number;
  durationMs: number;
}

export interface Post {
  /**
   * Gives what is to be kept of it.
   * @throws for anything but a 2xx
   */
  (parcel: Parcel): Promise<Result>;
  close(): Promise<void>;
}

/** @param connections most for one endpoint */
export function openPost(secret: string, connections: number): Post {
  const agent = new Agent({ connections, pipelining: 1 });
  const key = createSecretKey(Buffer.from(secret));
  const post = ({ id, url, body }: Parcel) =>
    new Promise<Result>((resolve, reject) => {
      const { origin, pathname } = new URL(url);
      const now = Date.now();
      const seconds = Math.floor(now / 1_000);
      const headers = [
        ...[
          'Content-Type',
          'application/json',
          'User-Agent',
          'git-oschina-hook',
          'X-Gitee-Event',
          'Push Hook',
        ],
        ...['X-Gitee-Timestamp', String(now), 'X-Gitee-Token', hmac(key, `${now}\n${secret}`)],
        ...['webhook-id', id, 'webhook-timestamp', String(seconds)],
        ...['webhook-signature', `v1,${hmac(key, `${id}.${seconds}.${body}`)}`],
      ];
      agent.dispatch(
        { origin, path: pathname, method: 'POST', headers, body },
        new Handler(now, resolve, reject),
      );
    });
  return Object.assign(post, { close: () => agent.close() });
}

function hmac(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

class Handler implements Dispatcher.DispatchHandler {
  readonly #startedAt: number;
  readonly #resolve: (result: Result) => void;
  readonly #reject: (error: Error) => void;
  #status = 0;

  constructor(startedAt: number, resolve: (result: Result) => void, reject: (error: Error) => void) {
    this.#startedAt = startedAt;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  // undici wants both.
  onRequestStart(): void {}
  onResponseData(): void {}

  onResponseStart(_controller: unknown, status: number): void {
    this.#status = status;
  }

  onResponseEnd(): void {
    const status = this.#status;
    const startedAt = this.#startedAt;
    if (status >= 200 && status < 300)
      this.#resolve({ status, startedAt, durationMs: Date.now() - startedAt });
    else this.#reject(new Error(`the receiver answered ${status}`));
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#reject(error);
  }
}
