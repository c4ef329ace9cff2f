/** `belfry webhook enable` */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [['webhook enable 3', 'on again: what was held is sent now']];

export const options = (yargs: Argv): Argv => yargs.positional('id', { type: 'number', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const released = await store.webhooks.enable(argv.id, context.now());
  if (argv.json) context.json({ id: argv.id, active: true, released });
  else
    context.print(
      `webhook ${argv.id} is on${released > 0 ? `; ${released} held deliveries are sent now` : ''}`,
    );
  await context.wakeWorker();
  return 0;
}
