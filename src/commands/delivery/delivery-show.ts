/** `belfry delivery show`: every attempt with its request and its answer. Secrets are masked where it was recorded. */
import { withEnvelope } from '../../kinds/envelope.ts';
import type { Attempt } from '../../model/attempt.ts';
import { isRefusal } from '../../model/verdict.ts';
import { moment } from '../../text/moment.ts';
import { prettyJson } from '../../text/pretty-json.ts';
import { printable, printableBlock } from '../../text/printable.ts';
import { wrap } from '../../text/wrap.ts';
import type { CommandContext, CommandModule } from '../context.ts';
import { webhookNames } from './known-webhook.ts';

export const deliveryShow: CommandModule = {
  examples: [
    ['delivery show 1mk9q2x0c5f7a3bd', 'Requests and answers'],
    ['delivery show 1mk9q2x0c5f7a3bd --json', 'The same for programs'],
  ],
  options: yargs => yargs.positional('id', { type: 'string', demandOption: true }),
  async run(argv, context) {
    const store = await context.store();
    const { data, facts, history, ...row } = await store.deliveries.show(argv.id);
    const bodyOf = (attempt: Attempt): string =>
      attempt.requestBody ??
      (attempt.requestEnvelope === null ? data : withEnvelope(data, attempt.requestEnvelope));
    if (argv.json) {
      const attempts = history.map(attempt => attemptJson(attempt, bodyOf(attempt)));
      return context.json({ ...row, facts: JSON.parse(facts), attempts_made: attempts });
    }
    context.print(
      `Delivery ${row.id}: ${row.event} of ${printable(row.repository)} ${printable(row.ref ?? '')}`.trimEnd(),
    );
    const name = (await webhookNames([row.webhook_id], store)).get(row.webhook_id)!;
    context.print(
      `Webhook ${printable(name)} (${row.kind}), ${context.state(row.state)}, created ${moment(row.created_at)}`,
    );
    if (row.recovered) context.print('recovered: found by a ref check, not announced by a hook');
    if (row.next_attempt_at !== null && row.state === 'pending')
      context.print(`Next attempt ${moment(row.next_attempt_at)}`);
    if (row.merged_into !== null) context.print(`Sent as part of ${row.merged_into}`);
    for (const cut of (JSON.parse(facts).cut ?? []) as string[]) context.print(`left out: ${printable(cut)}`);
    for (const attempt of history) printAttempt(attempt, bodyOf(attempt), context);
    if (history.length === 0) context.print('No attempt yet');
  },
};

/** Also what `webhook test` prints. */
export function printAttempt(attempt: Attempt, body: string, context: CommandContext): void {
  const { print } = context;
  print(
    `\n── attempt ${attempt.number}, ${moment(attempt.startedAt)}, ${attempt.durationMs} ms${attempt.address === null ? '' : `, ${attempt.address}`}`,
  );
  printRequest(attempt, body, context);
  if (attempt.status !== null) {
    print(`answer ${attempt.status}`);
    for (const [name, value] of attempt.responseHeaders) print(`${printable(name)}: ${printable(value)}`);
    if (attempt.responseBody !== '') print(`\n${shownBody(attempt.responseBody, context)}`);
    if (attempt.responseTruncated) print('(cut off: only the first 64 KiB of the answer are kept)');
  }
  if (attempt.error !== null) print(`error: ${printable(attempt.error)}`);
  const verdict = `verdict: ${verdictWords(attempt)}${attempt.hint === null ? '' : ` – ${printable(attempt.hint)}`}`;
  print(wrap(verdict, context.width));
}

/** For people; programs get the words themselves. */
const VERDICT_WORDS: Partial<Record<string, string>> = {
  ok: 'delivered',
  transient: 'temporary, tried again',
  config: 'needs a person',
  payload: 'message refused',
  rate: 'too fast, waits',
  gone: 'gone for good',
};

function verdictWords({ verdict, status }: Pick<Attempt, 'verdict' | 'status'>): string {
  const isRefused = verdict === 'transient' && isRefusal(status);
  return isRefused ? `refused ${status}, tried again` : (VERDICT_WORDS[verdict] ?? verdict);
}

/** Also what `webhook test --print` prints. */
export function printRequest(
  request: Pick<Attempt, 'method' | 'url' | 'requestHeaders'>,
  body: string,
  context: CommandContext,
): void {
  const { print } = context;
  print(`${request.method} ${printable(request.url)}`);
  for (const [name, value] of request.requestHeaders) print(`${name}: ${printable(value)}`);
  print(`\n${shownBody(body, context)}\n`);
}

/** On a terminal JSON has a member a line; elsewhere the bytes are what they were: somebody may compare them. */
function shownBody(body: string, { terminal }: CommandContext): string {
  return printableBlock(terminal ? prettyJson(body) : body);
}

export function attemptJson(attempt: Attempt, body: string) {
  return {
    number: attempt.number,
    started_at: attempt.startedAt,
    duration_ms: attempt.durationMs,
    address: attempt.address,
    method: attempt.method,
    url: attempt.url,
    request_headers: attempt.requestHeaders,
    request_body: body,
    status: attempt.status,
    response_headers: attempt.responseHeaders,
    response_body: attempt.responseBody,
    response_truncated: attempt.responseTruncated,
    error: attempt.error,
    verdict: attempt.verdict,
    hint: attempt.hint,
  };
}
