/**
 * undici's client for one connection, and nothing else of undici: the whole package costs 94 ms at import (62 ms with
 * the compile cache), this file 29 ms (27 ms). The path is inside the package, so `package.json` pins undici exactly and
 * `test/http/undici-client.test.ts` fails when it moves.
 */
import { createRequire } from 'node:module';
import type { Client as UndiciClient } from 'undici';

export const Client: typeof UndiciClient = createRequire(import.meta.url)('undici/lib/dispatcher/client.js');
export type Client = UndiciClient;
