/** A push by what an admin types: its id, a beginning that fits only one, or its number in the database. */
import { BelfryError } from '../../errors.ts';
import type { LoggedPush } from '../../model/push.ts';
import { shellWord } from '../../text/shell-word.ts';
import { type PushLineDeps, quarantinedLines, type SpooledLine, waitingLines } from './push-lines.ts';

export type FoundPush = { spooled: SpooledLine } | { logged: LoggedPush };

/** @throws BelfryError `not-found`, `usage` for a beginning of several */
export async function findPush(typed: string, deps: PushLineDeps): Promise<FoundPush> {
  const { spool, store, own } = deps;
  const places = [
    { names: (await spool.bad()).map(({ name }) => name), lines: quarantinedLines },
    { names: await spool.waiting(), lines: waitingLines },
  ];
  const hint = `\`${own} push list\` shows the ids.`;
  const open = async (name: string): Promise<FoundPush | null> => {
    for (const { names, lines } of places) {
      const [line] = names.includes(name) ? await lines(deps, new Set([name])) : [];
      if (line !== undefined) return { spooled: line };
    }
    return null;
  };
  // A whole id counts before everything that begins so: whoever drops files chooses their names.
  const whole = await open(typed);
  if (whole !== null) return whole;
  const logged = typed === '' ? [] : await store.pushes.find(typed);
  const exact = logged.find(({ id, number }) => id === typed || String(number) === typed);
  if (exact !== undefined) return { logged: exact };
  const begins =
    typed === '' ? [] : places.flatMap(({ names }) => names.filter(one => one.startsWith(typed)));
  const ids = [...new Set([...begins, ...logged.map(({ id }) => id)])];
  if (ids.length > 1)
    throw new BelfryError('usage', `${shellWord(typed)} is the beginning of several pushes`, { hint });
  const found = begins[0] === undefined ? null : await open(begins[0]);
  if (found !== null) return found;
  if (logged[0] !== undefined) return { logged: logged[0] };
  throw new BelfryError('not-found', `there is no push ${shellWord(typed)}`, { hint });
}
