/**
 * Repositories that were installed or have pushed. A row is one for ever; where its directory stands and what it is called
 * follows what is seen, as the caller judges it (`settle-names.ts`).
 */
// long: one table, with each of its queries.
import { BelfryError } from '../errors.ts';
import { nameBelow, rootOf } from '../model/full-name.ts';
import type { Identity, Place } from '../model/place.ts';
import type { LostInput, Repository, SettledRepositories } from '../model/repository.ts';
import type { settleNames as SettleNames } from '../model/settle-names.ts';
import { type Db, write } from './database.ts';
import {
  isOtherwise,
  REPOSITORY_COLUMNS,
  repositorySettler,
  type SeenRow,
  withIdentity,
} from './repository-rows.ts';

export function repositoryStore(db: Db) {
  const there = 'removed_at is null';
  const one = (where: string) =>
    db.prepare<unknown[], Repository>(`select ${REPOSITORY_COLUMNS} from repository where ${where}`);
  const byName = one(`full_name = ? and ${there}`);
  const byId = one('id = ?');
  const all = `select ${REPOSITORY_COLUMNS}, inode, birth, device from repository where ${there}`;
  const inList = (column: string) => `${column} in (select value from json_each(?))`;
  const concerned = db.prepare<unknown[], SeenRow>(
    `${all} and (${['inode', 'path', 'directory', 'full_name'].map(inList).join(' or ')}) order by id`,
  );
  const { arrange, adoptRow, settleRows } = repositorySettler(db);
  const everything = db.prepare<[], SeenRow>(`${all} order by id`);
  function rowsOf(places: readonly Place[]): SeenRow[] {
    const keys = [
      places.flatMap(({ identity }) => (identity === null ? [] : [identity.inode])),
      places.map(({ path }) => path),
      places.map(({ directory }) => directory),
      places.flatMap(place => (place.root === null ? [] : [nameBelow(place.root, place.path).fullName])),
    ];
    return concerned.all(...keys.map(list => JSON.stringify(list)));
  }

  return {
    /**
     * What is known, after these places were seen, each path once.
     * @param looked paths of which is known what stands there: those of the places, and where nothing is
     * @param asked paths of places whose rows are wanted
     * @param settleNames which of them is which
     * @returns paths that have to be looked at first, when a repository there could be meant
     */
    async settle(
      places: readonly Place[],
      looked: ReadonlySet<string>,
      asked: readonly string[],
      settleNames: typeof SettleNames,
      now: number,
    ): Promise<SettledRepositories | { unlooked: string[] }> {
      return write(db, () => {
        const known = rowsOf(places);
        const unlooked = known.map(({ path }) => path).filter(path => !looked.has(path));
        return unlooked.length > 0 ? { unlooked } : settleRows(known, places, asked, settleNames, now);
      });
    },

    /** The same for everything that is known, when the places are all that there are. What is new stays unknown. */
    async settleAll(
      places: readonly Place[],
      settleNames: typeof SettleNames,
      now: number,
    ): Promise<SettledRepositories> {
      return write(db, () => settleRows(everything.all(), places, [], settleNames, now, false));
    },

    /** What could be meant by these places, and stands as it was seen: nothing has to be written. */
    async sameAs(place: Place): Promise<Repository | null> {
      const known = rowsOf([place]);
      const [row] = known;
      if (known.length !== 1 || row === undefined || row.gone_at !== null || row.path !== place.path)
        return null;
      const fullName = place.root === null ? null : nameBelow(place.root, place.path).fullName;
      return isOtherwise(row, { place, fullName }) ? null : byId.get(row.id)!;
    },

    /** The repository at a path of which nothing else is known (absolute, without links); made on first sight. */
    async register(path: string, now: number): Promise<Repository> {
      const roots = db.prepare('select path from root').pluck().all() as string[];
      const place = { path, directory: path, root: rootOf(path, roots), linked: false, identity: null };
      return write(db, () => {
        const known = rowsOf([place]).find(row => row.path === path);
        const row = known ?? adoptRow(place, now);
        const fullName = place.root === null ? null : nameBelow(place.root, path).fullName;
        arrange(new Map([[row.id, { place, fullName }]]), new Map([[row.id, row]]));
        return byId.get(row.id)!;
      });
    },

    /** What was recorded of the repository at a path; null: nothing. */
    async knownAt(path: string): Promise<{ identity: Identity | null; root: string | null } | null> {
      const row = concerned.all('[]', JSON.stringify([path]), '[]', '[]')[0];
      return row === undefined ? null : { identity: withIdentity(row).identity, root: row.root };
    },

    /**
     * A repository gets another place by an admin's word. Who stood there under a row of its own becomes a part of it.
     * @throws BelfryError `conflict` when that one has webhooks or merge requests of its own
     */
    async move(id: number, place: Place): Promise<Repository> {
      return write(db, () => {
        const row = everything.all().find(one => one.id === id)!;
        for (const other of rowsOf([place])) {
          if (other.id !== id && other.path === place.path) mergeRepositories(db, other, row);
        }
        const name = place.root === null ? null : nameBelow(place.root, place.path);
        const holder = name === null ? undefined : byName.get(name.fullName);
        if (holder !== undefined && holder.id !== id && holder.path !== place.path)
          throw new BelfryError('conflict', `${name!.fullName} is the name of ${holder.path}`);
        arrange(new Map([[id, { place, fullName: name?.fullName ?? null }]]), new Map([[id, row]]));
        db.prepare('delete from root_finding where repository_id = ?').run(id);
        return byId.get(id)!;
      });
    },

    /** Its own webhooks are switched off, its events stay in the log. Gives the ids of those webhooks. */
    async remove(id: number, now: number): Promise<number[]> {
      return write(db, () => {
        const scope = `repository:${id}`;
        const ids = db
          .prepare<[string], number>('select id from webhook where scope = ? and active = 1')
          .pluck()
          .all(scope);
        for (const webhook of ids)
          db.prepare('update webhook set active = 0, updated_at = ? where id = ?').run(now, webhook);
        db.prepare('update repository set removed_at = ? where id = ?').run(now, id);
        db.prepare('delete from root_finding where repository_id = ?').run(id);
        return ids;
      });
    },

    async byName(fullName: string): Promise<Repository | null> {
      return byName.get(fullName) ?? null;
    },

    /** Also one that was removed. */
    async byId(id: number): Promise<Repository | null> {
      return byId.get(id) ?? null;
    },

    async list(): Promise<Repository[]> {
      const sql = `select ${REPOSITORY_COLUMNS} from repository where ${there} order by full_name`;
      return db.prepare(sql).all() as Repository[];
    },

    /** Those below a root. */
    async inside(): Promise<Repository[]> {
      return db
        .prepare(`select ${REPOSITORY_COLUMNS} from repository where ${there} and root is not null`)
        .all() as Repository[];
    },

    /** What was missing when the last push of a repository was read, or of all of them; none of those that are gone. */
    async inputsLost(id?: number): Promise<(LostInput & { repository_id: number; full_name: string })[]> {
      const which = id === undefined ? 'gone_at is null' : 'id = ?';
      const rows = db
        .prepare<unknown[], { id: number; full_name: string; input_lost: string }>(
          `select id, full_name, input_lost from repository where input_lost is not null and ${there} and ${which}`,
        )
        .all(...(id === undefined ? [] : [id]));
      return rows.map(row => ({
        ...JSON.parse(row.input_lost),
        repository_id: row.id,
        full_name: row.full_name,
      }));
    },

    /** @param lost null: its last push came whole */
    async setInputLost(id: number, lost: LostInput | null): Promise<void> {
      const text = lost === null ? null : JSON.stringify(lost);
      write(db, () => db.prepare('update repository set input_lost = ? where id = ?').run(text, id));
    },

    /** An admin took the hooks out of this directory; null: has put them in again. Milliseconds since 1970. */
    async setHooksOut(directory: string, at: number | null): Promise<void> {
      const sql = `update repository set hooks_out_at = ? where directory = ? and ${there}`;
      write(db, () => db.prepare(sql).run(at, directory));
    },

    /** Whether an admin took them out, and nobody has put them in again. */
    async hooksAreOut(directory: string): Promise<boolean> {
      const sql = `select 1 from repository where directory = ? and hooks_out_at is not null and ${there}`;
      return db.prepare(sql).get(directory) !== undefined;
    },

    async companies(): Promise<string[]> {
      const sql = `select distinct company from repository where company is not null and ${there} order by company`;
      return db.prepare(sql).pluck().all() as string[];
    },
  };
}

interface Named {
  id: number;
  full_name: string;
}

/**
 * Part of a transaction: two rows turn out to be one repository, and what happened under the newer one belongs to the older.
 * @throws BelfryError `conflict` when the one that goes has something that cannot go along
 */
function mergeRepositories(db: Db, from: Named, into: Named): void {
  const webhooks = db.prepare('select id from webhook where scope = ? order by id').pluck();
  const ids = webhooks.all(`repository:${from.id}`) as number[];
  if (ids.length > 0) {
    throw new BelfryError('conflict', `${from.full_name} has webhooks of its own: ${ids.join(', ')}`, {
      hint: `Give them to the other one first: belfry webhook edit ${ids[0]} --repo ${into.full_name}`,
    });
  }
  if (db.prepare('select 1 from merge_request where repository_id = ?').get(from.id) !== undefined) {
    throw new BelfryError('conflict', `${from.full_name} has merge requests of its own by now`, {
      hint: `Both would have a !1. Forget one of them: belfry repo remove ${into.full_name}`,
    });
  }
  for (const table of ['push', 'event', 'thing', 'emission'])
    db.prepare(`update or ignore ${table} set repository_id = ? where repository_id = ?`).run(
      into.id,
      from.id,
    );
  // What both know already.
  for (const table of ['emission', 'thing'])
    db.prepare(`delete from ${table} where repository_id = ?`).run(from.id);
  db.prepare('delete from repository where id = ?').run(from.id);
}
