/** Which home a command is for. */
import { resolve } from 'node:path';

/**
 * Named, or by the rule of the place (docs/commands.md).
 * @param named `--home`, before anything else
 * @param env `BELFRY_HOME`, `XDG_DATA_HOME`, `HOME`
 */
export function findHome(
  named: string | undefined,
  env: Record<string, string | undefined>,
  isRoot: boolean,
): string {
  const given = named ?? env.BELFRY_HOME;
  if (given !== undefined && given !== '') return resolve(given);
  if (isRoot) return '/var/lib/belfry';
  return resolve(env.XDG_DATA_HOME || `${env.HOME ?? '.'}/.local/share`, 'belfry');
}

/** Named twice, as by an alias and its user, the last one counts. */
export function lastOf(named: string | string[]): string {
  return typeof named === 'string' ? named : named.at(-1)!;
}
