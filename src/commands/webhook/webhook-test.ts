/** `belfry webhook test`: one request, now, by the same code as deliveries; request and answer are printed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt } from '../../delivery/attempt.ts';
import { limitsOf, outgoingRequest } from '../../delivery/deliver-job.ts';
import { createRateLimiters, type RateLimiter } from '../../delivery/robots/rate-limiter.ts';
import { MOST_AHEAD_MS } from '../../delivery/stamps.ts';
import { testEvent } from '../../emit/test-event.ts';
import { BelfryError } from '../../errors.ts';
import { createSender } from '../../http/sender.ts';
import { withEnvelope } from '../../kinds/envelope.ts';
import { EVENT_NAMES, type EventName, isGrouped, type KindName } from '../../model/names.ts';
import { proxiesOf } from '../../net/proxy-for.ts';
import { deliveryIds } from '../../store/delivery-id.ts';
import { moment } from '../../text/moment.ts';
import { text, webhookId } from '../arguments.ts';
import type { CommandContext, CommandModule } from '../context.ts';
import { attemptJson, printAttempt } from '../delivery/delivery-show.ts';

export const webhookTest: CommandModule = {
  examples: [
    ['webhook test 1', 'The last commit of the default branch, as if it were pushed now'],
    ['webhook test 1 --event tag_push --ref refs/tags/v1.0', 'A tag'],
  ],
  options: yargs =>
    webhookId(yargs)
      .option('event', {
        choices: [...EVENT_NAMES, 'ping'],
        describe: 'Event to send; default: push, for github ping',
      })
      .option('ref', text('Full ref name, e.g. refs/heads/main')),
  async run(argv, context) {
    const store = await context.store();
    const settings = await context.settings();
    const webhook = await store.webhooks.get(argv.id);
    const target = await store.webhooks.target(argv.id);
    const { name, word } = wanted(argv.event, argv.ref, target.kind);
    const event = await testEvent(webhook, name, argv.ref, { store, settings, now: context.now() });
    const now = context.now();
    const job = { id: deliveryIds(now)(), redeliveries: 0, fallback: 0 as const, digest: false, word };
    const stamp =
      target.kind === 'gitee' ? await store.webhooks.takeStamp(target.id, now, now + MOST_AHEAD_MS) : now;
    const outgoing = outgoingRequest(
      { ...job, events: [event] },
      target,
      settings,
      stamp,
      settings['test.header'],
    );
    const sender = createSender({ ...settings, proxies: proxiesOf(settings, context.env) });
    try {
      const limiter = isGrouped(target.kind)
        ? await createRateLimiters(store)(target.kind, target.url)
        : null;
      if (limiter !== null) await untilAvailable(limiter, target.id, context);
      await limiter?.acquire(context.now());
      const made = await attempt(outgoing, sender.send, limitsOf(target, settings), context.now);
      if (made === null) throw nothingToSay(target.kind, name);
      const { verdict, record } = made;
      await limiter?.release(verdict, context.now(), 0);
      const sent = { ...record, number: 1 };
      const body = record.requestBody ?? withEnvelope(event.data, record.requestEnvelope ?? {});
      if (argv.json) {
        context.json({
          webhook_id: target.id,
          event: word ?? event.name,
          ok: verdict.kind === 'ok',
          attempt: attemptJson(sent, body),
        });
      } else {
        printAttempt(sent, body, context);
        context.print(verdict.kind === 'ok' ? 'Test delivered' : 'Test failed');
      }
      return verdict.kind === 'ok' ? 0 : 1;
    } catch (error) {
      if (error instanceof BelfryError) throw error;
      throw new BelfryError('invalid', `Cannot make the request: ${(error as Error).message}`, {
        cause: error,
      });
    } finally {
      await sender.close();
    }
  },
};

/** GitHub has an event for tests; a ping is about a repository, which a push names. */
function wanted(event: EventName | 'ping' | undefined, ref: string | undefined, kind: KindName) {
  const pings = kind === 'github';
  if (event === 'ping' && !pings)
    throw new BelfryError(
      'usage',
      `--event: wanted one of ${EVENT_NAMES.join(', ')} for kind ${kind}, got ping`,
    );
  const isPing = event === 'ping' || (event === undefined && ref === undefined && pings);
  if (isPing || event === undefined) return { name: 'push', word: isPing ? 'ping' : null } as const;
  return { name: event as EventName, word: null };
}

function nothingToSay(kind: KindName, event: EventName): BelfryError {
  return new BelfryError('invalid', `Kind ${kind} has no such event: ${event}`, {
    hint: 'Another one can be sent with --event.',
  });
}

/** Shorter than anybody minds to wait. */
const PATIENCE_MS = 5_000;

/** A test counts like any message: sent too fast, it would earn the robot a pause. */
async function untilAvailable(
  limiter: RateLimiter,
  webhookId: number,
  context: CommandContext,
): Promise<void> {
  const now = context.now();
  const availableAt = limiter.availableAt(now) ?? now;
  if (availableAt - now > PATIENCE_MS) {
    throw new BelfryError(
      'conflict',
      `Test not sent: the rate limit of this robot is used up until ${moment(availableAt)}`,
      {
        hint: `Run the test again then. Pending deliveries are sent by themselves: \`belfry deliveries --webhook ${webhookId}\` lists them.`,
      },
    );
  }
  if (availableAt > now) await sleep(availableAt - now);
}
