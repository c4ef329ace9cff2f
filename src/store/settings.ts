/** Settings as they were set; defaults and checks are in `settings/`. A password in one of them is sealed. */
import { BelfryError } from '../errors.ts';
import { SECRET_SETTINGS } from '../settings/settings.ts';
import { type Db, write } from './database.ts';
import { type SecretBox, sealedText } from './secret-box.ts';

export const settingContext = (key: string) => `setting ${key}`;

export function settingStore(db: Db, box: SecretBox) {
  /** Null when the key is lost: then the setting is as if it had not been set. */
  function open(key: string, value: string): string | null {
    if (!SECRET_SETTINGS.includes(key) || !sealedText(value)) return value;
    try {
      return box.open(value, settingContext(key));
    } catch (error) {
      if (error instanceof BelfryError && error.code === 'key') return null;
      throw error;
    }
  }

  const rows = () => db.prepare('select key, value from setting').all() as { key: string; value: string }[];

  return {
    /** What was set, as text, by key. */
    async all(): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      for (const { key, value } of rows()) {
        const text = open(key, value);
        if (text !== null) found.set(key, text);
      }
      return found;
    },

    /** Those that cannot be read any more, because the key is lost. */
    async lost(): Promise<string[]> {
      return rows()
        .filter(({ key, value }) => open(key, value) === null)
        .map(({ key }) => key);
    },

    async set(key: string, value: string): Promise<void> {
      write(db, () => {
        const secret = SECRET_SETTINGS.includes(key) && value.includes('@');
        const stored = secret ? box.seal(value, settingContext(key)) : value;
        db.prepare('insert or replace into setting (key, value) values (?, ?)').run(key, stored);
      });
    },

    /** Back to the default. */
    async unset(key: string): Promise<void> {
      write(db, () => db.prepare('delete from setting where key = ?').run(key));
    },
  };
}
