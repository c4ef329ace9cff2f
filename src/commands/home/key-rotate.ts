/** `belfry key rotate`: seals every secret anew with a new key. The worker need not stop. */
import { join } from 'node:path';
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['key rotate', 'when the key may have become known; back it up again afterwards'],
];

export const options = (yargs: Argv): Argv => yargs;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const { resealed, lost, kept } = await store.key.rotate(context.now());
  const status = lost.length > 0 ? 1 : 0;
  if (argv.json) context.json({ resealed, lost, kept });
  else {
    const key = join(context.home, 'key');
    context.print(`${resealed} secrets and URLs are sealed with a new key: back up ${key}`);
    for (const place of lost) context.print(`not opened by the old key, left as it is: ${place}`);
    if (lost.length > 0) context.print('set URL and secret of these again with `belfry webhook edit`');
    if (kept !== null) context.print(`the old key is kept until then: ${join(context.home, kept)}`);
  }
  await context.wakeWorker();
  return status;
}
