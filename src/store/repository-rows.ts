/**
 * Rows of repositories, and how what is seen becomes what is known: the rows get their places first, and then their names,
 * of which no two may be the same at any moment.
 */
import { nameBelow, nameByPath } from '../model/full-name.ts';
import { type Identity, type Place, sameAsBefore } from '../model/place.ts';
import type { Repository, SettledRepositories } from '../model/repository.ts';
import type { Found, settleNames as SettleNames } from '../model/settle-names.ts';
import type { Db } from './database.ts';

export const REPOSITORY_COLUMNS = 'id, directory, path, full_name, company, root, gone_at, created_at';

export type Named = Pick<Found, 'place' | 'fullName'>;
export type SeenRow = Repository & { inode: string | null; birth: string | null; device: string | null };

export function repositorySettler(db: Db) {
  const one = (where: string) =>
    db.prepare<unknown[], Repository>(`select ${REPOSITORY_COLUMNS} from repository where ${where}`);
  const byName = one('full_name = ? and removed_at is null');
  const byId = one('id = ?');
  const nameTaken = db
    .prepare(`select 1 from repository where full_name = ? and id <> ? and removed_at is null`)
    .pluck();
  const insert = db.prepare(
    `insert into repository (directory, path, full_name, created_at) values (@directory, @path, @full_name, @now)`,
  );
  const rename = db.prepare('update repository set full_name = ?, company = ? where id = ?');
  const put = db.prepare(
    `update repository set directory = @directory, path = @path, root = @root, inode = coalesce(@inode, inode),
       birth = iif(@inode is null, birth, @birth), device = coalesce(@device, device), gone_at = null where id = @id`,
  );

  /** Part of a transaction: the rows get their places, and after that their names, none of which two may have. */
  function arrange(stands: ReadonlyMap<number, Named>, before: ReadonlyMap<number, SeenRow>): void {
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

  /** A row without a name, which `arrange` gives it. */
  function adoptRow({ path, directory }: Place, now: number): SeenRow {
    const { lastInsertRowid } = insert.run({ directory, path, full_name: `${NO_NAME}${path}`, now });
    return { ...byId.get(Number(lastInsertRowid))!, inode: null, birth: null, device: null };
  }

  function settleRows(
    known: SeenRow[],
    places: readonly Place[],
    asked: readonly string[],
    settleNames: typeof SettleNames,
    now: number,
    adopt = true,
  ): SettledRepositories {
    const before = new Map(known.map(row => [row.id, row]));
    const { stands, fresh, gone } = settleNames(known.map(withIdentity), places);
    for (const found of adopt ? fresh : []) {
      const row = adoptRow(found.place, now);
      stands.set(row.id, found);
      before.set(row.id, row);
    }
    arrange(stands, before);
    const lost = gone.filter(id => before.get(id)!.gone_at === null);
    for (const id of lost) db.prepare('update repository set gone_at = ? where id = ?').run(now, id);

    const byPath = new Map<string, Repository>();
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

  return { arrange, settleRows };
}

export function withIdentity<T extends Pick<SeenRow, 'inode' | 'birth' | 'device'>>(
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
export function isOtherwise(row: SeenRow, { place, fullName }: Named): boolean {
  const { inode, birth, device } = columnsOf(place);
  const moved = row.directory !== place.directory || row.path !== place.path || row.root !== place.root;
  const seen = inode !== null && (row.inode !== inode || row.birth !== birth || row.device !== device);
  const company = fullName === null ? null : nameBelow(place.root!, place.path).company;
  const named = fullName === null ? !keepsName(row, place) : row.full_name !== fullName;
  return moved || seen || row.gone_at !== null || named || row.company !== company;
}

/** Whether a name that is not its path's may stay: the path is the same, and its name is another one's by now. */
function keepsName(row: SeenRow, { root, path }: Place): boolean {
  if (row.path !== path || row.full_name.startsWith(NO_NAME)) return false;
  return root === null ? row.root === null : row.full_name !== nameBelow(root, path).fullName;
}

/** While names change hands. No repository's name begins so. */
const NO_NAME = '//';
