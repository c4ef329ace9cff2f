/** Stretches of a ref's way that lie before its entry in the ledger: see `place-updates.ts`, which judges them. */
import type { Db } from './database.ts';

/** Ids of two tips, '' where the ref is not there. */
export interface Gap {
  ref: string;
  old: string;
  new: string;
  /** Announced as a whole, because no hook had said anything; else a hook has written it down, and it is read later. */
  told: boolean;
}

export interface GapChanges {
  closed: Gap[];
  opened: Gap[];
}

/** A hook that comes later than that is not known any more. */
const LONGEST_MS = 24 * 3_600_000;

/** Those of these refs, by ref. What a comparison found last is one too: that is kept in the ledger, with zeros. */
export function gapReader(db: Db): (repositoryId: number, refs: { ref: string }[]) => Map<string, Gap[]> {
  const read = db.prepare<{ repositoryId: number; ref: string }, Omit<Gap, 'told'> & { told: number }>(
    `select ref, old, new, told from ref_gap where repository_id = @repositoryId and ref = @ref
     union all
     select ref, iif(ltrim(before, '0') = '', '', before), tip, 1 from ref_tip
     where repository_id = @repositoryId and ref = @ref and recovered = 1`,
  );
  return (repositoryId, refs) =>
    new Map(
      refs.flatMap(({ ref }): [string, Gap[]][] => {
        const gaps = read.all({ repositoryId, ref }).map(gap => ({ ...gap, told: gap.told === 1 }));
        return gaps.length === 0 ? [] : [[ref, gaps]];
      }),
    );
}

/** Part of a transaction. */
export function gapWriter(db: Db): (repositoryId: number, changes: GapChanges, now: number) => void {
  const close = db.prepare(
    `delete from ref_gap where rowid in (select rowid from ref_gap
       where repository_id = @repositoryId and ref = @ref and old = @old and new = @new limit 1)`,
  );
  const forget = db.prepare(
    `update ref_tip set recovered = 0
     where repository_id = @repositoryId and ref = @ref and tip = @new and recovered = 1`,
  );
  const open = db.prepare(
    'insert into ref_gap (repository_id, ref, old, new, told, at) values (@repositoryId, @ref, @old, @new, @told, @now)',
  );
  const expire = db.prepare('delete from ref_gap where at < ? or at > ?');
  return (repositoryId, { closed, opened }, now) => {
    expire.run(now - LONGEST_MS, now + LONGEST_MS);
    for (const { told, ...gap } of closed) {
      const { changes } = close.run({ ...gap, repositoryId });
      if (changes === 0 && told) forget.run({ repositoryId, ref: gap.ref, new: gap.new });
    }
    for (const gap of opened) open.run({ ...gap, told: gap.told ? 1 : 0, repositoryId, now });
  };
}
