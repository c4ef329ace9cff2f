/** `belfry resume`: sending goes on after it was held. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { plural } from '../../text/plural.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['resume', 'everything that is pending is sent; what was sent already comes again, with the same id'],
  ['resume --drop-restored', 'what waited in the restored backup is given up; what came later is sent'],
];

export const options = (yargs: Argv): Argv =>
  yargs.option('drop-restored', {
    type: 'boolean',
    default: false,
    describe: 'give up what waited in the restored backup: it was sent long ago',
  });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const held = await store.pause.get();
  if (argv.dropRestored && held !== null && held.restored_seq === null)
    throw new BelfryError('usage', '--drop-restored: no backup was restored');
  const dropped = await store.pause.end(argv.dropRestored, context.now());
  await context.wakeWorker();
  const { pending } = await store.status.queue(0);
  if (argv.json) context.json({ resumed: dropped !== null, dropped: dropped ?? 0, pending });
  else if (dropped === null) context.print('sending was not held');
  else {
    if (dropped > 0)
      context.print(
        `${plural(dropped, 'delivery is', 'deliveries are')} given up; \`belfry redeliver ID\` sends one all the same`,
      );
    context.print(`sending goes on: ${pending} pending`);
  }
  return 0;
}
