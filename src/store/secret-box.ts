/**
 * Seals webhook secrets and URLs in the database: AES-256-GCM with a key file beside the database, so that a copy of
 * the database alone gives nothing away.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { BelfryError } from '../errors.ts';

export interface SecretBox {
  /** @param context binds the sealed text to its place, so that it cannot be moved to another row or column */
  seal(text: string, context: string): string;
  /** @throws BelfryError `key` when the key is not the one it was sealed with */
  open(sealed: string, context: string): string;
}

const VERSION = 'v1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key is read (and made, when there is none) at its first use: most commands never need it. */
export function createSecretBox(keyFile: string): SecretBox {
  let loaded: Buffer | undefined;
  const key = (make: boolean) => (loaded ??= loadKey(keyFile, make));
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key(true), nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64');
      const secret = key(false);
      try {
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
        decipher
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new BelfryError('key', `${context}: sealed with another key than ${keyFile}`, {
          hint: 'Restore the key file that belongs to this database, or set the secret again with `belfry webhook edit`.',
          cause,
        });
      }
    },
  };
}

function loadKey(file: string, make: boolean): Buffer {
  const existing = readKey(file);
  if (existing !== null) return existing;
  if (!make) {
    throw new BelfryError('key', `the key file ${file} is missing`, {
      hint: 'Restore it from a backup, or set the secrets again with `belfry webhook edit`.',
    });
  }
  writeNewKey(file);
  return readKey(file)!;
}

function readKey(file: string): Buffer | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ENOENT') return null;
    throw new BelfryError('key', `the key file ${file} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  const key = Buffer.from(bytes.toString('latin1').trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new BelfryError(
    'key',
    `the key file ${file} holds ${key.length} bytes of key, ${KEY_BYTES} are wanted`,
    {
      hint: 'Restore it from a backup.',
    },
  );
}

/** Written whole under another name and then linked: two processes that make a key at once agree on one. */
function writeNewKey(file: string): void {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
