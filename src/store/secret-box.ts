/**
 * Seals webhook secrets and URLs in the database: AES-256-GCM with a key file beside the database, so that a copy of
 * the database alone gives nothing away.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { makeKey, makeNextKey, nextKey, promoteNextKey, readKeys } from './key-file.ts';

export interface SecretBox {
  /** @param context binds the sealed text to its place, so that it cannot be moved to another row or column */
  seal(text: string, context: string): string;
  /** @throws BelfryError `key` when the key is not the one it was sealed with */
  open(sealed: string, context: string): string;
  /** Writes a new key beside the old one: from now on it seals, and both open. @throws BelfryError `key` */
  beginRotation(): Rotation;
}

/** A change of the key that is under way. */
export interface Rotation {
  /** With the new key. */
  seal(text: string, context: string): string;
  /** Whether the new key opens it: the one in its file, which is read here. */
  opener(): (sealed: string, context: string) => boolean;
  /**
   * Makes the new key the only one.
   * @param keptAs name of a file beside it in which the old key is kept; null: the old one is gone
   */
  finish(keptAs: string | null): void;
}

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keys are read (and one is made, when there is none) at their first use: most commands never need one. While the key is
 * being changed there are two: both open, and only the new one seals.
 */
export function createSecretBox(keyFile: string): SecretBox {
  let known: Buffer[] = [];

  return {
    // Within a writing transaction, so that no change of the key comes in between; hence the file is asked every time.
    seal(text, context) {
      return sealWith(nextKey(keyFile) ?? makeKey(keyFile), text, context);
    },

    open(sealed, context) {
      for (const key of known) {
        const text = openWith(key, sealed, context);
        if (text !== null) return text;
      }
      // Another process may have changed the key since.
      known = readKeys(keyFile);
      if (known.length === 0) {
        throw new BelfryError('key', `The key file ${keyFile} is missing`, { hint: KEY_HINT });
      }
      for (const key of known) {
        const text = openWith(key, sealed, context);
        if (text !== null) return text;
      }
      throw new BelfryError('key', `${context}: sealed with another key than ${keyFile}`, { hint: KEY_HINT });
    },

    beginRotation() {
      // A key that is there and cannot be read is not to be replaced: it throws.
      readKeys(keyFile);
      const key = makeNextKey(keyFile);
      return {
        seal: (text, context) => sealWith(key, text, context),
        opener() {
          const read = nextKey(keyFile);
          return (sealed, context) => read !== null && openWith(read, sealed, context) !== null;
        },
        finish: keptAs => promoteNextKey(keyFile, keptAs === null ? null : join(dirname(keyFile), keptAs)),
      };
    },
  };
}

/** Whether a text is one that was sealed. */
export function sealedText(text: string): boolean {
  return text.startsWith(`${VERSION}.`);
}

const KEY_HINT =
  'Restore the key file that belongs to this database, or set URL and secret again with `belfry webhook edit`.';

function sealWith(key: Buffer, text: string, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
}

/** Null when it was sealed with another key, or for another place. */
function openWith(key: Buffer, sealed: string, context: string): string | null {
  const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64');
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
