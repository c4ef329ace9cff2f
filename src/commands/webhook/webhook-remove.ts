/** `belfry webhook remove` */
import type { Argv } from 'yargs';
import { plural } from '../../text/plural.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [['webhook remove 3', 'Its delivery log stays until it is old']];

export const options = (yargs: Argv): Argv => yargs.positional('id', { type: 'number', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const dropped = await store.webhooks.remove(argv.id, context.now());
  if (argv.json) context.json({ id: argv.id, removed: true, failed_deliveries: dropped });
  else
    context.print(
      `Removed webhook ${argv.id}${dropped > 0 ? `; gave up ${plural(dropped, 'pending delivery')}` : ''}`,
    );
  await context.wakeWorker();
  return 0;
}
