/** `belfry push retry`: quarantined pushes are tried again, and those that wait for their next try at once. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { plural } from '../../text/plural.ts';
import { shellWord } from '../../text/printable.ts';
import { someIds } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import {
  findPush,
  type PushLineDeps,
  quarantinedLines,
  type SpooledLine,
  waitingLines,
} from './push-lines.ts';

export const examples: [string, string][] = [
  ['push retry 3f0c2a9e', 'One push, by the beginning of its id'],
  ['push retry --all', 'All that are quarantined or wait for another try'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .positional('id', { type: 'string', array: true, describe: 'Ids, or unambiguous beginnings of ids' })
    .option('all', { type: 'boolean', describe: 'All pushes that are quarantined or wait for another try' });
}

interface Retried {
  id: string;
  /** `gone`: somebody else was quicker. */
  state: 'waiting' | 'gone';
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const typed: string[] = (argv.id ?? []).map(String);
  if (argv.all ? typed.length > 0 : typed.length === 0)
    throw new BelfryError(
      'usage',
      argv.all ? 'Give only one of push ids and --all.' : 'Missing ids: give push ids, or use --all.',
      {
        hint: `\`${context.own} push list\` shows the ids.`,
      },
    );
  const [store, spool, settings] = [await context.store(), await context.spool(), await context.settings()];
  const deps = { store, spool, settings, own: context.own };
  const { lines, left } = argv.all ? await all(deps) : { lines: await named(typed, deps), left: 0 };
  const done: Retried[] = [];
  for (const line of lines) done.push(await retry(line, deps));
  await context.wakeWorker();
  if (argv.json) return context.json(done);
  const back = done.filter(({ state }) => state === 'waiting');
  const gone = done.filter(({ state }) => state === 'gone');
  if (done.length === 0) context.print('No pushes are quarantined or wait for another try');
  if (back.length > 0) context.print(`Retrying ${plural(back.length, 'push')}: ${someIds(back)}`);
  if (gone.length > 0) context.print(`No longer quarantined: ${someIds(gone)}`);
  if (left > 0) context.print(`Skipped what is not a push: ${plural(left, 'file')}`);
  return 0;
}

async function all(deps: PushLineDeps): Promise<{ lines: SpooledLine[]; left: number }> {
  const bad = await quarantinedLines(deps);
  const putOff = new Set((await deps.store.putOff.all()).map(({ name }) => name));
  const pushes = bad.filter(({ file }) => file !== null);
  return { lines: [...pushes, ...(await waitingLines(deps, putOff))], left: bad.length - pushes.length };
}

/** All of them are found before anything is done. @throws BelfryError */
async function named(typed: string[], deps: PushLineDeps): Promise<SpooledLine[]> {
  const lines = new Map<string, SpooledLine>();
  for (const id of typed) {
    const found = await findPush(id, deps);
    if ('logged' in found)
      throw new BelfryError('conflict', `Push ${found.logged.id} was already announced`, {
        hint: `\`${deps.own} push show --json -- ${shellWord(found.logged.id)}\` lists its deliveries; \`${deps.own} redeliver ID\` sends one again.`,
      });
    lines.set(found.spooled.id, found.spooled);
  }
  return [...lines.values()];
}

async function retry({ id, state }: SpooledLine, { spool, store }: PushLineDeps): Promise<Retried> {
  if (state === 'waiting') {
    await store.putOff.hurry(id);
    return { id, state: 'waiting' };
  }
  const back = await spool.retry(id);
  return back === null ? { id, state: 'gone' } : { id: back, state: 'waiting' };
}
