/** `belfry webhook enable`, `disable` and `remove`. */
import type { Store } from '../../store/store.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { flag, webhookId } from '../arguments.ts';
import { confirm } from '../confirm.ts';
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
  examples: [
    ['webhook remove 3', 'Its delivery log stays until it is old; asks first when deliveries are pending'],
    ['webhook remove 3 --yes', 'For scripts'],
  ],
  options: yargs => webhookId(yargs).option('yes', flag('Do not ask')),
  async run(argv, context) {
    const store = await context.store();
    const { url_masked: url } = await store.webhooks.get(argv.id);
    const waiting = await waitingFor(argv.id, store);
    const question = `Remove webhook ${argv.id} (${printable(url)}) and give up ${waiting}?`;
    if (waiting !== null && !argv.yes && !(await confirm(question, context))) return 1;
    const dropped = await store.webhooks.remove(argv.id, context.now());
    if (argv.json) context.json({ id: argv.id, removed: true, failed_deliveries: dropped });
    else
      context.print(
        `Removed webhook ${argv.id}${dropped > 0 ? `; gave up ${plural(dropped, 'pending delivery')}` : ''}`,
      );
    await context.wakeWorker();
    return 0;
  },
};

/** More are not counted before somebody is asked. */
const MOST_COUNTED = 1_000;

/** In words; null: nothing waits. */
async function waitingFor(webhookId: number, store: Store): Promise<string | null> {
  let count = 0;
  for (const state of ['pending', 'sending', 'held'])
    count += (await store.deliveries.list({ webhookId, state, limit: MOST_COUNTED })).length;
  if (count === 0) return null;
  return count >= MOST_COUNTED
    ? `${MOST_COUNTED} pending deliveries or more`
    : plural(count, 'pending delivery');
}
