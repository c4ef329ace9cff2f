/** The key as it is backed up: whole, apart from the database, and with a name by which the two are matched. */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { BelfryError } from '../errors.ts';
import { nextKey, readKeys } from './key-file.ts';
import { placeFile } from './place-file.ts';

/** Says which key it is, and nothing of it. */
function nameOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

/** Name of the key that seals; null when there is none. @throws BelfryError `key` for a file that is none */
export function keyName(file: string): string | null {
  const [key] = readKeys(file);
  return key === undefined ? null : nameOf(key);
}

/** @throws BelfryError `key` when there is none, `conflict` while it is being changed */
export function keyToBackUp(file: string): { name: string; text: string } {
  if (nextKey(file) !== null)
    throw new BelfryError('conflict', 'A key rotation is not complete: there are two keys', {
      hint: 'Run `belfry key rotate` to complete it.',
    });
  const [key] = readKeys(file);
  if (key === undefined)
    throw new BelfryError('key', `No key at ${file}: nothing was sealed yet, or it is lost`, {
      hint: 'Run `belfry doctor` to see which.',
    });
  return { name: nameOf(key), text: `${key.toString('base64')}\n` };
}

/** Into a file that nobody else reads. */
export function writeKeyBackup(text: string, file: string): void {
  const draft = `${file}.part-${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    chmodSync(draft, 0o600);
    placeFile(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
