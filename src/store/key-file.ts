/**
 * The key file, and the one beside it (`key.next`) while the key is being changed. A change is: write `key.next`, seal
 * everything anew in one transaction, rename it over `key`. Killed at any moment, what is sealed can be opened with one
 * of the two, and the next change goes on with the same new key. One process at a time changes it: see `key.ts`.
 * The directory is synced each time: what is sealed with a key must not outlive the key's name in a power cut.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BelfryError } from '../errors.ts';
import { sync } from './place-file.ts';

const KEY_BYTES = 32;
/** A key takes 45; whatever is longer is none, and is not read to its end. */
const MOST_BYTES = 1_024;

/** All keys that open: the new one first. Empty when there is none. @throws BelfryError `key` for an unusable file */
export function readKeys(file: string): Buffer[] {
  // In this order: were the new one renamed in between, it is read twice and not missed.
  return [readKey(nextOf(file)), readKey(file)].filter(key => key !== null);
}

/** The key that seals: the one that is about to be the only one, or null. */
export function nextKey(file: string): Buffer | null {
  return readKey(nextOf(file));
}

/** The home's key, made when there is none. */
export function makeKey(file: string): Buffer {
  const existing = readKey(file);
  if (existing !== null) return existing;
  writeNewKey(file);
  return readKey(file)!;
}

/** The key that `key.next` holds, made when there is none: what a killed change left behind may have sealed something. */
export function makeNextKey(file: string): Buffer {
  const next = nextOf(file);
  const existing = readKey(next);
  if (existing === null) writeNewKey(next);
  // A change that was killed may not have come to this, and what is sealed from now on needs the file.
  else sync(dirname(file));
  return existing ?? readKey(next)!;
}

/**
 * The next key takes the place of the key, which is gone after that.
 * @param keptAs another file that the key is kept in; null: it is not kept
 */
export function promoteNextKey(file: string, keptAs: string | null): void {
  if (keptAs !== null && readKey(file) !== null) linkSync(file, keptAs);
  renameSync(nextOf(file), file);
  sync(dirname(file));
}

function nextOf(file: string): string {
  return `${file}.next`;
}

/** Null when there is no such file. */
function readKey(file: string): Buffer | null {
  let bytes: Buffer;
  try {
    bytes = readRegular(file);
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    if (code === 'ENOENT') return null;
    const why = code === 'ELOOP' ? 'it is a symbolic link' : message;
    throw new BelfryError('key', `The key file ${file} cannot be read: ${why}`, {
      hint: 'It must be a file that the owner of the home can read: see `belfry doctor`.',
      cause,
    });
  }
  const key = Buffer.from(bytes.toString('latin1').trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new BelfryError('key', `The key file ${file}: wanted ${KEY_BYTES} bytes of key, got ${key.length}`, {
    hint: 'Restore it from a backup. Without one, remove it, and set URLs and secrets again.',
  });
}

/**
 * The beginning of a file. A pipe without a writer would be waited for; and behind a link the key would be somewhere
 * else, where a change of it leaves the old one.
 */
function readRegular(file: string): Buffer {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(handle).isFile()) throw new Error('it is not a regular file');
    const bytes = Buffer.alloc(MOST_BYTES);
    return bytes.subarray(0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

/** Written whole under another name and then linked: two processes that make a key at once agree on one. */
function writeNewKey(file: string): void {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    const handle = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(handle, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    linkSync(draft, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  sync(dirname(file));
}
