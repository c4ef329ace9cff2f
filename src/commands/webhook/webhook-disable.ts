/** `belfry webhook disable` */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['webhook disable 3', 'new pushes are not for it; what waits is held'],
];

export const options = (yargs: Argv): Argv => yargs.positional('id', { type: 'number', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const held = await store.webhooks.disable(argv.id, context.now());
  if (argv.json) context.json({ id: argv.id, active: false, held });
  else context.print(`webhook ${argv.id} is off${held > 0 ? `; ${held} deliveries are held` : ''}`);
  await context.wakeWorker();
  return 0;
}
