/** The store on SQLite: one file in the home. */
import { join } from 'node:path';
import { backupStore, copyBeforeMigration } from './backup.ts';
import { type Db, databaseError, openDatabase } from './database.ts';
import { deliveryStore } from './deliveries.ts';
import { emissionStore } from './emissions.ts';
import { keyStore } from './key.ts';
import { ledgerStore } from './ledger.ts';
import { mergeRequestStore } from './merge-requests.ts';
import { currentSchema, migrate, newestMigration, requireSchema } from './migrate.ts';
import { patient, whenFree } from './patient.ts';
import { pauseStore } from './pause.ts';
import { planStore } from './plan.ts';
import { pruneStore } from './prune.ts';
import { pushStore, putOffStore } from './pushes.ts';
import { queueStore } from './queue.ts';
import { replayStore } from './replay.ts';
import { repositoryStore } from './repositories.ts';
import { robotStore } from './robots.ts';
import { rootStore } from './roots.ts';
import { createSecretBox } from './secret-box.ts';
import { settingStore } from './settings.ts';
import { statusStore } from './status.ts';
import type { Store } from './store.ts';
import { userStore } from './users.ts';
import { webhookStore } from './webhooks.ts';

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
function openWith({ home, migrations, busyMs, opening }: Required<StoreOptions>, openingMs: number): Store {
  const db = openDatabase(join(home, 'belfry.db'), openingMs, opening !== 'make');
  const translate = (error: unknown) => databaseError(error, db.name);
  try {
    const { migrated, note } = bringUpToDate(db, migrations, opening);
    const box = createSecretBox(join(home, 'key'));
    const port = <T extends object>(operations: T): T => patient(operations, busyMs, translate);
    const store = {
      migrated,
      note,
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
      plan: port(planStore(db, box)),
      deliveries: port(deliveryStore(db)),
      replay: port(replayStore(db)),
      robots: port(robotStore(db)),
      status: port(statusStore(db)),
      prune: port(pruneStore(db)),
      close: () => void db.close(),
    };
    db.pragma('busy_timeout = 0');
    return store;
  } catch (error) {
    // A damaged file may show only here.
    db.close();
    throw translate(error);
  }
}

function bringUpToDate(db: Db, migrations: string, opening: Opening): Pick<Store, 'migrated' | 'note'> {
  if (opening === 'use') {
    requireSchema(db, migrations);
    return { migrated: [], note: null };
  }
  const schema = currentSchema(db);
  const older = schema > 0 && schema < newestMigration(migrations);
  const note = older ? copyBeforeMigration(db, schema) : null;
  return { migrated: migrate(db, migrations), note };
}
