/**
 * Repositories that were installed or have pushed. A row is one for ever; where its directory stands and what it is called
 * follows what is seen (see `settle-names.ts`).
 */
// long: one table, with each of its queries.
import { BelfryError } from '../errors.ts';
import { nameBelow, rootOf } from '../model/full-name.ts';
import type { Identity, Place } from '../model/place.ts';
import { type Db, write } from './database.ts';
import { mergeRepositories } from './merge-repositories.ts';
import {
  isOtherwise,
  REPOSITORY_COLUMNS,
  type RepositoryRow,
  repositorySettler,
  type SeenRow,
  type SettledRepositories,
  withIdentity,
} from './repositories.ts';

/** A push of which its hook was not given all. */
export interface LostInput {
  /** Milliseconds since 1970. */
  at: number;
  /** What shows it, as the rest of a sentence. */
  why: string;
  /** Path of the program that starts belfry's hook and does not hand on its whole input. */
  dispatcher: string;
  /** When that was last changed, as the file system says, milliseconds since 1970: another one may be mended. */
  changedAt: number;
}

export function repositoryStore(db: Db) {
  const there = 'removed_at is null';
  const one = (where: string) =>
    db.prepare<unknown[], RepositoryRow>(`select ${REPOSITORY_COLUMNS} from repository where ${where}`);
  const byName = one(`full_name = ? and ${there}`);
  const byId = one('id = ?');
  const all = `select ${REPOSITORY_COLUMNS}, inode, birth, device from repository where ${there}`;
  const inList = (column: string) => `${column} in (select value from json_each(?))`;
  const concerned = db.prepare<unknown[], SeenRow>(
    `${all} and (${['inode', 'path', 'directory', 'full_name'].map(inList).join(' or ')}) order by id`,
  );
  const { arrange, settleRows } = repositorySettler(db);
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
     * @returns paths that have to be looked at first, when a repository there could be meant
     */
    async settle(
      places: readonly Place[],
      looked: ReadonlySet<string>,
      asked: readonly string[],
      now: number,
    ): Promise<SettledRepositories | { unlooked: string[] }> {
      return write(db, () => {
        const known = rowsOf(places);
        const unlooked = known.map(({ path }) => path).filter(path => !looked.has(path));
        return unlooked.length > 0 ? { unlooked } : settleRows(known, places, asked, now);
      });
    },

    /** The same for everything that is known, when the places are all that there are. What is new stays unknown. */
    async settleAll(places: readonly Place[], now: number): Promise<SettledRepositories> {
      return write(db, () => settleRows(everything.all(), places, [], now, false));
    },

    /** What could be meant by these places, and stands as it was seen: nothing has to be written. */
    async sameAs(place: Place): Promise<RepositoryRow | null> {
      const known = rowsOf([place]);
      const [row] = known;
      if (known.length !== 1 || row === undefined || row.gone_at !== null || row.path !== place.path)
        return null;
      const fullName = place.root === null ? null : nameBelow(place.root, place.path).fullName;
      return isOtherwise(row, { place, fullName }) ? null : byId.get(row.id)!;
    },

    /** The repository at a path of which nothing else is known (absolute, without links); made on first sight. */
    async register(path: string, now: number): Promise<RepositoryRow> {
      const roots = db.prepare('select path from root').pluck().all() as string[];
      const place = { path, directory: path, root: rootOf(path, roots), linked: false, identity: null };
      return write(
        db,
        () =>
          settleRows(
            rowsOf([place]).filter(row => row.path === path),
            [place],
            [path],
            now,
          ).rows[0]!,
      );
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
    async move(id: number, place: Place): Promise<RepositoryRow> {
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

    async byName(fullName: string): Promise<RepositoryRow | null> {
      return byName.get(fullName) ?? null;
    },

    /** Also one that was removed. */
    async byId(id: number): Promise<RepositoryRow | null> {
      return byId.get(id) ?? null;
    },

    async list(): Promise<RepositoryRow[]> {
      const sql = `select ${REPOSITORY_COLUMNS} from repository where ${there} order by full_name`;
      return db.prepare(sql).all() as RepositoryRow[];
    },

    /** Those below a root. */
    async inside(): Promise<RepositoryRow[]> {
      return db
        .prepare(`select ${REPOSITORY_COLUMNS} from repository where ${there} and root is not null`)
        .all() as RepositoryRow[];
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
