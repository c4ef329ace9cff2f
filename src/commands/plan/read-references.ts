/**
 * Reads what a file refers to: variables of the environment, and files below the directory of `--secrets`. By now the process acts as
 * the owner of the home. Whoever may write in that directory, or put a link there, could name any file that the owner can read:
 * such a directory is refused.
 */
import type { Stats } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { codeOf, RefusedFile } from '../../files/file-error.ts';
import { ownUid } from '../../files/may.ts';
import { openDirectory, readAtMost, type SafeDirectory } from '../../files/safe-directory.ts';
import { isBelow } from '../../model/full-name.ts';
import { type Reference, type Resolved, sourceOf } from '../../plan/reference.ts';

/** PEM files of authorities are the largest. */
const LARGEST = 1_000_000;
const OTHERS_WRITE = 0o022;

type Found = { value: string } | { wanted: string; got: string };

/** @param secrets as it was given; undefined: there is none. @throws BelfryError `invalid` for a directory that will not do */
export async function readReferences(
  references: Iterable<Reference>,
  secrets: string | undefined,
  { env, home }: { env: Record<string, string | undefined>; home: string },
): Promise<Resolved> {
  const found = new Map<string, Found>();
  await using directory = secrets === undefined ? null : await secretsDirectory(secrets, home);
  for (const reference of references) {
    const source = sourceOf(reference);
    if (source === null || found.has(source)) continue;
    if ('env' in reference) found.set(source, variable(reference.env, env));
    else if ('file' in reference) found.set(source, await file(reference.file, directory));
  }
  return found;
}

function variable(name: string, env: Record<string, string | undefined>): Found {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) return { wanted: `the variable ${name} in the environment`, got: 'none' };
  return value === '' ? { wanted: `a value of the variable ${name}`, got: 'an empty one' } : { value };
}

/** The home holds its key, and so does whatever holds the home. */
async function secretsDirectory(given: string, home: string): Promise<SafeDirectory> {
  const path = resolve(given);
  const refuse = (why: string) => new BelfryError('invalid', `--secrets ${given}: ${why}`);
  const real = await realpath(path).catch(cause => {
    throw new BelfryError('invalid', `--secrets ${given} cannot be read (${codeOf(cause)})`, { cause });
  });
  const realHome = await realpath(home);
  if (real === realHome || isBelow(realHome, real))
    throw refuse('wanted a directory that does not hold the home');
  const directory = await openDirectory(real, { links: 'refuse' }).catch(cause => {
    throw new BelfryError('invalid', `--secrets ${given}: ${cause.message}`, { cause });
  });
  const problem = strangers(await directory.stat());
  if (problem === null) return directory;
  await directory[Symbol.asyncDispose]();
  throw new BelfryError(
    'invalid',
    `--secrets ${given}: wanted a directory that only its owner writes, got ${problem}`,
    {
      hint: 'It belongs to the owner of the home, or to root, and nobody else may write there: chmod go-w',
    },
  );
}

function strangers({ uid, mode }: Stats): string | null {
  if (uid !== 0 && uid !== ownUid()) return 'one that belongs to somebody else';
  return (mode & OTHERS_WRITE) === 0 ? null : 'one that others may write';
}

async function file(name: string, top: SafeDirectory | null): Promise<Found> {
  if (top === null) return { wanted: `--secrets DIR, with the file ${name}`, got: 'no --secrets' };
  const parts = name.split('/');
  let directory = top;
  try {
    for (const part of parts.slice(0, -1)) {
      const next = await directory.directory(part);
      if (directory !== top) await directory[Symbol.asyncDispose]();
      directory = next;
      const problem = strangers(await directory.stat());
      if (problem !== null)
        return { wanted: `${name} in a directory of the home's owner or of root`, got: problem };
    }
    return await readText(name, parts.at(-1)!, directory);
  } catch (error) {
    return refusal(name, error);
  } finally {
    if (directory !== top) await directory[Symbol.asyncDispose]();
  }
}

async function readText(name: string, last: string, directory: SafeDirectory): Promise<Found> {
  await using handle = await directory.openFile(last, { oneName: true });
  if (handle === null) return { wanted: `the file ${name} in the directory of --secrets`, got: 'none' };
  const problem = strangers(await handle.stat());
  if (problem !== null) return { wanted: `the file ${name}, of the home's owner or of root`, got: problem };
  const bytes = await readAtMost(handle, LARGEST + 1);
  if (bytes.length > LARGEST)
    return { wanted: `the file ${name} with at most ${LARGEST} bytes`, got: 'a larger one' };
  const value = bytes.toString('utf8').replace(/\r?\n$/, '');
  return value === '' ? { wanted: `a value in the file ${name}`, got: 'an empty file' } : { value };
}

function refusal(name: string, error: unknown): Found {
  const code = codeOf(error);
  const wanted = `the file ${name} in the directory of --secrets, a regular one with one name`;
  if (error instanceof RefusedFile) return { wanted, got: error.message.replace(/^.*, got /s, '') };
  if (code === 'ENOENT') return { wanted, got: 'none' };
  if (code === 'EACCES')
    return { wanted: `${wanted}, that the home's owner may read`, got: 'one that he may not' };
  throw error;
}
