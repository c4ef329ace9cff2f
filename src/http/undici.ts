/**
 * Undici's `Pool` and `Client`, by themselves: its main file loads `fetch`, WebSocket, caches and mocks with them, which
 * takes 14 MB of an idle worker and most of the time that a cold one needs before its first request. A test holds them to
 * the classes of the public interface.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const Pool: typeof import('undici').Pool = require('undici/lib/dispatcher/pool.js');
export type Pool = import('undici').Pool;
export const Client: typeof import('undici').Client = require('undici/lib/dispatcher/client.js');

/** `Client.prototype.connect`, which the main file would add. */
export const connect: (
  this: InstanceType<typeof import('undici').Client>,
  options: { path: string; headers: Record<string, string> },
) => Promise<import('undici').Dispatcher.ConnectData> = require('undici/lib/api/api-connect.js');
