/**
 * Which schema a database file has, by its header. Since 0.2.0 it carries belfry's application id, and the numbers have begun
 * at 1 again: a number of before and one of after are never mixed up. No driver is imported here, since the installer reads
 * the header before the program's packages are there.
 */
import { BelfryError } from '../errors.ts';

/** "belf", at offset 68 of the file (sqlite.org/fileformat2.html, "Application ID"). */
export const APPLICATION_ID = 0x62656c66;

/** The last schema of before 0.2.0. It has the same tables as schema 1 of today, and becomes that in place. */
const LAST_OLD = 16;
const SAME_AS_LAST_OLD = 1;
/** The last commit with the migrations of before 0.2.0: it brings every older schema to the last of them. */
export const LAST_OLD_COMMIT = 'ae834c9ffe7ef2216c0a8140d43b32a14284a3d6';

export interface Header {
  applicationId: number;
  userVersion: number;
  tables: string[];
}

/** What was there from the first schema on. */
const OURS = ['webhook', 'delivery', 'event', 'ref_tip', 'state'];

export type Schema =
  /** A file without any table. */
  | { is: 'empty' }
  /** `renumber`: the header still says it in the numbers of before 0.2.0. */
  | { is: 'ours'; version: number; renumber: boolean }
  | { is: 'old'; version: number }
  | { is: 'foreign'; of: string };

/** `begin` and `commit` go around it: another process may bring the database up to date between two of the questions. */
export function readHeader(ask: (sql: string) => unknown[]): Header {
  return {
    applicationId: Number(ask('select application_id from pragma_application_id')[0]),
    userVersion: Number(ask('select user_version from pragma_user_version')[0]),
    tables: ask(`select name from sqlite_schema where type = 'table'`).map(String),
  };
}

export function schemaIn({ applicationId, userVersion, tables }: Header): Schema {
  if (applicationId === APPLICATION_ID) return { is: 'ours', version: userVersion, renumber: false };
  if (applicationId !== 0) {
    const hex = (applicationId >>> 0).toString(16).padStart(8, '0');
    return { is: 'foreign', of: `of another program: its application id is 0x${hex}` };
  }
  if (tables.length === 0 && userVersion === 0) return { is: 'empty' };
  if (userVersion === 0 || !OURS.every(name => tables.includes(name)))
    return { is: 'foreign', of: `of another program: it lacks belfry's tables` };
  if (userVersion < LAST_OLD) return { is: 'old', version: userVersion };
  // A higher number was never given: it is kept, and refused as that of a newer belfry.
  const version = userVersion === LAST_OLD ? SAME_AS_LAST_OLD : userVersion;
  return { is: 'ours', version, renumber: userVersion === LAST_OLD };
}

/** What to type in belfry's checkout for a home of before 0.2.0. */
export const UPGRADE = `git checkout ${LAST_OLD_COMMIT} && { ./install.sh; git checkout -; } && ./install.sh`;

/**
 * The number in today's counting; 0: the file is empty.
 * @param file for people
 * @throws BelfryError `database` for what this program must not touch
 */
export function versionOf(schema: Schema, file: string): number {
  switch (schema.is) {
    case 'empty':
      return 0;
    case 'ours':
      return schema.version;
    case 'foreign':
      throw new BelfryError('database', `${file} is a database ${schema.of}`, {
        hint: 'Nothing was changed: move it away if it is in the wrong place, then restore a backup.',
      });
    case 'old':
      throw new BelfryError('database', `${file} has ${before(schema.version)}`, {
        hint: `Nothing was changed, and pushes stay in the spool. In belfry's checkout, with the options it was installed with: ${UPGRADE}`,
      });
  }
}

/** The same for a backup, which no installation has open. @throws BelfryError `invalid`, `database` */
export function versionOfBackup(schema: Schema): number {
  if (schema.is === 'foreign' || schema.is === 'empty')
    throw new BelfryError('invalid', 'Wanted a backup of belfry, got another database');
  if (schema.is === 'ours') return schema.version;
  throw new BelfryError('database', `The backup has ${before(schema.version)}`, {
    hint: `Nothing was changed. The belfry of commit ${LAST_OLD_COMMIT} makes a newer backup of it: docs/operations.md, "Backing up".`,
  });
}

function before(version: number): string {
  return `schema ${version}, from before 0.2.0; only the last schema of that time, ${LAST_OLD}, can be upgraded`;
}

/** @throws BelfryError `database` */
export function refuseNewer(version: number, newest: number): void {
  if (version <= newest) return;
  throw new BelfryError(
    'database',
    `The database has schema ${version}, but this belfry knows only up to ${newest}`,
    {
      hint: 'Install the newer belfry, or restore an older backup.',
    },
  );
}
