/** Settings as they were set; defaults and checks are in `settings/`. A password in one of them is sealed. */

import { BelfryError } from '../errors.ts';
import { SECRET_SETTINGS } from '../settings/settings.ts';
import { type Db, write } from './database.ts';
import { type SecretBox, sealedText } from './secret-box.ts';
import type { SettingStore } from './store.ts';

export const settingContext = (key: string) => `setting ${key}`;

export function settingStore(db: Db, box: SecretBox): SettingStore {
  type Row = { key: string; value: string };

  /** Null when the key is lost: then the setting is as if it had not been set. */
  function open({ key, value }: Row): string | null {
    if (!SECRET_SETTINGS.includes(key) || !sealedText(value)) return value;
    try {
      return box.open(value, settingContext(key));
    } catch (error) {
      if (error instanceof BelfryError && error.code === 'key') return null;
      throw error;
    }
  }

  /** What is set, and null for what cannot be opened. */
  function read(): [key: string, text: string | null][] {
    const rows = () => db.prepare<[], Row>('select key, value from setting').all();
    const found = rows().map((row): [string, string | null] => [row.key, open(row)]);
    if (found.every(([, text]) => text !== null)) return found;
    // Read again: a change of the key may have come between the row and the key.
    return rows().map(row => [row.key, open(row)]);
  }

  return {
    async all() {
      return new Map(read().filter((one): one is [string, string] => one[1] !== null));
    },

    async lost() {
      return read()
        .filter(([, text]) => text === null)
        .map(([key]) => key);
    },

    async set(key, value) {
      write(db, () => writeSetting(db, box, key, value));
    },

    async unset(key) {
      writeSetting(db, box, key, null);
    },
  };
}

/** Part of a transaction, or one by itself. @param value null: back to the default */
export function writeSetting(db: Db, box: SecretBox, key: string, value: string | null): void {
  if (value === null) {
    db.prepare('delete from setting where key = ?').run(key);
    return;
  }
  const secret = SECRET_SETTINGS.includes(key) && value.includes('@');
  const stored = secret ? box.seal(value, settingContext(key)) : value;
  db.prepare('insert or replace into setting (key, value) values (?, ?)').run(key, stored);
}
