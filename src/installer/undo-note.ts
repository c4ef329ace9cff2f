/**
 * What `uninstall` must know to give a hooks directory back as it was, kept in that directory itself: it stays true when
 * the repository is moved, copied or made from a template, and needs no database. There is no note where nothing but the
 * hook was added. Whoever may write there may have written it: so it can name nothing but what belfry makes.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { BelfryError } from '../errors.ts';
import { replaceFile } from '../files/replace-file.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { HOOK_NAMES } from './hook-file.ts';

export const UNDO_FILE = 'belfry-undo.json';
const LARGEST = 64 * 1024;

/** `<name>.d` beside each hook. */
const HOOK_DIRECTORIES = HOOK_NAMES.map(name => `${name}.d` as const);

const chained = z.object({
  /** The foreign hook was a relative symbolic link. */
  link: z.object({}).optional(),
});

const undoNote = z.object({
  version: z.literal(1),
  /** Directories that were made in the hooks directory; `.` is that directory. */
  made: z.array(z.enum(['.', ...HOOK_DIRECTORIES])),
  /** Foreign hooks that were moved to `<name>.d/<name>`. */
  chained: z.partialRecord(z.enum(HOOK_NAMES), chained),
});
export type UndoNote = z.infer<typeof undoNote>;

/** @throws BelfryError `invalid` for a note that belfry has not written; RefusedFile for what is no file */
export async function readUndo(hooks: SafeDirectory): Promise<UndoNote> {
  const bytes = await hooks.readFile(UNDO_FILE, { most: LARGEST });
  if (bytes === null) return { version: 1, made: [], chained: {} };
  try {
    return undoNote.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new BelfryError(
      'invalid',
      `${join(hooks.path, UNDO_FILE)} is not a note of this version of belfry`,
      {
        hint: 'a newer belfry may have written it: install that one again; nobody else should have',
        cause,
      },
    );
  }
}

/** Writes only what is not written already, and no empty note. */
export async function writeUndo(hooks: SafeDirectory, note: UndoNote): Promise<void> {
  const old = await readUndo(hooks);
  if (JSON.stringify(old) === JSON.stringify(note)) return;
  await replaceFile(hooks, UNDO_FILE, `${JSON.stringify(note)}\n`, 0o644);
}

/** The same with one more directory that was made. */
export function withMade(note: UndoNote, directory: UndoNote['made'][number]): UndoNote {
  return note.made.includes(directory) ? note : { ...note, made: [...note.made, directory] };
}

export async function removeUndo(hooks: SafeDirectory): Promise<void> {
  await hooks.unlink(UNDO_FILE);
}
