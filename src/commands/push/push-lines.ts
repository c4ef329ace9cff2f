/** Pushes as the command line shows them: those that were announced, those that wait in the spool, and quarantined ones. */
import { trustIn } from '../../announce/trust.ts';
import { BelfryError } from '../../errors.ts';
import type { LoggedPush, PutOff } from '../../model/push.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Spool, SpoolFile } from '../../spool/spool.ts';
import type { Store } from '../../store/store.ts';
import { shellWord } from '../../text/printable.ts';

export const PUSH_STATES = ['announced', 'waiting', 'quarantined'] as const;
export type PushState = (typeof PUSH_STATES)[number];

export interface PushLine {
  /** Name of its spool file, which it keeps. */
  id: string;
  state: PushState;
  /** Milliseconds since 1970. */
  pushed_at: number;
  /** Its name, or where it lies when nobody knows it; null: that cannot be read. */
  repository: string | null;
  pusher: string | null;
  /** Of one that was announced: events, else ref updates. */
  refs: number | null;
  deliveries: number | null;
  /** Why it waits for another try, or is quarantined. */
  reason: string | null;
  tries: number;
  next_try_at: number | null;
  /** What to do, where a person has to do something. */
  hint: string | null;
}

/** A push that lies in the spool. */
export interface SpooledLine extends PushLine {
  /** Null: the file is no push, or cannot be read. In a list of all, without its updates: there may be very many. */
  file: SpoolFile | null;
}

export interface PushLineDeps {
  store: Store;
  spool: Spool;
  settings: Settings;
  /** The command line for this home. */
  own: string;
}

export function loggedLine({ id, pushed_at, repository, pusher, events, deliveries }: LoggedPush): PushLine {
  const nothing = { reason: null, tries: 0, next_try_at: null, hint: null };
  return { id, state: 'announced', pushed_at, repository, pusher, refs: events, deliveries, ...nothing };
}

/** Oldest first. @param ids only these; by default all */
export async function waitingLines(deps: PushLineDeps, ids?: ReadonlySet<string>): Promise<SpooledLine[]> {
  const [names, putOff] = [await deps.spool.waiting(), await deps.store.putOff.all()];
  const tries = new Map(putOff.map(one => [one.name, one]));
  const known = await namesByPlace(deps.store);
  const lines = [];
  for (const name of names.filter(one => ids?.has(one) ?? true)) {
    const found = await deps.spool.read(name);
    lines.push(await spooledLine(name, 'waiting', found, { ...deps, known }, ids, tries.get(name)));
  }
  return lines.filter(line => line !== null);
}

/** Oldest first. @param ids only these; by default all */
export async function quarantinedLines(
  deps: PushLineDeps,
  ids?: ReadonlySet<string>,
): Promise<SpooledLine[]> {
  const known = await namesByPlace(deps.store);
  const lines = [];
  for (const { name, reason, at } of await deps.spool.bad()) {
    if (!(ids?.has(name) ?? true)) continue;
    const line = await spooledLine(
      name,
      'quarantined',
      await deps.spool.readBad(name),
      { ...deps, known },
      ids,
    );
    // The note on what was not kept has no file.
    lines.push({ ...(line ?? blank(name, 'quarantined')), ...(line?.file ? {} : { pushed_at: at }), reason });
  }
  return lines.sort((a, b) => a.pushed_at - b.pushed_at);
}

async function spooledLine(
  name: string,
  state: 'waiting' | 'quarantined',
  found: SpoolFile | string | null,
  deps: PushLineDeps & { known: ReadonlyMap<string, string> },
  ids: ReadonlySet<string> | undefined,
  putOff?: PutOff,
): Promise<SpooledLine | null> {
  if (found === null) return null;
  const line = { ...blank(name, state), tries: putOff?.tries ?? 0, next_try_at: putOff?.next_at ?? null };
  if (typeof found === 'string')
    return {
      ...line,
      reason: found,
      hint: `This file is not a push: \`${deps.own} doctor\` says how to remove it.`,
    };
  const { pusher } = await trustIn(found, deps.settings);
  const { updates, unfinished, directory } = found.push;
  return {
    ...line,
    pushed_at: found.pushedAt,
    repository: deps.known.get(directory) ?? directory,
    pusher: pusher.login,
    refs: updates.length + (unfinished === null ? 0 : 1),
    reason: putOff?.reason ?? null,
    hint:
      state === 'waiting'
        ? null
        : `Fix what the reason names, then run \`${deps.own} push retry -- ${shellWord(name)}\`; \`${deps.own} doctor\` says how to remove it instead.`,
    file: ids === undefined ? { ...found, push: { ...found.push, updates: [] } } : found,
  };
}

function blank(id: string, state: PushState): SpooledLine {
  const unknown = { repository: null, pusher: null, refs: null, deliveries: null, reason: null, hint: null };
  return { id, state, pushed_at: 0, ...unknown, tries: 0, next_try_at: null, file: null };
}

/** Full names of repositories by where they are, and by where they were found. */
async function namesByPlace(store: Store): Promise<Map<string, string>> {
  const rows = await store.repositories.list();
  return new Map(
    rows.flatMap(({ directory, path, full_name }) => [
      [directory, full_name],
      [path, full_name],
    ]),
  );
}

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
  if (ids.length > 1) throw new BelfryError('usage', `${shellWord(typed)} matches several pushes`, { hint });
  const found = begins[0] === undefined ? null : await open(begins[0]);
  if (found !== null) return found;
  if (logged[0] !== undefined) return { logged: logged[0] };
  throw new BelfryError('not-found', `Unknown push ${shellWord(typed)}`, { hint });
}
