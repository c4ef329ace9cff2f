/** `belfry webhook test`: one request, now, by the same code as deliveries; request and answer are printed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, type OutgoingRequest, plannedRequest, type Unsent } from '../../delivery/attempt.ts';
import { limitsOf, outgoingRequest } from '../../delivery/deliver-job.ts';
import { createRateLimiters, type RateLimiter } from '../../delivery/robots/rate-limiter.ts';
import { MOST_AHEAD_MS } from '../../delivery/stamps.ts';
import { testEvent } from '../../emit/test-event.ts';
import { BelfryError } from '../../errors.ts';
import { createSender } from '../../http/sender.ts';
import { withEnvelope } from '../../kinds/envelope.ts';
import { missingReason } from '../../model/missing.ts';
import { EVENT_NAMES, type EventName, isGrouped, type KindName } from '../../model/names.ts';
import { proxiesOf } from '../../net/proxy-for.ts';
import { deliveryIds } from '../../store/delivery-id.ts';
import { moment } from '../../text/moment.ts';
import { flag, text, webhookId } from '../arguments.ts';
import type { Args, CommandContext, CommandModule } from '../context.ts';
import { attemptJson, printAttempt, printRequest } from '../delivery/delivery-show.ts';
import { completeCommand } from './webhook-json.ts';

export const webhookTest: CommandModule = {
  examples: [
    ['webhook test 1', 'The last commit of the default branch, as if it were pushed now'],
    ['webhook test 1 --event tag_push --ref refs/tags/v1.0', 'A tag'],
    ['webhook test 1 --print', 'What would be sent, and nothing is'],
  ],
  options: yargs =>
    webhookId(yargs)
      .option('event', {
        choices: [...EVENT_NAMES, 'ping'],
        describe: 'Event to send; default: push, for github ping',
      })
      .option('ref', text('Full ref name, e.g. refs/heads/main'))
      .option('print', flag('Print the request, with secrets masked, and send nothing')),
  async run(argv, context) {
    const store = await context.store();
    const settings = await context.settings();
    const webhook = await store.webhooks.get(argv.id);
    if (webhook.missing.length > 0)
      throw new BelfryError('conflict', `Webhook ${webhook.id}: ${missingReason(webhook.missing)}`, {
        hint: completeCommand(webhook, context.own),
      });
    const target = await store.webhooks.target(argv.id);
    const { name, word } = wanted(argv.event, argv.ref, target.kind);
    const event = await testEvent(webhook, name, argv.ref, { store, settings, now: context.now() });
    const now = context.now();
    const job = { id: deliveryIds(now)(), redeliveries: 0, fallback: 0 as const, digest: false, word };
    const outgoingAt = (stamp: number) =>
      outgoingRequest({ ...job, events: [event] }, target, settings, stamp, settings['test.header']);
    if (argv.print) {
      // Above the last one, as the next one will be; but it is not taken.
      const outgoing = outgoingAt(Math.max(now, target.lastTimestamp + 1));
      return printPlanned(outgoing, word ?? event.name, argv, context);
    }
    const outgoing = outgoingAt(
      target.kind === 'gitee' ? await store.webhooks.takeStamp(target.id, now, now + MOST_AHEAD_MS) : now,
    );
    const sender = createSender({ ...settings, proxies: proxiesOf(settings, context.env) });
    try {
      const limiter = isGrouped(target.kind)
        ? await createRateLimiters(store)(target.kind, target.url)
        : null;
      if (limiter !== null) await untilAvailable(limiter, target.id, context);
      await limiter?.acquire(context.now());
      const made = await attempt(outgoing, sender.send, limitsOf(target, settings), context.now);
      if ('unsent' in made) throw unsent(made);
      const { verdict, record } = made;
      await limiter?.release(verdict, context.now(), 0);
      // A note of a forge's receiver may say no more than that the test arrived; one of Jenkins says that nobody runs.
      const isNoted = target.kind === 'jenkins' && verdict.kind === 'ok' && verdict.note !== undefined;
      const ok = verdict.kind === 'ok' && !isNoted;
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
        context.print(
          ok ? 'Test delivered' : verdict.kind === 'ok' ? 'Test taken, with a note' : 'Test failed',
        );
      }
      return ok ? 0 : 1;
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

async function printPlanned(
  outgoing: OutgoingRequest,
  event: string,
  { json }: Args,
  context: CommandContext,
): Promise<number> {
  const planned = await plannedRequest(outgoing, context.now);
  if ('unsent' in planned) throw unsent(planned);
  const { method, url, requestHeaders: headers, requestEnvelope, requestBody } = planned;
  const body = requestBody ?? withEnvelope(outgoing.events[0]!.data, requestEnvelope ?? {});
  if (!json) printRequest(planned, body, context);
  return json
    ? context.json({ webhook_id: outgoing.target.id, event, request: { method, url, headers, body } })
    : 0;
}

function unsent({ unsent: { hint } }: Unsent): BelfryError {
  return new BelfryError('invalid', `Nothing to send: ${hint}`, {
    hint: 'Another event can be sent with --event.',
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
