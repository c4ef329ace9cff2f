/**
 * Pushes of one repository that wait one behind the other are read from git together: three processes for thirty of
 * them, not for each. What git says of objects stays true, so each push finds later what was read of it before. That is a
 * short cut and no more: where anything of it is missing, or anything else is odd, each push is read by itself.
 */
import { isBranchOrTag, isZeroId, type RefChange, type RefUpdate } from '../model/change.ts';
import type { SpoolEntry } from '../spool/folder-index.ts';
import type { Spool } from '../spool/spool.ts';

/** Bytes: a header, and a handful of updates. */
const SMALL = 4_096;
/** Updates of one push. */
const FEW = 8;

export type Depth = 'plain' | 'facts' | 'paths';

/** What is known of the pushes that are taken in in one go, in one repository. */
export interface Foresight {
  /**
   * What these updates did; null: they have to be read by themselves.
   * @param read gives null when something of it is missing
   * @param depth what it reads: `MoreFacts` too, and all paths with them
   */
  changes(
    updates: readonly RefUpdate[],
    read: (updates: RefUpdate[]) => Promise<RefChange[] | null>,
    depth?: Depth,
  ): Promise<RefChange[] | null>;
  /** What was found out for the push before, a moment ago, and is asked again for each. @param isKept by default it is */
  once<T>(what: string, read: () => Promise<T>, isKept?: (value: T) => boolean): Promise<T>;
}

/** @param upcoming files of the same account for the same repository, in the order in which they are taken in */
export function createForesight(spool: Pick<Spool, 'read'>, upcoming: () => SpoolEntry[]): Foresight {
  const all = { plain: new Map(), facts: new Map(), paths: new Map() } as Record<
    Depth,
    Map<string, RefChange>
  >;
  const kept = new Map<string, unknown>();
  let isOver = false;

  return {
    async changes(updates, read, depth = 'plain') {
      // What a created ref has of `MoreFacts` depends on the branches that this push found.
      const lasts = ({ old }: RefUpdate) => depth === 'plain' || !isZeroId(old);
      if (updates.length === 0 || updates.length > FEW || !updates.every(lasts)) return null;
      const known = all[depth];
      const found = updates.map(update => known.get(keyOf(update)));
      if (found.every(change => change !== undefined)) return found;
      const more = isOver ? [] : (await updatesIn(spool, upcoming())).filter(lasts);
      if (more.length === 0) return null;
      const wanted = new Map([...updates, ...more].map(update => [keyOf(update), update]));
      const changes = await read([...wanted.values()]);
      // Whatever it was, it would be the same for the next ones.
      if (changes === null) isOver = true;
      for (const change of changes ?? []) known.set(keyOf(change), change);
      return changes && updates.map(update => known.get(keyOf(update))!);
    },

    async once<T>(what: string, read: () => Promise<T>, isKept: (value: T) => boolean = () => true) {
      if (kept.has(what)) return kept.get(what) as T;
      const value = await read();
      if (isKept(value)) kept.set(what, value);
      return value;
    },
  };
}

function keyOf({ ref, old, new: next }: RefUpdate): string {
  return `${old} ${next} ${ref}`;
}

async function updatesIn(spool: Pick<Spool, 'read'>, entries: readonly SpoolEntry[]): Promise<RefUpdate[]> {
  const small = entries.filter(
    ({ gone, size, claim }) =>
      !gone && size <= SMALL && claim !== null && typeof claim !== 'string' && !claim.refCheck,
  );
  const files = await Promise.all(small.map(({ name }) => spool.read(name).catch(() => null)));
  return files.flatMap(file => {
    if (file === null || typeof file === 'string') return [];
    const updates = file.push.updates.filter(isBranchOrTag);
    return updates.length > FEW ? [] : updates;
  });
}
