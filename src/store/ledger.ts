/**
 * The ledger: the last reported tip of every branch and tag, and the gaps before it. What the refs are and the ledger does
 * not say was never reported: a hook was missing, a disk full, a mirror fetched. `announce/place-updates.ts` has the table of
 * cases by which they move.
 */

import { isZeroId, type RefUpdate } from '../model/change.ts';
import type { Gap, GapChanges, LedgerEntry } from '../model/ledger.ts';
import { type Db, write } from './database.ts';
import type { LedgerStore } from './store.ts';

/** Part of a transaction: what a push announced. */
export function ledgerWriter(
  db: Db,
): (repositoryId: number, updates: RefUpdate[], recovered: boolean, now: number) => void {
  const remove = db.prepare('delete from ref_tip where repository_id = ? and ref = ?');
  const put = db.prepare(
    `insert into ref_tip (repository_id, ref, tip, before, recovered) values (@repositoryId, @ref, @new, @old, @recovered)
     on conflict (repository_id, ref) do update set tip = @new, before = @old, recovered = @recovered`,
  );
  const goneSilently = db.prepare(
    `insert into ref_gap (repository_id, ref, old, new, reported, created_at) values (?, ?, ?, '', 1, ?)`,
  );
  return (repositoryId, updates, recovered, now) => {
    for (const update of updates) {
      if (isZeroId(update.new)) {
        remove.run(repositoryId, update.ref);
        if (recovered) goneSilently.run(repositoryId, update.ref, update.old, now);
      } else put.run({ ...update, repositoryId, recovered: recovered ? 1 : 0 });
    }
  };
}

/** Part of a transaction: whether the ledger still says that these are unreported. */
export function ledgerReader(db: Db): (repositoryId: number, ref: string) => string | null {
  const read = db.prepare('select tip from ref_tip where repository_id = ? and ref = ?').pluck();
  return (repositoryId, ref) => (read.get(repositoryId, ref) as string | undefined) ?? null;
}

/** A hook that comes later than that is not known any more. */
const LONGEST_MS = 24 * 3_600_000;

/** Those of these refs, by ref. What a comparison found last is one too: that is kept in the ledger, with zeros. */
function gapReader(db: Db): (repositoryId: number, refs: { ref: string }[]) => Map<string, Gap[]> {
  const read = db.prepare<
    { repositoryId: number; ref: string },
    Omit<Gap, 'reported'> & { reported: number }
  >(
    `select ref, old, new, reported from ref_gap where repository_id = @repositoryId and ref = @ref
     union all
     select ref, iif(ltrim(before, '0') = '', '', before), tip, 1 from ref_tip
     where repository_id = @repositoryId and ref = @ref and recovered = 1`,
  );
  return (repositoryId, refs) =>
    new Map(
      refs.flatMap(({ ref }): [string, Gap[]][] => {
        const gaps = read.all({ repositoryId, ref }).map(gap => ({ ...gap, reported: gap.reported === 1 }));
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
    'insert into ref_gap (repository_id, ref, old, new, reported, created_at) values (@repositoryId, @ref, @old, @new, @reported, @now)',
  );
  const expire = db.prepare('delete from ref_gap where created_at < ? or created_at > ?');
  return (repositoryId, { closed, opened }, now) => {
    expire.run(now - LONGEST_MS, now + LONGEST_MS);
    for (const { reported, ...gap } of closed) {
      const { changes } = close.run({ ...gap, repositoryId });
      if (changes === 0 && reported) forget.run({ repositoryId, ref: gap.ref, new: gap.new });
    }
    for (const gap of opened) open.run({ ...gap, reported: gap.reported ? 1 : 0, repositoryId, now });
  };
}

export function ledgerStore(db: Db): LedgerStore {
  const page = db.prepare<[number, string, number], LedgerEntry>(
    'select ref, tip from ref_tip where repository_id = +? and ref > ? order by ref limit ? + 0',
  );
  const gaps = gapReader(db);
  const tipOf = db.prepare('select tip from ref_tip where repository_id = ? and ref = ?').pluck();
  const baseline = db.prepare('select baseline_at from repository where id = ?').pluck();
  const adopt = db.prepare(
    `insert or ignore into ref_tip (repository_id, ref, tip, before, recovered) values (?, ?, ?, '', 0)`,
  );

  return {
    async page(repositoryId, after, limit) {
      return page.all(repositoryId, after, limit);
    },

    async adopt(repositoryId, entries) {
      write(db, () => entries.forEach(({ ref, id }) => void adopt.run(repositoryId, ref, id)));
    },

    async baselineAt(repositoryId) {
      return baseline.get(repositoryId) as number | null;
    },

    async setBaseline(repositoryId, now) {
      db.prepare('update repository set baseline_at = ? where id = ?').run(now, repositoryId);
    },

    async forget(repositoryId) {
      const known = `select 1 from repository where id = @id and (baseline_at is not null
        or exists (select 1 from ref_tip where repository_id = @id))`;
      if (db.prepare(known).get({ id: repositoryId }) === undefined) return;
      write(db, () => {
        db.prepare('delete from ref_tip where repository_id = ?').run(repositoryId);
        db.prepare('delete from ref_gap where repository_id = ?').run(repositoryId);
        db.prepare('update repository set baseline_at = null where id = ?').run(repositoryId);
      });
    },

    async tips(repositoryId, refs) {
      const found = refs.map(({ ref }): [string, unknown] => [ref, tipOf.get(repositoryId, ref)]);
      return new Map(found.filter((one): one is [string, string] => typeof one[1] === 'string'));
    },

    async gaps(repositoryId, refs) {
      return gaps(repositoryId, refs);
    },

    async scannedAt() {
      return Number(db.prepare(`select value from state where key = 'scanned_at'`).pluck().get() ?? 0);
    },

    async setScanned(now) {
      const sql = `insert or replace into state (key, value) values ('scanned_at', ?)`;
      db.prepare(sql).run(String(now));
    },
  };
}
