/** `belfry webhook enable` */
import type { Argv } from 'yargs';
import { plural } from '../../text/plural.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [['webhook enable 3', 'Held deliveries are sent now']];

export const options = (yargs: Argv): Argv => yargs.positional('id', { type: 'number', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const released = await store.webhooks.enable(argv.id, context.now());
  if (argv.json) context.json({ id: argv.id, active: true, released });
  else
    context.print(
      `Enabled webhook ${argv.id}${released > 0 ? `; sending ${plural(released, 'held delivery')}` : ''}`,
    );
  await context.wakeWorker();
  return 0;
}
