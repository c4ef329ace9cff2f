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
import { type Operations, patient, whenFree } from './patient.ts';
import { pauseStore } from './pause.ts';
import { pruneStore } from './prune.ts';
import { pushStore, putOffStore } from './pushes.ts';
import { queueStore } from './queue.ts';
import { repositoryStore } from './repositories.ts';
import { robotStore } from './robots.ts';
import { rootStore } from './roots.ts';
import { createSecretBox } from './secret-box.ts';
import { settingStore } from './settings.ts';
import { stampStore } from './stamps.ts';
import { statusStore } from './status.ts';
import { userStore } from './users.ts';
import { webhookStore } from './webhooks.ts';

export type Store = ReturnType<typeof openWith>;

export interface StoreOptions {
  /** Directory that holds `belfry.db` and `key`. */
  home: string;
  /** Directory of the numbered SQL files. */
  migrations: string;
  /** How long an operation waits for another process's lock. */
  busyMs?: number;
  opening: Opening;
}

/**
 * `make`: a new file when there is none, and the newest schema. `upgrade`: the file must be there. `use`: its schema must be
 * the newest already, and nothing is changed by opening it.
 */
export type Opening = 'make' | 'upgrade' | 'use';

/**
 * Opens the home's database. That is the only moment at which a lock blocks this process: `openStoreAsync` does not.
 * @throws BelfryError `database`
 */
export function openStore({ busyMs = BUSY_MS, ...options }: StoreOptions): Store {
  return openWith({ ...options, busyMs }, busyMs);
}

/** As `openStore`; while it waits for a lock, this process goes on. @throws BelfryError `database` */
export async function openStoreAsync(options: StoreOptions): Promise<Store> {
  const { busyMs = BUSY_MS } = options;
  const open = async () => openWith({ ...options, busyMs }, 0);
  return open().catch(error => whenFree(open, busyMs, error));
}

const BUSY_MS = 10_000;

/** @param openingMs how long SQLite itself waits for a lock, until the store is open */
function openWith({ home, migrations, busyMs, opening }: Required<StoreOptions>, openingMs: number) {
  const db = openDatabase(join(home, 'belfry.db'), openingMs, opening !== 'make');
  try {
    const { migrated, note } = bringUpToDate(db, migrations, opening);
    const box = createSecretBox(join(home, 'key'));
    const port = <T extends Operations>(operations: T): T =>
      patient(operations, busyMs, error => databaseError(error, db.name));
    const operations = {
      settings: port(settingStore(db, box)),
      roots: port(rootStore(db)),
      repositories: port(repositoryStore(db)),
      users: port(userStore(db)),
      webhooks: port(webhookStore(db, box)),
      key: port(keyStore(db, box, join(home, 'key.lock'))),
      pushes: port(pushStore(db)),
      putOff: port(putOffStore(db)),
      emissions: port(emissionStore(db)),
      ledger: port(ledgerStore(db)),
      mergeRequests: port(mergeRequestStore(db)),
      queue: port(queueStore(db)),
      pause: port(pauseStore(db)),
      backup: port(backupStore(db)),
      deliveries: port(deliveryStore(db)),
      robots: port(robotStore(db)),
      stamps: port(stampStore(db)),
      status: port(statusStore(db)),
      prune: port(pruneStore(db)),
    };
    db.pragma('busy_timeout = 0');
    return {
      /** Versions that were applied just now. */
      migrated,
      /** A sentence about a database that was brought up to date, for the log; null when it was new or is as it was. */
      note,
      ...operations,
      close: () => void db.close(),
    };
  } catch (error) {
    // A damaged file may show only here.
    db.close();
    throw databaseError(error, db.name);
  }
}

function bringUpToDate(db: Db, migrations: string, opening: Opening) {
  if (opening === 'use') {
    requireSchema(db, migrations);
    return { migrated: [], note: null };
  }
  const schema = db.pragma('user_version', { simple: true }) as number;
  const older = schema > 0 && schema < newestMigration(migrations);
  const note = older ? copyBeforeMigration(db, schema) : null;
  return { migrated: migrate(db, migrations), note };
}
