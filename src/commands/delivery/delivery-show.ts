/** `belfry delivery show`: every attempt with its request and its answer. Secrets are masked where it was recorded. */
import type { Argv } from 'yargs';
import { withEnvelope } from '../../kinds/envelope.ts';
import type { Attempt } from '../../model/attempt.ts';
import { moment } from '../../text/moment.ts';
import { printable, printableBlock } from '../../text/printable.ts';
import { wrap } from '../../text/wrap.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['delivery show 1mk9q2x0c5f7a3bd', 'requests and answers'],
  ['delivery show 1mk9q2x0c5f7a3bd --json', 'the same for programs'],
];

export const options = (yargs: Argv): Argv => yargs.positional('id', { type: 'string', demandOption: true });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const { data, facts, history, ...row } = await (await context.store()).deliveries.show(argv.id);
  const bodyOf = (attempt: Attempt): string =>
    attempt.requestBody ??
    (attempt.requestEnvelope === null ? data : withEnvelope(data, attempt.requestEnvelope));
  if (argv.json) {
    const attempts = history.map(attempt => attemptJson(attempt, bodyOf(attempt)));
    context.json({ ...row, facts: JSON.parse(facts), attempts_made: attempts });
    return 0;
  }
  context.print(
    `delivery ${row.id}: ${row.event} of ${printable(row.repository)} ${printable(row.ref ?? '')}`.trimEnd(),
  );
  context.print(`webhook ${row.webhook_id} (${row.kind}), ${row.state}, created ${moment(row.created_at)}`);
  if (row.recovered) context.print('recovered: no hook announced it, a comparison of the refs has found it');
  if (row.next_attempt_at !== null && row.state === 'pending')
    context.print(`next attempt ${moment(row.next_attempt_at)}`);
  if (row.merged_into !== null) context.print(`it went out inside ${row.merged_into}`);
  for (const cut of (JSON.parse(facts).cut ?? []) as string[]) context.print(`left out: ${printable(cut)}`);
  for (const attempt of history) printAttempt(attempt, bodyOf(attempt), context);
  if (history.length === 0) context.print('no attempt yet');
  return 0;
}

/** Also what `webhook test` prints. */
export function printAttempt(attempt: Attempt, body: string, context: CommandContext): void {
  const { print } = context;
  print(
    `\n── attempt ${attempt.number}, ${moment(attempt.startedAt)}, ${attempt.durationMs} ms${attempt.address === null ? '' : `, ${attempt.address}`}`,
  );
  print(`POST ${printable(attempt.url)}`);
  for (const [name, value] of attempt.requestHeaders) print(`${name}: ${printable(value)}`);
  print(`\n${printableBlock(attempt.requestBody === null ? body : spread(body))}\n`);
  if (attempt.status !== null) {
    print(`answer ${attempt.status}`);
    for (const [name, value] of attempt.responseHeaders) print(`${printable(name)}: ${printable(value)}`);
    if (attempt.responseBody !== '') print(`\n${printableBlock(attempt.responseBody)}`);
    if (attempt.responseTruncated) print('(the answer was longer; it is kept to 64 KiB)');
  }
  if (attempt.error !== null) print(`error: ${printable(attempt.error)}`);
  const verdict = `verdict: ${attempt.verdict}${attempt.hint === null ? '' : ` – ${printable(attempt.hint)}`}`;
  print(wrap(verdict, context.width));
}

/** A robot's message, a member a line. Gitee's bodies stay as they were sent: their bytes are what matters. */
function spread(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export function attemptJson(attempt: Attempt, body: string) {
  return {
    number: attempt.number,
    started_at: attempt.startedAt,
    duration_ms: attempt.durationMs,
    address: attempt.address,
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
