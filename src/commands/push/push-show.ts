/** `belfry push show`: one push, wherever it is. */
import type { Argv } from 'yargs';
import type { LoggedPush } from '../../model/push.ts';
import type { Store } from '../../store/store.ts';
import { moment } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { wrap } from '../../text/wrap.ts';
import type { Args, CommandContext } from '../context.ts';
import { findPush, loggedLine, type PushLine, type SpooledLine } from './push-lines.ts';

export const examples: [string, string][] = [
  ['push show 3f0c2a9e', 'A push, by the beginning of its id'],
  ['push show 3f0c2a9e --json', 'For programs'],
];

export const options = (yargs: Argv): Argv =>
  yargs.positional('id', {
    type: 'string',
    demandOption: true,
    describe: 'Its id, or an unambiguous beginning of it',
  });

/** Nobody reads more lines. With `--json` all are shown. */
const MOST_REFS = 100;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const deps = { store, spool: await context.spool(), settings: await context.settings() };
  const found = await findPush(String(argv.id), { ...deps, own: context.own });
  if ('logged' in found) return showLogged(found.logged, argv, store, context);
  return showSpooled(found.spooled, argv, context);
}

async function showLogged(
  push: LoggedPush,
  argv: Args,
  store: Store,
  context: CommandContext,
): Promise<number> {
  const most = argv.json ? Number.MAX_SAFE_INTEGER : MOST_REFS;
  const updates = await store.pushes.events(push.number, most);
  const { options: pushOptions, notes, number } = push;
  const line = loggedLine(push);
  if (argv.json) return context.json({ ...line, number, options: pushOptions, notes, updates });
  printHead(line, pushOptions, context);
  for (const { event, ref, before, after, deliveries } of updates) {
    const states = [...Map.groupBy(deliveries, ({ state }) => state)].map(
      ([state, all]) => `${all.length} ${state}`,
    );
    const what = ref === null ? event : `${printable(ref)} ${before?.slice(0, 12)} → ${after?.slice(0, 12)}`;
    context.print(`  ${what}: ${states.join(', ') || 'no matching webhook'}`);
  }
  if (push.events > updates.length) context.print(`  and ${push.events - updates.length} more: see --json`);
  for (const note of notes) context.print(wrap(`note: ${printable(note)}`, context.width, '  '));
  return 0;
}

function showSpooled({ file, ...line }: SpooledLine, argv: Args, context: CommandContext): number {
  const push = file?.push;
  const updates = [...(push?.updates ?? []), ...(push?.unfinished ? [push.unfinished] : [])];
  if (argv.json) {
    const shown = updates.map(({ ref, old, new: next }) => ({ ref, before: old, after: next }));
    context.json({ ...line, uid: file?.uid ?? null, options: push?.options ?? [], updates: shown });
    return 0;
  }
  printHead(line, push?.options ?? [], context);
  if (file) context.print(`Written by the Unix account with uid ${file.uid}`);
  for (const { ref, old, new: next } of updates.slice(0, MOST_REFS))
    context.print(`  ${printable(ref)} ${old.slice(0, 12)} → ${next.slice(0, 12)}`);
  if (updates.length > MOST_REFS) context.print(`  and ${updates.length - MOST_REFS} more: see --json`);
  return 0;
}

function printHead(line: PushLine, pushOptions: string[], { print, width, red }: CommandContext): void {
  const { id, state, pushed_at, repository, pusher, refs, reason, tries, next_try_at, hint } = line;
  const what = refs === null ? '' : ` (${plural(refs, state === 'announced' ? 'event' : 'ref')})`;
  print(`Push ${printable(id)} of ${moment(pushed_at)}${what}`);
  print(`Repository ${printable(repository ?? '?')}, pusher ${printable(pusher ?? '?')}`);
  print(state === 'quarantined' ? red(state) : state);
  if (pushOptions.length > 0) print(`Push options ${pushOptions.map(printable).join(', ')}`);
  if (reason !== null) print(wrap(`reason: ${printable(reason)}`, width, '  '));
  if (next_try_at !== null) print(`Tried ${plural(tries, 'time')}, next try at ${moment(next_try_at)}`);
  if (hint !== null) print(wrap(printable(hint), width, '  '));
}
