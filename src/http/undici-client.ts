/**
 * undici's client for one connection, and nothing else of undici: the whole package costs 94 ms at import (62 ms with
 * the compile cache), this file 29 ms (27 ms). The path is inside the package, so `package.json` pins undici exactly and
 * `test/http/undici-client.test.ts` fails when it moves.
 */
import { createRequire, Module } from 'node:module';
import type { Client as UndiciClient } from 'undici';

const require = createRequire(import.meta.url);
leaveOut('undici/lib/dispatcher/client-h2.js');

export const Client: typeof UndiciClient = require('undici/lib/dispatcher/client.js');
export type Client = UndiciClient;

/** What speaks HTTP/2 is never called here (`allowH2: false`), and takes 3 MB with Node's own http2 and tls. */
function leaveOut(path: string): void {
  const file = require.resolve(path);
  const nothing = new Module(file);
  nothing.loaded = true;
  require.cache[file] = nothing;
}
