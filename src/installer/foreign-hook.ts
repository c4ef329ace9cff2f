/**
 * A foreign hook in belfry's place: it is moved to `<name>.d/<name>`, where belfry's hook runs it, and back again. A note in the
 * hooks directory says which ones were moved: so it stays true when the repository is moved, copied or made from a template,
 * and needs no database. Whoever may write there may have written it: so it can name nothing but hooks.
 *
 * A relative link must say something else from there; and the new one must belong to who made the old one. Otherwise a member
 * could have belfry make a link for him with a text of his choice, that is trusted since the home's owner has made it.
 */
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { BelfryError } from '../errors.ts';
import { codeOf } from '../files/file-error.ts';
import { replaceFile, temporaryName } from '../files/replace-file.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { HOOK_NAMES, type HookName } from './hook-file.ts';

/** The note. There is none where no hook was moved. */
export const MOVED_FILE = 'belfry-undo.json';
const LARGEST = 64 * 1024;

const note = z.object({
  version: z.literal(1),
  /** Directories, as earlier versions wrote them down. */
  made: z.array(z.enum(['.', ...HOOK_NAMES.map(name => `${name}.d` as const)])).optional(),
  chained: z.partialRecord(z.enum(HOOK_NAMES), z.object({})),
});

/** @throws BelfryError `invalid` for a note that belfry has not written; RefusedFile for what is no file */
export async function movedHooks(hooks: SafeDirectory): Promise<Set<HookName>> {
  const bytes = await hooks.readFile(MOVED_FILE, { most: LARGEST });
  if (bytes === null) return new Set();
  try {
    const { chained } = note.parse(JSON.parse(bytes.toString('utf8')));
    return new Set(HOOK_NAMES.filter(name => chained[name] !== undefined));
  } catch (cause) {
    throw new BelfryError(
      'invalid',
      `${join(hooks.path, MOVED_FILE)} was not written by this version of belfry`,
      {
        hint: 'If a newer belfry wrote it, install that one again.',
        cause,
      },
    );
  }
}

/** Moves the hook, but leaves it under its old name too: the new hook is renamed over that. @param to its `<name>.d` */
export async function moveAway(hooks: SafeDirectory, name: HookName, to: SafeDirectory): Promise<void> {
  const moved = await movedHooks(hooks);
  if (!moved.has(name)) {
    const chained = Object.fromEntries([...moved, name].map(one => [one, {}]));
    await replaceFile(hooks, MOVED_FILE, `${JSON.stringify({ version: 1, chained })}\n`, 0o644);
  }
  if (await isRelativeLink(hooks, name)) await moveLink(hooks, name, to, target => `../${target}`);
  else await moveFile(hooks, name, to);
}

/** In the place of belfry's. False when none was moved. @param from its `<name>.d` */
export async function moveBack(hooks: SafeDirectory, name: HookName, from: SafeDirectory): Promise<boolean> {
  if ((await from.lstat(name)) === null || !(await movedHooks(hooks)).has(name)) return false;
  if (await isRelativeLink(from, name)) {
    await moveLink(from, name, hooks, target => target.replace(/^\.\.\//, ''));
    await from.unlink(name);
  } else await from.rename(name, name, hooks);
  return true;
}

async function isRelativeLink(directory: SafeDirectory, name: string): Promise<boolean> {
  const isLink = (await directory.lstat(name))?.isSymbolicLink() === true;
  return isLink && !isAbsolute(await directory.readlink(name));
}

/** Gives the hook its new name too, where links are allowed. */
async function moveFile(from: SafeDirectory, name: string, to: SafeDirectory): Promise<void> {
  const temporary = temporaryName();
  try {
    if (!(await linked(from, name, temporary, to))) await from.rename(name, temporary, to);
    await to.rename(temporary, name);
  } finally {
    // Renaming one name of a file over another one of the same file leaves both.
    await to.unlink(temporary);
  }
}

/**
 * The same for a relative link. @param change what it says from there
 * @throws BelfryError `conflict` when the link belongs to somebody else, and only root could give him the new one
 */
async function moveLink(
  from: SafeDirectory,
  name: string,
  to: SafeDirectory,
  change: (target: string) => string,
): Promise<void> {
  const staging = temporaryName();
  // Nobody else can go into this one, so what is in it stays what it is.
  await using stage = (await to.makeDirectory(staging, { mode: 0o700 }))!;
  try {
    if (!(await linked(from, name, 'old', stage))) throw notOurs(from, name);
    await using old = (await stage.entry('old'))!;
    await stage.symlink(change(await stage.readlink('old')), 'new');
    await using made = (await stage.entry('new'))!;
    await made.giveTo(old.info);
    if ((await stage.lstat('new'))?.uid !== old.info.uid) throw notOurs(from, name);
    await stage.rename('new', name, to);
  } finally {
    for (const left of ['old', 'new']) await stage.unlink(left);
    await to.rmdir(staging);
  }
}

function notOurs(directory: SafeDirectory, name: string): BelfryError {
  const path = join(directory.path, name);
  return new BelfryError('conflict', `${path} is a relative link that another account has made`, {
    hint: 'Make its target absolute, as its owner or root: a relative one changes when it is moved.',
  });
}

/** False where links are not allowed: on some file systems, and for files of somebody else. */
async function linked(
  from: SafeDirectory,
  name: string,
  to: string,
  directory: SafeDirectory,
): Promise<boolean> {
  try {
    await from.link(name, to, directory);
    return true;
  } catch (error) {
    if (['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? ''))
      return false;
    throw error;
  }
}
