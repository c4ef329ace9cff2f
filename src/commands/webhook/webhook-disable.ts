/** `belfry webhook disable` */
import type { Argv } from 'yargs';
import { plural } from '../../text/plural.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['webhook disable 3', 'New pushes are not sent to it; pending deliveries are held'],
];

export const options = (yargs: Argv): Argv => yargs.positional('id', { type: 'number', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const held = await store.webhooks.disable(argv.id, context.now());
  if (argv.json) context.json({ id: argv.id, active: false, held });
  else context.print(`Disabled webhook ${argv.id}${held > 0 ? `; held ${plural(held, 'delivery')}` : ''}`);
  await context.wakeWorker();
  return 0;
}
