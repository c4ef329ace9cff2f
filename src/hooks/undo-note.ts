/**
 * What `uninstall` must know to give a hooks directory back as it was, kept in that directory itself: it stays true when
 * the repository is moved, copied or made from a template, and needs no database. There is no note where nothing but the
 * hook was added.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BelfryError } from '../errors.ts';
import { missing } from './file-problem.ts';
import { replaceFile } from './replace-file.ts';

const UNDO_FILE = 'belfry-undo.json';

const chained = z.object({
  /** The foreign hook was a relative symbolic link: what it said, and its time in seconds. */
  link: z.object({ target: z.string(), mtime: z.number() }).optional(),
});

const undoNote = z.object({
  version: z.literal(1),
  /** Directories that were made, relative to the hooks directory; `.` is that directory. */
  made: z.array(z.string()),
  /** Foreign hooks that were moved to `<name>.d/<name>`. */
  chained: z.record(z.string(), chained),
});
export type UndoNote = z.infer<typeof undoNote>;

export async function readUndo(hooksDirectory: string): Promise<UndoNote> {
  const path = join(hooksDirectory, UNDO_FILE);
  const text = await readFile(path, 'utf8').catch(missing);
  if (text === null) return { version: 1, made: [], chained: {} };
  try {
    return undoNote.parse(JSON.parse(text));
  } catch (cause) {
    throw new BelfryError('invalid', `${path} is not a note of this version of belfry`, {
      hint: 'a newer belfry may have written it: install that one again',
      cause,
    });
  }
}

/** Writes only what is not written already, and no empty note. */
export async function writeUndo(hooksDirectory: string, note: UndoNote): Promise<void> {
  const old = await readUndo(hooksDirectory);
  if (JSON.stringify(old) === JSON.stringify(note)) return;
  await replaceFile(join(hooksDirectory, UNDO_FILE), `${JSON.stringify(note)}\n`, 0o644);
}

export async function removeUndo(hooksDirectory: string): Promise<void> {
  await rm(join(hooksDirectory, UNDO_FILE), { force: true });
}
