/** Node's TLS, loaded with the first connection that needs it: a worker that speaks plain HTTP is 3 MB smaller. */

export function nodeTls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
