/**
 * Number of the account that this process runs as, and that the files it makes belong to: in the worker and in commands the
 * owner of the home.
 */
export function ownUid(): number {
  return process.geteuid!();
}
