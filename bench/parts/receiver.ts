/** A receiver in a process of its own, so that its work is nobody else's. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { NODE } from '../../test/support/belfry.ts';
import type { Workshop } from './workshop.ts';

export type ReceiverOrder = 'look' | 'forget';

/** Times in milliseconds since 1970, with a fraction. */
export interface Received {
  count: number;
  /** Different ids of deliveries. */
  different: number;
  firstAt: number | null;
  lastAt: number | null;
  wrongSize: number;
}

export interface Receiver {
  /** One for each endpoint. */
  urls: string[];
  look(): Promise<Received>;
  /** Gives what came so far, and begins anew. */
  forget(): Promise<Received>;
  close(): Promise<void>;
}

export async function openReceiver(
  workshop: Workshop,
  { endpoints = 1, hangs = false } = {},
): Promise<Receiver> {
  // Whoever still has something for the former owner of a port does not count.
  const path = `/${randomUUID()}`;
  const program = join(import.meta.dirname, 'receiver-process.ts');
  const child = fork(program, [path, String(endpoints), hangs ? 'hang' : ''], { execPath: NODE });
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  workshop.teardown(close);
  const [{ ports }] = (await once(child, 'message')) as [{ ports: number[] }];

  async function ask(order: ReceiverOrder): Promise<Received> {
    const answer = once(child, 'message');
    child.send(order);
    return ((await answer) as [Received])[0];
  }

  return {
    urls: ports.map(port => `http://127.0.0.1:${port}${path}`),
    look: () => ask('look'),
    forget: () => ask('forget'),
    close,
  };
}
