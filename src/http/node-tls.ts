/** Node's TLS, loaded with the first connection that needs it: a worker that speaks plain HTTP is 3 MB smaller. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function nodeTls(): typeof import('node:tls') {
  return require('node:tls');
}
