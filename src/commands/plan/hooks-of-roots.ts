/** Hooks follow the roots once these are changed: as `belfry install DIR` and `belfry uninstall DIR` do it. */
import { BelfryError } from '../../errors.ts';
import type { Args, CommandContext } from '../context.ts';

/** @returns what the two commands say, for programs; status 1 when something could not be done */
export async function hooksOfRoots(
  { made, removed }: { made: readonly string[]; removed: readonly string[] },
  { json }: Args,
  context: CommandContext,
): Promise<{ hooks: { installed: unknown; removed: unknown } | null; status: number }> {
  if (made.length + removed.length === 0) return { hooks: null, status: 0 };
  const said: unknown[] = [null, null];
  let status = 0;
  const steps = [
    [made, async () => (await import('../repo/install.ts')).run],
    [removed, async () => (await import('../repo/uninstall.ts')).run],
  ] as const;
  for (const [at, [dir, load]] of steps.entries()) {
    if (dir.length === 0) continue;
    const quiet: CommandContext = {
      ...context,
      print: text => void (json || context.print(text)),
      json: (value, code = 0) => {
        said[at] = value;
        return code;
      },
    };
    try {
      const run = await load();
      status = Math.max(status, await run({ dir: [...dir], json }, quiet));
    } catch (error) {
      if (!(error instanceof BelfryError)) throw error;
      // What the file says stands by now: the rest can be done by hand.
      status = 1;
      said[at] = { error: error.message };
      context.stderr(`failed: ${error.message}`);
      context.stderr(`  ${context.own} ${at === 0 ? 'install' : 'uninstall'} ${dir.join(' ')}`);
    }
  }
  return { hooks: { installed: said[0], removed: said[1] }, status };
}
