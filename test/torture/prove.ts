/**
 * Compares what really happened to the refs with what the receivers were told. Gives what is counted, and one sentence
 * for every broken promise.
 */
import { type Update, ZERO } from './pusher.ts';

/** One request, as its receiver saw it. */
export interface Told {
  webhook: string;
  id: string;
  repository: string;
  ref: string;
  from: string;
  to: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Whether the receiver took it. */
  taken: boolean;
}

export interface Proof {
  broken: string[];
  /** What is allowed, and worth a look. */
  noted: string[];
  counts: Record<string, number>;
}

interface Announcement {
  webhook: string;
  id: string;
  repository: string;
  ref: string;
  from: string;
  to: string;
  told: Told[];
}

/** @param kills when workers were killed, milliseconds since 1970 */
export function prove(updates: Update[], told: Told[], webhooks: string[], kills: number[]): Proof {
  const broken: string[] = [];
  const noted: string[] = [];
  const announcements = gather(told, broken);
  const counts = {
    'ref updates': updates.length,
    'of these with a hook that was killed': updates.filter(one => one.hook === 'killed').length,
    'of these without any hook': updates.filter(one => one.hook === 'none').length,
    requests: told.length,
    'requests that the receiver refused or broke off': told.filter(one => !one.taken).length,
    announcements: announcements.length,
    'announced together with a neighbour, as recovered': 0,
    'undone before anybody could look': 0,
    'sent twice, with the same id, around a kill': 0,
    'announced under two ids, after the hook was killed': 0,
    lost: 0,
  };

  for (const one of announcements) {
    if (!one.told.some(({ taken }) => taken)) broken.push(`never taken: ${name(one)}`);
    for (const [index, first] of one.told.entries()) {
      const second = one.told[index + 1];
      if (!first.taken || second === undefined) continue;
      counts['sent twice, with the same id, around a kill']++;
      const between = kills.some(at => at >= first.at - CLOCK_MS && at <= second.at);
      if (!between) broken.push(`sent twice although no worker was killed in between: ${name(one)}`);
    }
  }

  for (const webhook of webhooks) {
    for (const chain of chains(updates)) {
      const mine = announcements.filter(
        one =>
          one.webhook === webhook && one.repository === chain[0]!.repository && one.ref === chain[0]!.ref,
      );
      checkChain(chain, mine, counts, broken, noted);
    }
  }
  return { broken, noted, counts };
}

/** The receivers live in this process, which may be busy when a request comes. */
const CLOCK_MS = 1_000;

function gather(told: Told[], broken: string[]): Announcement[] {
  const byId = new Map<string, Announcement>();
  for (const one of told) {
    const { webhook, id, repository, ref, from, to } = one;
    const known = byId.get(id);
    if (known === undefined) {
      byId.set(id, { webhook, id, repository, ref, from, to, told: [one] });
      continue;
    }
    known.told.push(one);
    if (known.webhook !== webhook || known.ref !== ref || known.from !== from || known.to !== to)
      broken.push(`one id for two things: ${name(known)} and ${webhook} ${ref} ${from} → ${to}`);
  }
  return [...byId.values()];
}

/** The updates of one ref, in the order in which they happened. */
function chains(updates: Update[]): Update[][] {
  return [...Map.groupBy(updates, one => `${one.repository} ${one.ref}`).values()];
}

function checkChain(
  chain: Update[],
  announcements: Announcement[],
  counts: Proof['counts'],
  broken: string[],
  noted: string[],
): void {
  const covered = chain.map((): Announcement[] => []);
  const firsts: { at: number; index: number }[] = [];
  for (const one of announcements) {
    const span = spanOf(one, chain);
    if (span === null) {
      broken.push(`announced and never happened: ${name(one)}`);
      continue;
    }
    const [first, last] = span;
    for (let index = first; index <= last; index++) covered[index]!.push(one);
    if (last > first) counts['announced together with a neighbour, as recovered']! += last - first + 1;
    else if (chain[first]!.hook === 'whole') firsts.push({ at: one.told[0]!.at, index: first });
  }

  for (const [index, update] of chain.entries()) {
    const by = covered[index]!;
    if (by.length === 0) {
      if (undone(chain, covered, index)) counts['undone before anybody could look']!++;
      else {
        counts.lost!++;
        broken.push(
          `lost (hook: ${update.hook}): ${update.repository} ${update.ref} ${update.old} → ${update.new}`,
        );
      }
    } else if (by.length > 1) {
      const killed = chain.slice(Math.max(0, index - 3), index + 4).some(one => one.hook !== 'whole');
      if (killed) counts['announced under two ids, after the hook was killed']!++;
      const text = `announced under two ids: ${by.map(name).join(' and ')}`;
      (killed ? noted : broken).push(text);
    }
  }

  firsts.sort((a, b) => a.at - b.at || a.index - b.index);
  for (const [i, { index }] of firsts.entries()) {
    const next = firsts[i + 1];
    if (next !== undefined && next.index < index)
      broken.push(`out of order: ${chain[next.index]!.ref} update ${index} came before ${next.index}`);
  }
}

/** The updates that an announcement stands for: one, or several that a comparison found together. */
function spanOf({ from, to }: Announcement, chain: Update[]): [number, number] | null {
  for (const [last, update] of chain.entries()) {
    if (update.new !== to) continue;
    for (let first = last; first >= 0; first--) if (chain[first]!.old === from) return [first, last];
  }
  return null;
}

/** A run of updates that no hook could report and after which the ref was as before: no comparison can see it. */
function undone(chain: Update[], covered: Announcement[][], index: number): boolean {
  for (let first = index; first >= 0 && isSilent(first); first--) {
    for (let last = index; last < chain.length && isSilent(last); last++)
      if (chain[first]!.old === ZERO && chain[last]!.new === ZERO) return true;
  }
  return false;

  function isSilent(at: number): boolean {
    return chain[at]!.hook !== 'whole' && covered[at]!.length === 0;
  }
}

function name({ webhook, id, repository, ref, from, to }: Announcement): string {
  return `${webhook} ${id} ${repository} ${ref} ${from.slice(0, 8)} → ${to.slice(0, 8)}`;
}
