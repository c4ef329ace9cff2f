/** The account that the files made by this process belong to. */
export function ownAccount(): number {
  return process.geteuid!();
}
