/**
 * The only door to SQLite. Its operations are coarse, return promises and are one transaction each, so that the same
 * steps could run on another database; nothing outside this folder sees SQL.
 */
import { join } from 'node:path';
import { databaseError, openDatabase } from './database.ts';
import { deliveryStore } from './deliveries.ts';
import { emissionStore } from './emissions.ts';
import { keyStore } from './key.ts';
import { ledgerStore } from './ledger.ts';
import { mergeRequestStore } from './merge-requests.ts';
import { migrate } from './migrate.ts';
import { patient, whenFree } from './patient.ts';
import { pruneStore } from './prune.ts';
import { pushStore } from './pushes.ts';
import { queueStore } from './queue.ts';
import { repositoryStore } from './repository-store.ts';
import { robotStore } from './robots.ts';
import { rootStore } from './roots.ts';
import { createSecretBox } from './secret-box.ts';
import { settingStore } from './settings.ts';
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
}

/**
 * Opens the home's database and brings it to the newest schema. That is the only moment at which a lock blocks this process:
 * `openStoreAsync` does not. @throws BelfryError `database`
 */
export function openStore({ home, migrations, busyMs = BUSY_MS }: StoreOptions) {
  return openWith({ home, migrations, busyMs }, busyMs);
}

/** As `openStore`; while it waits for a lock, this process goes on. @throws BelfryError `database` */
export async function openStoreAsync({ home, migrations, busyMs = BUSY_MS }: StoreOptions): Promise<Store> {
  const open = async () => openWith({ home, migrations, busyMs }, 0);
  return open().catch(error => whenFree(open, busyMs, error));
}

const BUSY_MS = 10_000;

/** @param openingMs how long SQLite itself waits for a lock, until the store is open */
function openWith({ home, migrations, busyMs }: Required<StoreOptions>, openingMs: number) {
  const db = openDatabase(join(home, 'belfry.db'), openingMs);
  try {
    const migrated = migrate(db, migrations);
    const box = createSecretBox(join(home, 'key'));
    const operations = {
      settings: patient(settingStore(db, box), busyMs),
      roots: patient(rootStore(db), busyMs),
      repositories: patient(repositoryStore(db), busyMs),
      users: patient(userStore(db), busyMs),
      webhooks: patient(webhookStore(db, box), busyMs),
      key: patient(keyStore(db, box, join(home, 'key.lock')), busyMs),
      pushes: patient(pushStore(db), busyMs),
      emissions: patient(emissionStore(db), busyMs),
      ledger: patient(ledgerStore(db), busyMs),
      mergeRequests: patient(mergeRequestStore(db), busyMs),
      queue: patient(queueStore(db), busyMs),
      deliveries: patient(deliveryStore(db), busyMs),
      robots: patient(robotStore(db), busyMs),
      status: patient(statusStore(db), busyMs),
      prune: patient(pruneStore(db), busyMs),
    };
    db.pragma('busy_timeout = 0');
    return {
      /** Versions that were applied just now. */
      migrated,
      ...operations,
      close: () => void db.close(),
    };
  } catch (error) {
    // A damaged file may show only here.
    db.close();
    throw databaseError(error, db.name);
  }
}
