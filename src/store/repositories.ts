/** Repositories that were installed or have pushed. A directory keeps its id; its name follows the roots. */
import { nameRepository } from '../repositories/full-name.ts';
import { type Db, write } from './database.ts';

export interface RepositoryRow {
  id: number;
  directory: string;
  full_name: string;
  company: string | null;
  created_at: number;
}

export function repositoryStore(db: Db) {
  const columns = 'id, directory, full_name, company, created_at';
  const byDirectory = db.prepare<[string], RepositoryRow>(
    `select ${columns} from repository where directory = ?`,
  );

  /** Runs inside a transaction of its caller. */
  function registerRow(directory: string, now: number): RepositoryRow {
    const known = byDirectory.get(directory);
    const roots = db.prepare('select path from root').pluck().all() as string[];
    const holder = db.prepare<[string, string]>(
      'select 1 from repository where full_name = ? and directory <> ?',
    );
    const { fullName, company } = nameRepository(
      directory,
      roots,
      name => holder.get(name, directory) !== undefined,
    );
    if (known?.full_name === fullName) return known;
    db.prepare(
      `insert into repository (directory, full_name, company, created_at) values (?, ?, ?, ?)
       on conflict (directory) do update set full_name = excluded.full_name, company = excluded.company`,
    ).run(directory, fullName, company, now);
    return byDirectory.get(directory)!;
  }

  return {
    /** The repository of a directory (absolute, symlinks resolved); made on first sight, renamed when a root came. */
    async register(directory: string, now: number): Promise<RepositoryRow> {
      return write(db, () => registerRow(directory, now));
    },

    async byName(fullName: string): Promise<RepositoryRow | null> {
      const row = db.prepare(`select ${columns} from repository where full_name = ?`).get(fullName);
      return (row as RepositoryRow | undefined) ?? null;
    },

    async byId(id: number): Promise<RepositoryRow | null> {
      const row = db.prepare(`select ${columns} from repository where id = ?`).get(id);
      return (row as RepositoryRow | undefined) ?? null;
    },

    async list(): Promise<RepositoryRow[]> {
      return db.prepare(`select ${columns} from repository order by full_name`).all() as RepositoryRow[];
    },

    async companies(): Promise<string[]> {
      const sql = 'select distinct company from repository where company is not null order by company';
      return db.prepare(sql).pluck().all() as string[];
    },
  };
}
