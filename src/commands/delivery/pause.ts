/** `belfry pause` and `resume`: sending as a whole is held, and goes on. Pushes are taken in all the same. */
import { BelfryError } from '../../errors.ts';
import { moment } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { flag, text } from '../arguments.ts';
import type { CommandModule } from '../context.ts';

export const pause: CommandModule = {
  examples: [
    ['pause', 'Send nothing: pushes are recorded, deliveries gather'],
    ["pause --why 'the receivers move to another rack'", 'And let `belfry status` say why'],
  ],
  options: yargs => yargs.option('why', text('What `belfry status` says to whoever wonders')),
  async run({ why = 'by `belfry pause`', json }, context) {
    const store = await context.store();
    if (/[\p{Cc}\u2028\u2029]/u.test(why) || why.trim() === '' || why.length > 200)
      throw new BelfryError('invalid', `--why: wanted one line of 1 to 200 characters, got ${why.length}`);
    const isNew = await store.pause.begin(why, context.now());
    const { since, why: reason } = (await store.pause.get())!;
    // One that sends reads it before its next request.
    await context.wakeWorker();
    const { pending } = await store.status.queue(0);
    if (json) return context.json({ paused: isNew, since, reason, pending });
    context.print(
      isNew
        ? `Sending paused: ${pending} pending. What is under way is finished.`
        : `Sending was paused before, since ${moment(since)}: ${printable(reason)}`,
    );
    context.print(`Go on: ${context.own} resume`);
  },
};

export const resume: CommandModule = {
  examples: [
    [
      'resume',
      'Send what has gathered; after a restore what was sent before it is sent again, with the same id',
    ],
    ['resume --drop-restored', 'Give up what was pending in the backup, send what came later'],
  ],
  options: yargs =>
    yargs.option(
      'drop-restored',
      flag('Give up what was pending in the restored backup: it was sent long ago'),
    ),
  async run(argv, context) {
    const store = await context.store();
    const held = await store.pause.get();
    if (argv.dropRestored && held !== null && held.restored_seq === null)
      throw new BelfryError('usage', '--drop-restored: no backup was restored');
    const dropped = await store.pause.end(argv.dropRestored, context.now());
    await context.wakeWorker();
    const { pending } = await store.status.queue(0);
    if (argv.json) context.json({ resumed: dropped !== null, dropped: dropped ?? 0, pending });
    else if (dropped === null) context.print('Sending was not paused');
    else {
      if (dropped > 0)
        context.print(`Gave up ${plural(dropped, 'delivery')}; \`belfry redeliver ID\` sends one anyway`);
      context.print(`Sending resumed: ${pending} pending`);
    }
  },
};
