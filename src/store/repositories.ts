/**
 * Repositories that were installed or have pushed. A row is one for ever; where its directory stands and what it is called
 * follows what is seen (see `settle-names.ts`).
 */
import { BelfryError } from '../errors.ts';
import { nameBelow, nameByPath, rootOf } from '../repositories/full-name.ts';
import { type Identity, type Place, sameAsBefore } from '../repositories/place.ts';
import { type Found, settleNames } from '../repositories/settle-names.ts';
import { type Db, write } from './database.ts';
import { mergeRepositories } from './merge-repositories.ts';

export interface RepositoryRow {
  id: number;
  /** Absolute, symbolic links resolved: git is run on this. */
  directory: string;
  /** As it was found. */
  path: string;
  full_name: string;
  company: string | null;
  /** The root that names it; null outside all roots: only its own webhooks hear of it. */
  root: string | null;
  /** Since when nothing is there any more. Milliseconds since 1970. */
  gone_at: number | null;
  created_at: number;
}

export interface SettledRepositories {
  /** The repository of each place that was asked for, in their order. */
  rows: RepositoryRow[];
  renamed: { row: RepositoryRow; from: string }[];
  /** Another directory stands at their names than before: what its refs are nobody has announced. */
  replaced: RepositoryRow[];
  /** Nothing stands there any more since now. */
  gone: RepositoryRow[];
  aliases: { path: string; repositoryId: number }[];
}

type Named = Pick<Found, 'place' | 'fullName'>;
type Row = RepositoryRow & { inode: string | null; birth: string | null; device: string | null };

const COLUMNS = 'id, directory, path, full_name, company, root, gone_at, created_at';

export function repositoryStore(db: Db) {
  const there = 'removed_at is null';
  const one = (where: string) =>
    db.prepare<unknown[], RepositoryRow>(`select ${COLUMNS} from repository where ${where}`);
  const byName = one(`full_name = ? and ${there}`);
  const byId = one('id = ?');
  const all = `select ${COLUMNS}, inode, birth, device from repository where ${there}`;
  const inList = (column: string) => `${column} in (select value from json_each(?))`;
  const concerned = db.prepare<unknown[], Row>(
    `${all} and (${['inode', 'path', 'directory', 'full_name'].map(inList).join(' or ')}) order by id`,
  );
  const everything = db.prepare<[], Row>(`${all} order by id`);
  const nameTaken = db
    .prepare(`select 1 from repository where full_name = ? and id <> ? and ${there}`)
    .pluck();
  const insert = db.prepare(
    `insert into repository (directory, path, full_name, created_at) values (@directory, @path, @full_name, @now)`,
  );
  const rename = db.prepare('update repository set full_name = ?, company = ? where id = ?');
  const put = db.prepare(
    `update repository set directory = @directory, path = @path, root = @root, inode = coalesce(@inode, inode),
       birth = iif(@inode is null, birth, @birth), device = coalesce(@device, device), gone_at = null where id = @id`,
  );

  function rowsOf(places: readonly Place[]): Row[] {
    const keys = [
      places.flatMap(({ identity }) => (identity === null ? [] : [identity.inode])),
      places.map(({ path }) => path),
      places.map(({ directory }) => directory),
      places.flatMap(place => (place.root === null ? [] : [nameBelow(place.root, place.path).fullName])),
    ];
    return concerned.all(...keys.map(list => JSON.stringify(list)));
  }

  /** Part of a transaction: the rows get their places, and after that their names, none of which two may have. */
  function arrange(stands: ReadonlyMap<number, Named>, before: ReadonlyMap<number, Row>): void {
    const wanted = [...stands].filter(([id, found]) => isOtherwise(before.get(id)!, found));
    for (const [id, { place, fullName }] of wanted) {
      put.run({ ...columnsOf(place), id });
      // Out of the way of those that get its name now.
      if (fullName !== before.get(id)!.full_name && !keepsName(before.get(id)!, place))
        rename.run(`${NO_NAME}${id}`, null, id);
    }
    for (const [id, { place, fullName }] of wanted) {
      if (fullName === null) continue;
      const holder = byName.get(fullName);
      // One whose name is not its path's, or that is gone: it gets another.
      if (holder !== undefined && holder.id !== id)
        rename.run(freeName(holder.path, holder.id, fullName), null, holder.id);
      rename.run(fullName, nameBelow(place.root!, place.path).company, id);
    }
    for (const [id, { place, fullName }] of wanted) {
      if (fullName !== null) continue;
      const { full_name } = byId.get(id)!;
      rename.run(full_name.startsWith(NO_NAME) ? freeName(place.path, id) : full_name, null, id);
    }
  }

  function freeName(path: string, id: number, except?: string): string {
    return nameByPath(path, name => name === except || nameTaken.get(name, id) !== undefined);
  }

  function settleRows(
    known: Row[],
    places: readonly Place[],
    asked: readonly string[],
    now: number,
    adopt = true,
  ): SettledRepositories {
    const before = new Map(known.map(row => [row.id, row]));
    const { stands, fresh, gone } = settleNames(known.map(withIdentity), places);
    for (const found of adopt ? fresh : []) {
      const { path, directory } = found.place;
      const { lastInsertRowid } = insert.run({ directory, path, full_name: `${NO_NAME}${path}`, now });
      const id = Number(lastInsertRowid);
      stands.set(id, found);
      before.set(id, { ...byId.get(id)!, inode: null, birth: null, device: null });
    }
    arrange(stands, before);
    const lost = gone.filter(id => before.get(id)!.gone_at === null);
    for (const id of lost) db.prepare('update repository set gone_at = ? where id = ?').run(now, id);

    const byPath = new Map<string, RepositoryRow>();
    const result: SettledRepositories = { rows: [], renamed: [], replaced: [], gone: [], aliases: [] };
    for (const [id, { place, aliases, places: all }] of stands) {
      const row = byId.get(id)!;
      const was = before.get(id)!;
      for (const { path } of all) byPath.set(path, row);
      result.aliases.push(...aliases.map(({ path }) => ({ path, repositoryId: id })));
      if (was.full_name.startsWith(NO_NAME)) continue;
      if (was.full_name !== row.full_name) result.renamed.push({ row, from: was.full_name });
      const { identity } = withIdentity(was);
      if (identity !== null && place.identity !== null && !sameAsBefore(identity, place.identity))
        result.replaced.push(row);
    }
    result.gone.push(...lost.map(id => byId.get(id)!));
    result.rows = asked.map(path => byPath.get(path)!);
    return result;
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
      const sql = `select ${COLUMNS} from repository where ${there} order by full_name`;
      return db.prepare(sql).all() as RepositoryRow[];
    },

    /** Those below a root. */
    async inside(): Promise<RepositoryRow[]> {
      return db
        .prepare(`select ${COLUMNS} from repository where ${there} and root is not null`)
        .all() as RepositoryRow[];
    },

    async companies(): Promise<string[]> {
      const sql = `select distinct company from repository where company is not null and ${there} order by company`;
      return db.prepare(sql).pluck().all() as string[];
    },
  };
}

function withIdentity<T extends Pick<Row, 'inode' | 'birth' | 'device'>>(
  row: T,
): T & { identity: Identity | null } {
  const { inode, birth, device } = row;
  return { ...row, identity: inode === null || device === null ? null : { inode, birth, device } };
}

function columnsOf({ directory, path, root, identity }: Place) {
  const { inode = null, birth = null, device = null } = identity ?? {};
  return { directory, path, root, inode, birth, device };
}

/** Whether something has to be written. */
function isOtherwise(row: Row, { place, fullName }: Named): boolean {
  const { inode, birth, device } = columnsOf(place);
  const moved = row.directory !== place.directory || row.path !== place.path || row.root !== place.root;
  const seen = inode !== null && (row.inode !== inode || row.birth !== birth || row.device !== device);
  const company = fullName === null ? null : nameBelow(place.root!, place.path).company;
  const named = fullName === null ? !keepsName(row, place) : row.full_name !== fullName;
  return moved || seen || row.gone_at !== null || named || row.company !== company;
}

/** Whether a name that is not its path's may stay: the path is the same, and its name is another one's by now. */
function keepsName(row: Row, { root, path }: Place): boolean {
  if (row.path !== path || row.full_name.startsWith(NO_NAME)) return false;
  return root === null ? row.root === null : row.full_name !== nameBelow(root, path).fullName;
}

/** While names change hands. No repository's name begins so. */
const NO_NAME = '//';
