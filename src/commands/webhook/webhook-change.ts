/** `belfry webhook enable`, `disable` and `remove`. */
import { plural } from '../../text/plural.ts';
import { webhookId } from '../arguments.ts';
import type { CommandModule } from '../context.ts';

export const webhookEnable: CommandModule = {
  examples: [['webhook enable 3', 'Held deliveries are sent now']],
  options: webhookId,
  async run(argv, context) {
    const store = await context.store();
    const released = await store.webhooks.enable(argv.id, context.now());
    if (argv.json) context.json({ id: argv.id, active: true, released });
    else
      context.print(
        `Enabled webhook ${argv.id}${released > 0 ? `; sending ${plural(released, 'held delivery')}` : ''}`,
      );
    await context.wakeWorker();
  },
};

export const webhookDisable: CommandModule = {
  examples: [['webhook disable 3', 'New pushes are not sent to it; pending deliveries are held']],
  options: webhookId,
  async run(argv, context) {
    const store = await context.store();
    const held = await store.webhooks.disable(argv.id, context.now());
    if (argv.json) context.json({ id: argv.id, active: false, held });
    else context.print(`Disabled webhook ${argv.id}${held > 0 ? `; held ${plural(held, 'delivery')}` : ''}`);
    await context.wakeWorker();
  },
};

export const webhookRemove: CommandModule = {
  examples: [['webhook remove 3', 'Its delivery log stays until it is old']],
  options: webhookId,
  async run(argv, context) {
    const store = await context.store();
    const dropped = await store.webhooks.remove(argv.id, context.now());
    if (argv.json) context.json({ id: argv.id, removed: true, failed_deliveries: dropped });
    else
      context.print(
        `Removed webhook ${argv.id}${dropped > 0 ? `; gave up ${plural(dropped, 'pending delivery')}` : ''}`,
      );
    await context.wakeWorker();
  },
};
