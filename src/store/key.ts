/**
 * The key that seals, and its change. One transaction seals everything anew; the file changes hands before and after it
 * (`key-file.ts`), so that a crash at any moment leaves every secret readable, and a running worker never notices. One
 * process at a time, by a lock that dies with it: two would rename each other's new keys away.
 *
 * The old key goes only after each sealed value was opened with what stands in the new key's file. Where a value is left that no
 * key opened, the old one is kept aside under another name: it seals nothing any more, so it gives nothing of this
 * database away, and whoever restores a file (a database, or a key, from a backup) may find that it was needed.
 */

import { BelfryError } from '../errors.ts';
import { SECRET_SETTINGS } from '../settings/settings.ts';
import { type Db, write } from './database.ts';
import { takeProcessLock } from './process-lock.ts';
import { type SecretBox, sealedText } from './secret-box.ts';
import { settingContext } from './settings.ts';
import type { KeyRotation, KeyStore } from './store.ts';
import { SEALED } from './webhook-rows.ts';

interface Sealed {
  sealed: string;
  context: string;
  replace(sealed: string): void;
}

/** @param lockFile held while the key is being changed */
export function keyStore(db: Db, box: SecretBox, lockFile: string): KeyStore {
  function* everything(): Generator<Sealed> {
    for (const [column, context] of Object.values(SEALED)) {
      const rows = db
        .prepare<[], { id: number; sealed: string }>(
          `select id, ${column} as sealed from webhook where ${column} is not null`,
        )
        .all();
      const update = db.prepare(`update webhook set ${column} = ? where id = ?`);
      for (const { id, sealed } of rows)
        yield { sealed, context: context(id), replace: text => void update.run(text, id) };
    }
    const update = db.prepare('update setting set value = ? where key = ?');
    for (const key of SECRET_SETTINGS) {
      const sealed = db.prepare('select value from setting where key = ?').pluck().get(key);
      if (typeof sealed === 'string' && sealedText(sealed))
        yield { sealed, context: settingContext(key), replace: text => void update.run(text, key) };
    }
  }

  function opened({ sealed, context }: Sealed): string | null {
    try {
      return box.open(sealed, context);
    } catch (error) {
      if (error instanceof BelfryError && error.code === 'key') return null;
      throw error;
    }
  }

  /** @throws BelfryError `key` when the new key does not open what is to be sealed with it */
  function prove(opens: (sealed: string, context: string) => boolean, lost: Set<string>): void {
    for (const { sealed, context } of everything()) {
      if (lost.has(context) || opens(sealed, context)) continue;
      throw new BelfryError('key', `${context}: the new key does not open it`, {
        hint: 'Nothing was changed. Try again; if it happens again, please report it.',
      });
    }
  }

  function rotateAlone(now: number): KeyRotation {
    const all = [...everything()];
    if (all.length > 0 && all.every(one => opened(one) === null)) box.open(all[0]!.sealed, all[0]!.context);
    const rotation = box.beginRotation();
    // What was sealed with the old key must not be found in pages that are free now: that key may be known.
    db.pragma('secure_delete = ON');
    const done = write(db, () => {
      const lost: string[] = [];
      let resealed = 0;
      for (const one of [...everything()]) {
        const text = opened(one);
        if (text === null) {
          lost.push(one.context);
          continue;
        }
        one.replace(rotation.seal(text, one.context));
        resealed++;
      }
      // Before it is durable, by what stands in the table and in the file: when this fails, nothing has happened.
      prove(rotation.opener(), new Set(lost));
      return { resealed, lost };
    });
    const kept =
      done.lost.length > 0 ? `key.old-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}` : null;
    rotation.finish(kept);
    // What is sealed with the old key still stands in the log.
    db.pragma('wal_checkpoint(TRUNCATE)');
    return { ...done, kept };
  }

  return {
    async lost() {
      return [...everything()].filter(one => opened(one) === null).map(one => one.context);
    },

    async rotate(now) {
      const lock = takeProcessLock(lockFile);
      if (lock === null) {
        throw new BelfryError('conflict', 'Another `belfry key rotate` is running for this home', {
          hint: 'Nothing to do: when it ends, everything is sealed with a new key.',
        });
      }
      try {
        return rotateAlone(now);
      } finally {
        lock.release();
      }
    },
  };
}
