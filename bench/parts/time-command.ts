/** How long a command takes, started as the installed `belfry` starts it: with the compile cache of the installation. */
import { join } from 'node:path';
import { type Belfry, PROJECT } from '../../test/support/belfry.ts';

/** Milliseconds, from the start of the process to its end. @throws when it fails */
export async function timeCommand(belfry: Belfry, args: string[]): Promise<number> {
  const started = performance.now();
  const ran = await belfry.run(args, { apart: true, env: { NODE_COMPILE_CACHE: join(PROJECT, 'cache') } });
  const took = performance.now() - started;
  if (ran.status !== 0) throw new Error(`belfry ${args.join(' ')} ended with ${ran.status}: ${ran.stderr}`);
  return took;
}
