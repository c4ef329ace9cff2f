/**
 * The key file, and the one beside it (`key.next`) while the key is being changed. A change is: write `key.next`, seal
 * everything anew in one transaction, rename it over `key`. Killed at any moment, what is sealed can be opened with one
 * of the two, and the next change goes on with the same new key.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BelfryError } from '../errors.ts';

const KEY_BYTES = 32;

export interface NewKey {
  /** The new key takes the old one's place: the old one is gone. */
  finish(): void;
}

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

/** A key that a killed change left behind is used again: something may be sealed with it. */
export function writeNextKey(file: string): NewKey {
  const next = nextOf(file);
  if (readKey(next) === null) writeNewKey(next);
  return {
    finish() {
      try {
        renameSync(next, file);
      } catch (error) {
        // Another process, changing to the same key, was quicker.
        if ((error as { code?: string }).code !== 'ENOENT') throw error;
      }
      syncDirectory(file);
    },
  };
}

function nextOf(file: string): string {
  return `${file}.next`;
}

function readKey(file: string): Buffer | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ENOENT') return null;
    throw new BelfryError('key', `the key file ${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'It must be a file that the owner of the home can read: see `belfry doctor`.',
      cause,
    });
  }
  const key = Buffer.from(bytes.toString('latin1').trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new BelfryError(
    'key',
    `the key file ${file} holds ${key.length} bytes of key, ${KEY_BYTES} are wanted`,
    { hint: 'Restore it from a backup. Without one: remove it, and set URLs and secrets again.' },
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
  syncDirectory(file);
}

/** What is sealed with a key must not outlive the key's name in a power cut. */
function syncDirectory(file: string): void {
  const handle = openSync(dirname(file), 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
