/**
 * A database that this program must not touch (of a newer belfry, of one before 0.2.0, of another program): said before the
 * program is replaced. Read with Node's own SQLite, since the packages of the new program may not be installed yet.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { readHeader, type Schema, schemaIn, versionOf } from '../../store/schema.ts';

/** @param migrations of the program that is to be installed @throws BelfryError `database` */
export async function checkSchema(home: string, migrations: string[]): Promise<void> {
  const file = join(home, 'belfry.db');
  const newest = Math.max(0, ...migrations.map(name => Number(/^(\d{4})-.*\.sql$/.exec(name)?.[1] ?? 0)));
  const found = await schemaOf(file);
  const schema = found === null ? 0 : versionOf(found, file);
  if (schema <= newest) return;
  throw new BelfryError(
    'database',
    `The database ${file} has schema ${schema}, but this belfry knows only up to ${newest}`,
    { hint: 'Nothing was changed. Install the newer belfry, or restore an older backup first.' },
  );
}

/** Names of the migrations of a checkout: the owner of the home may not be able to read it. */
export function migrationsOf(source: string): Promise<string[]> {
  return readdir(join(source, 'migrations'));
}

/** Null where there is none, or where it cannot be read: damage and locks are explained by `belfry doctor`. */
async function schemaOf(file: string): Promise<Schema | null> {
  if (!(await stat(file).catch(() => null))?.isFile()) return null;
  const { DatabaseSync } = await import('node:sqlite');
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      db.exec('begin');
      return schemaIn(
        readHeader(sql =>
          db
            .prepare(sql)
            .all()
            .flatMap(row => Object.values(row)),
        ),
      );
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}
