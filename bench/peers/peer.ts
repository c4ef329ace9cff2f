/** A queue that brings deliveries out. It runs in a process of its own: see run-peer.ts. */

export interface PeerOptions {
  /** One for each endpoint; delivery n goes to the endpoint n modulo their number. */
  urls: readonly string[];
  deliveries: number;
  /** Requests at once, over all endpoints: the same for everybody. */
  concurrency: number;
  secret: string;
  /** Where files go. */
  dir: string;
  /** Of its server, if it has one. */
  port: number;
}

export interface Peer {
  /** Puts all deliveries into the queue. Not timed. */
  fill(): Promise<void>;
  /** Sends them all, and resolves when the last result is durable. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export type OpenPeer = (options: PeerOptions) => Promise<Peer>;

/** What one delivery carries, the same for everybody. */
export interface Parcel {
  id: string;
  url: string;
  /** 2 kB. */
  body: string;
}

export const BODY_BYTES = 2_048;

export function parcel(n: number, urls: readonly string[]): Parcel {
  const start = `{"id":"parcel-${n}","ref":"refs/heads/topic-${n % 1_000}","text":"`;
  return {
    id: `parcel-${n}`,
    url: urls[n % urls.length]!,
    body: `${start}${'x'.repeat(BODY_BYTES - start.length - 2)}"}`,
  };
}
