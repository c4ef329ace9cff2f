/**
 * The key that seals, and its change. One transaction seals everything anew; the file changes hands before and after it
 * (`key-file.ts`), so that a crash at any moment leaves every secret readable, and a running worker never notices.
 */
import { BelfryError } from '../errors.ts';
import { SECRET_SETTINGS } from '../settings/settings.ts';
import { type Db, write } from './database.ts';
import { type SecretBox, sealedText } from './secret-box.ts';
import { settingContext } from './settings.ts';
import { SEALED } from './webhook-row.ts';

export interface KeyRotation {
  resealed: number;
  /** What no key opens any more: it stays as it is. */
  lost: string[];
}

interface Sealed {
  sealed: string;
  context: string;
  replace(sealed: string): void;
}

export function keyStore(db: Db, box: SecretBox) {
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

  return {
    /** Everything that no key opens. */
    lost: (): string[] => [...everything()].filter(one => opened(one) === null).map(one => one.context),

    /** @throws BelfryError `key` when nothing can be opened: then there is nothing to save, and no key to replace */
    async rotate(): Promise<KeyRotation> {
      const all = [...everything()];
      if (all.length > 0 && all.every(one => opened(one) === null)) box.open(all[0]!.sealed, all[0]!.context);
      const key = box.beginRotation();
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
          one.replace(box.seal(text, one.context));
          resealed++;
        }
        return { resealed, lost };
      });
      key.finish();
      db.pragma('wal_checkpoint(TRUNCATE)');
      return done;
    },
  };
}
