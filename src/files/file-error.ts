/** What can be wrong with a file that somebody else may have put there, told apart by code and not by text. */
import type { Stats } from 'node:fs';
import { BelfryError } from '../errors.ts';

/** What is there is not what may be used: another kind of file, a link, too large, or a file with other names too. */
export class RefusedFile extends BelfryError {
  constructor(path: string, wanted: string, got: string) {
    super('conflict', `${path}: wanted ${wanted}, got ${got}`, {
      hint: 'belfry follows no link and opens no other kind of file where other accounts may write',
    });
    this.name = 'RefusedFile';
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** For calls that give null when there is no such file; anything else is thrown on. */
export function missing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

/** For a sentence, as `a symbolic link`. */
export function kindOf(info: Stats): string {
  if (info.isFile()) return 'a file';
  if (info.isDirectory()) return 'a directory';
  if (info.isSymbolicLink()) return 'a symbolic link';
  if (info.isFIFO()) return 'a pipe';
  if (info.isSocket()) return 'a socket';
  return 'a device';
}
