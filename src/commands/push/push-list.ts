/** `belfry push list`: what waits, what is quarantined, and what came in lately. */
import type { Argv } from 'yargs';
import { moment, parseSince } from '../../text/moment.ts';
import { limitOf, listOptions, sinceOption } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { findRepository } from '../repo/find-repository.ts';
import { loggedLine, PUSH_STATES, type PushLine, quarantinedLines, waitingLines } from './push-lines.ts';

export const examples: [string, string][] = [
  ['push list', 'Pushes that wait or are quarantined, and the last ones announced'],
  ['push list --state quarantined', 'Pushes that need a decision'],
  ['push list --repo acme/app --since 24h --json', 'For programs'],
];

export function options(yargs: Argv): Argv {
  return listOptions(sinceOption(yargs)).option('state', {
    choices: PUSH_STATES,
    describe: 'Only in this state',
  });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const limit = limitOf(argv);
  const since = argv.since === undefined ? 0 : parseSince(argv.since, context.now());
  const store = await context.store();
  const row = argv.repo === undefined ? null : await findRepository(argv.repo, store);
  const spool = await context.spool();
  const { own } = context;
  const deps = { store, spool, settings: await context.settings(), own };
  const wants = (state: string) => argv.state === undefined || argv.state === state;
  const isMeant = ({ repository, pushed_at }: PushLine) =>
    pushed_at >= since && (row === null || repository === row.full_name);
  // Whatever needs a person is not pushed out of the list by what came after it.
  const inSpool: PushLine[][] = [];
  for (const [state, lines] of [
    ['quarantined', quarantinedLines],
    ['waiting', waitingLines],
  ] as const)
    if (wants(state)) inSpool.push((await lines(deps)).map(({ file: _, ...line }) => line).filter(isMeant));
  const logged = wants('announced') ? await store.pushes.list({ repositoryId: row?.id, since, limit }) : [];
  const shown = [...inSpool.flatMap(lines => lines.slice(-limit)), ...logged.map(loggedLine)].sort(
    (a, b) => b.pushed_at - a.pushed_at,
  );
  if (argv.json) return context.json(shown);
  print(shown, 'No pushes', context);
  const more = inSpool.flat().length - inSpool.flatMap(lines => lines.slice(-limit)).length;
  if (more > 0) context.print(`and ${more} more in the spool: use --limit N`);
  const ids = shown.filter(({ state }) => state === 'quarantined');
  if (ids.length > 0)
    context.print(
      `Once fixed: ${own} push retry ID, or --all; \`${own} doctor\` says how to remove one instead`,
    );
  return 0;
}

const HEADER = ['ID', 'AT (UTC)', 'STATE', 'REPO', 'PUSHER', 'REFS'];
/** By these a person finds a push: never cut. */
const WHOLE = 3;
const KEEP = { REPO: 'whole' } as const;

function print(lines: PushLine[], empty: string, context: CommandContext): void {
  const cells = lines.map(line => [
    line.id,
    moment(line.pushed_at).slice(5, 16),
    line.state,
    line.repository ?? '?',
    line.pusher ?? '?',
    line.refs === null ? '?' : String(line.refs),
  ]);
  context.table(HEADER, cells, empty, {
    red: row => lines[row]!.state === 'quarantined',
    note: row => noteOf(lines[row]!),
    whole: WHOLE,
    keep: KEEP,
  });
}

function noteOf({ reason, next_try_at }: PushLine): string | null {
  const next = next_try_at === null ? '' : `; next try at ${moment(next_try_at)}`;
  return reason === null ? null : reason + next;
}
