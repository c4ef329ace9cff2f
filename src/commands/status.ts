/** `belfry status`: what is pending, what fails. Exit status 1 when somebody has to act. */
import type { Argv } from 'yargs';
import { livingWorker } from '../host/worker-process.ts';
import { isExcluded } from '../model/excluded.ts';
import { moment } from '../text/moment.ts';
import { plural } from '../text/plural.ts';
import { printable } from '../text/printable.ts';
import { wrap } from '../text/wrap.ts';
import { rootRefusesHome } from '../worker/root-refuses.ts';
import type { Args, CommandContext } from './context.ts';
import { repositoryTroubles } from './repo/repository-troubles.ts';
import {
  completeCommand,
  healHint,
  INSECURE,
  type ShownWebhook,
  STATE_WORDS,
  scopeText,
  webhookJson,
} from './webhook/webhook-json.ts';

export const examples: [string, string][] = [
  ['status', 'For people'],
  ['status --json', 'For a monitoring system'],
];

export const options = (yargs: Argv): Argv => yargs;

/** Of pushes in the spool: `belfry push list` has them all. */
const SHOWN = 20;
/** Failures older than that are history. */
const RECENT_MS = 7 * 86_400_000;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const spool = await context.spool();
  const since = context.now() - RECENT_MS;
  const queue = await store.status.queue(since);
  const all = await Promise.all(
    (await store.webhooks.list()).map(webhook => webhookJson(webhook, store, context.now())),
  );
  const failing = all.filter(webhook => webhook.state === 'failing' || webhook.state === 'disabled');
  const incomplete = all.filter(webhook => webhook.missing.length > 0);
  const lost = all.filter(webhook => webhook.problem !== null && webhook.missing.length === 0);
  const insecure = all.filter(webhook => webhook.insecure);
  const bad = await spool.bad();
  const worker = await livingWorker(context.home);
  const names = await spool.waiting();
  const waiting = names.length;
  const putOff = (await store.putOff.all()).filter(({ name }) => names.includes(name));
  const errors = await store.status.lastErrors(since, 5);
  const refused = await rootRefusesHome(store);
  const paused = await store.pause.get();
  const { own } = context;
  const exclude = (await context.settings())['repo.exclude'];
  const troubles = await repositoryTroubles(store, own, exclude);
  const excluded = (await store.repositories.list())
    .map(({ full_name }) => full_name)
    .filter(name => isExcluded(exclude, name));
  const needsPerson =
    refused !== null ||
    paused !== null ||
    bad.length > 0 ||
    lost.length > 0 ||
    incomplete.some(webhook => webhook.active) ||
    errors.length > 0 ||
    troubles.length > 0 ||
    failing.some(webhook => webhook.state === 'disabled');
  if (worker === null) await context.wakeWorker();

  if (argv.json) {
    context.json({
      ok: !needsPerson,
      worker_pid: worker,
      paused: paused && {
        since: paused.since,
        reason: paused.why,
        restored_pending: paused.restored_pending,
      },
      spool_waiting: waiting,
      spool_put_off: putOff,
      spool_quarantined: bad,
      refused,
      ...queue,
      failing,
      key_lost: lost,
      secret_missing: incomplete,
      insecure,
      last_errors: errors,
      repositories: troubles,
      excluded,
    });
    return needsPerson ? 1 : 0;
  }
  const { print } = context;
  const say = (text: string, indent: string) => print(wrap(printable(text), context.width, indent));
  print(
    `worker    ${worker === null ? 'not running (a push or a pending delivery starts it)' : `running, process ${worker}`}`,
  );
  if (refused !== null) say(refused, '  ');
  if (paused !== null) {
    print(context.red(`sending   paused since ${moment(paused.since)}: ${printable(paused.why)}`));
    print(
      `    ${own} resume   # sends what is pending${paused.restored_seq === null ? '' : '; what was sent before the restore is sent again, with the same id'}`,
    );
    if (paused.restored_pending > 0)
      print(
        `    # or, to give up ${plural(paused.restored_pending, 'delivery')} from the backup: ${own} resume --drop-restored`,
      );
  }
  print(`spool     ${plural(waiting, 'push')} waiting, ${bad.length} quarantined`);
  for (const { name, tries, next_at, reason } of putOff.slice(0, SHOWN))
    say(`push ${name} failed ${plural(tries, 'time')}, next try at ${moment(next_at)}: ${reason}`, '  ');
  print(`queue     ${queue.pending} pending, ${queue.sending} sending, ${queue.held} held`);
  if (queue.oldest_pending_at !== null)
    print(`          oldest pending since ${moment(queue.oldest_pending_at)}`);
  if (queue.next_attempt_at !== null) print(`          next retry ${moment(queue.next_attempt_at)}`);
  print(`failed    ${queue.failed} in the last 7 days`);
  const stopped = failing.filter(webhook => webhook.state === 'disabled').length;
  const trouble = [
    ...(failing.length > stopped ? [`${failing.length - stopped} failing`] : []),
    ...(stopped > 0 ? [`${stopped} stopped by belfry`] : []),
  ];
  print(`webhooks  ${[all.length, ...trouble].join(', ')}`);
  for (const webhook of failing) {
    print(
      `  webhook ${webhook.id} (${printable(scopeText(webhook))} → ${printable(webhook.url)}): ${context.state(STATE_WORDS[webhook.state])}, ${plural(webhook.failures, 'failure')} in a row`,
    );
    if (webhook.disabled_reason === null) continue;
    say(webhook.disabled_reason, '    ');
    print(`    once fixed: ${own} webhook enable ${webhook.id}`);
  }
  for (const webhook of lost) {
    print(`  webhook ${webhook.id} (${printable(scopeText(webhook))} → ${printable(webhook.url)}): key lost`);
    print(`    ${printable(webhook.problem!)}`);
    print(`    ${healHint(webhook, own)}`);
  }
  for (const webhook of incomplete) {
    print(`  webhook ${webhook.id} (${printable(scopeText(webhook))}): ${printable(webhook.problem!)}`);
    print(`    ${completeCommand(webhook, own)}`);
  }
  for (const webhook of insecure)
    print(context.red(`  webhook ${webhook.id} (${printable(webhook.url)}): ${INSECURE}`));
  for (const error of errors)
    say(`delivery ${error.id} to webhook ${error.webhook_id}: ${error.error}`, '  ');
  const [first] = errors;
  if (first !== undefined)
    print(
      `    once fixed: ${own} redeliver --failed --since 7d --webhook ${first.webhook_id}   # one webhook at a time`,
    );
  for (const { name, reason } of bad.slice(0, SHOWN)) say(`push ${name} is quarantined: ${reason}`, '  ');
  if (bad.length > SHOWN) print(`  and ${bad.length - SHOWN} more`);
  if (bad.length > 0) {
    print(`    ${own} push list   # lists them`);
    print(`    ${own} push retry --all   # once fixed; \`${own} doctor\` says how to remove one instead`);
  }
  if (excluded.length > 0)
    say(`excluded  ${plural(excluded.length, 'repository')} (repo.exclude: ${exclude})`, '');
  for (const { text, fix } of troubles) {
    say(text, '  ');
    for (const line of fix.split('\n')) print(`    ${printable(line)}`);
  }
  print(lastLine(needsPerson, failing, own));
  return needsPerson ? 1 : 0;
}

/** What fails and is tried again needs nobody yet, and yet not all is well. */
function lastLine(needsPerson: boolean, [failing, ...more]: ShownWebhook[], own: string): string {
  if (needsPerson) return 'Action needed, see above';
  if (failing === undefined) return 'No action needed';
  const which = more.length === 0 ? `Webhook ${failing.id} is` : `${more.length + 1} webhooks are`;
  return `${which} tried again by schedule; \`${own} webhook show ${failing.id}\` says what the receiver answers`;
}
