/**
 * The only door to SQLite. Its operations are coarse, return promises and are one transaction each, so that the same
 * steps could run on another database; nothing outside this folder sees SQL.
 */
import { join } from 'node:path';
import { backupStore, copyBeforeMigration } from './backup.ts';
import { type Db, databaseError, openDatabase } from './database.ts';
import { deliveryStore } from './deliveries.ts';
import { emissionStore } from './emissions.ts';
import { keyStore } from './key.ts';
import { ledgerStore } from './ledger.ts';
import { mergeRequestStore } from './merge-requests.ts';
import { migrate, newestMigration, requireSchema } from './migrate.ts';
import { pauseStore } from './pause.ts';
import { pruneStore } from './prune.ts';
import { pushStore } from './pushes.ts';
import { queueStore } from './queue.ts';
import { repositoryStore } from './repositories.ts';
import { robotStore } from './robots.ts';
import { rootStore } from './roots.ts';
import { createSecretBox } from './secret-box.ts';
import { settingStore } from './settings.ts';
import { statusStore } from './status.ts';
import { userStore } from './users.ts';
import { webhookStore } from './webhooks.ts';

export type Store = ReturnType<typeof openStore>;

export interface StoreOptions {
  /** Directory that holds `belfry.db` and `key`. */
  home: string;
  /** Directory of the numbered SQL files. */
  migrations: string;
  /** How long a statement waits for another process's lock. */
  busyMs?: number;
  opening?: Opening;
}

/**
 * `make`: a new file when there is none, and the newest schema. `upgrade`: the file must be there. `use`: its schema must be
 * the newest already, and nothing is changed by opening it.
 */
export type Opening = 'make' | 'upgrade' | 'use';

/** Opens the home's database. @throws BelfryError `database` */
export function openStore({ home, migrations, busyMs, opening = 'make' }: StoreOptions) {
  const db = openDatabase(join(home, 'belfry.db'), busyMs, opening !== 'make');
  const { migrated, note } = migrateOrClose(db, migrations, opening);
  const box = createSecretBox(join(home, 'key'));
  return {
    /** Versions that were applied just now. */
    migrated,
    /** A sentence about a database that was brought up to date, for the log; null when it was new or is as it was. */
    note,
    settings: settingStore(db, box),
    roots: rootStore(db),
    repositories: repositoryStore(db),
    users: userStore(db),
    webhooks: webhookStore(db, box),
    key: keyStore(db, box),
    pushes: pushStore(db),
    emissions: emissionStore(db),
    ledger: ledgerStore(db),
    mergeRequests: mergeRequestStore(db),
    queue: queueStore(db),
    pause: pauseStore(db),
    backup: backupStore(db),
    deliveries: deliveryStore(db),
    robots: robotStore(db),
    status: statusStore(db),
    prune: pruneStore(db),
    close: () => void db.close(),
  };
}

/** A damaged file may show only here. */
function migrateOrClose(db: Db, migrations: string, opening: Opening) {
  try {
    if (opening === 'use') {
      requireSchema(db, migrations);
      return { migrated: [], note: null };
    }
    const schema = db.pragma('user_version', { simple: true }) as number;
    const older = schema > 0 && schema < newestMigration(migrations);
    const note = older ? copyBeforeMigration(db, schema) : null;
    return { migrated: migrate(db, migrations), note };
  } catch (error) {
    db.close();
    throw databaseError(error, db.name);
  }
}
