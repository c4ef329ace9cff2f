/** `belfry emit`: an issue, merge request or comment of another system, as JSON on standard input. */
import type { Argv } from 'yargs';
import { emitEvent } from '../emit/emit-event.ts';
import { EMITTED_NAMES, type EmittedName, emitSchemas, isEmittedName } from '../emit/emit-input.ts';
import { LEAST_INPUT, leastCommand } from '../emit/least-input.ts';
import { BelfryError } from '../errors.ts';
import type { Problem } from '../text/input-problems.ts';
import { nearest } from '../text/nearest.ts';
import { plural } from '../text/plural.ts';
import { printable } from '../text/printable.ts';
import { strictJson } from '../text/strict-json.ts';
import { text } from './arguments.ts';
import type { Args, CommandContext } from './context.ts';
import { findRepository, refuseExcluded } from './repo/find-repository.ts';

export const examples: [string, string][] = [
  [
    'emit issue --repo acme/app --id redmine-journal-81 < issue.json',
    'An issue; sent again, it stays one event',
  ],
  [leastCommand('issue', 'acme/app'), 'The least that an issue needs'],
  [
    leastCommand('merge_request', 'acme/app'),
    'The least that a merge request needs: both branches are there',
  ],
  [leastCommand('note', 'acme/app'), 'The least that a comment needs, here on the repository itself'],
  ['emit note --schema', 'The format of a comment, as JSON Schema'],
];

/** Trackers send kilobytes; a hook that pipes something else in by mistake shall not fill the memory. */
const MOST_BYTES = 8 * 1024 * 1024;
const LONGEST_ID = 200;

export function options(yargs: Argv): Argv {
  return yargs
    .positional('event', {
      type: 'string',
      demandOption: true,
      describe: `${EMITTED_NAMES.join(', ')} (pushes and tags come from Git)`,
    })
    .option('repo', text('Repository, e.g. acme/app'))
    .option('id', text('Id of the event: the same id twice (per repository) is one event'))
    .option('schema', {
      type: 'boolean',
      describe: 'Print the format of standard input, as JSON Schema',
    });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const name = eventNamed(String(argv.event));
  if (argv.schema) return printSchema(name, context);
  if (argv.repo === undefined) throw new BelfryError('usage', 'Missing repository: use --repo NAME.');
  const key = keyOf(argv.id);
  const store = await context.store();
  await refuseExcluded(argv.repo, context);
  const row = await findRepository(argv.repo, store);
  const input = await readInput(name, context);
  const deps = { store, settings: await context.settings(), now: context.now() };
  const outcome = await emitEvent({ name, row, input, key }, deps);
  if ('problems' in outcome) return refuse(name, outcome.problems, argv, context);

  const { fresh, eventId, deliveries } = outcome;
  const repository = row.full_name;
  if (argv.json)
    context.json({ event: name, event_id: eventId, repository, id: key, recorded: fresh, deliveries });
  else if (fresh)
    context.print(`${name} event of ${printable(repository)}: ${plural(deliveries, 'delivery')}`);
  else context.print(`${printable(key!)} was already announced: nothing new`);
  if (deliveries > 0) await context.wakeWorker();
  return 0;
}

function eventNamed(name: string): EmittedName {
  if (isEmittedName(name)) return name;
  if (name === 'push' || name === 'tag_push')
    throw new BelfryError('usage', `A ${name} event comes from Git, not from \`belfry emit\``, {
      hint: 'Push to the repository; `belfry scan` announces what no hook has announced.',
    });
  const near = nearest(name, EMITTED_NAMES);
  throw new BelfryError(
    'usage',
    `event: wanted one of ${EMITTED_NAMES.join(', ')}, got ${JSON.stringify(name)}`,
    {
      hint: near.length === 0 ? undefined : `Did you mean ${near[0]}?`,
    },
  );
}

function keyOf(id: unknown): string | null {
  if (id === undefined) return null;
  const key = String(id);
  if (key !== '' && key.length <= LONGEST_ID) return key;
  throw new BelfryError('usage', `--id: wanted 1 to ${LONGEST_ID} characters, got ${key.length}`);
}

async function readInput(name: EmittedName, context: CommandContext): Promise<unknown> {
  const bytes = await context.stdinBytes(MOST_BYTES);
  if (bytes === null)
    throw new BelfryError('invalid', `Standard input: wanted at most ${MOST_BYTES} bytes, got more`);
  const parsed = strictJson(bytes);
  if (parsed.ok) return parsed.value;
  throw new BelfryError('invalid', `Standard input: ${parsed.problem}`, {
    hint: formatHint(name),
  });
}

async function printSchema(name: EmittedName, context: CommandContext): Promise<number> {
  const { z } = await import('zod');
  const { $schema, ...rest } = z.toJSONSchema(emitSchemas[name], { io: 'input' });
  context.json({ $schema, title: `belfry emit ${name}`, ...rest });
  return 0;
}

/** All of it at once: whoever writes the other system's script should not have to try ten times. */
function refuse(name: EmittedName, problems: Problem[], argv: Args, context: CommandContext): number {
  if (argv.json) context.json({ event: name, recorded: false, problems });
  context.stderr(`belfry: Not a valid ${name} event; nothing was recorded`);
  for (const { path, wanted, got } of problems)
    context.stderr(`  ${printable(path || 'the input')}: wanted ${printable(wanted)}, got ${printable(got)}`);
  context.stderr(`  ${formatHint(name).replaceAll('\n', '\n  ')}`);
  return 2;
}

function formatHint(name: EmittedName): string {
  return `\`belfry emit ${name} --schema\` shows the format. The least that is needed:\n${LEAST_INPUT[name]}`;
}
