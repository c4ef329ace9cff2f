/** What can be wrong with a file that somebody else may have put there, told apart by code and not by text. */
import type { Stats } from 'node:fs';
import { BelfryError } from '../errors.ts';

/** What is there is not what may be used: another kind of file, a link, too large, or a file with other names too. */
export class RefusedFile extends BelfryError {
  constructor(path: string, wanted: string, got: string) {
    super('conflict', `${path}: wanted ${wanted}, got ${got}`, {
      hint: 'Where other accounts may write, belfry follows no link and opens only regular files: replace it with one, or remove the link.',
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

/** What an admin can act on. @param what what was to be done, as `write /srv/git/app.git/config` */
export function fileProblem(error: unknown, what: string): BelfryError {
  if (error instanceof BelfryError) return error;
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new BelfryError('permission', `Cannot ${what}: no permission`, {
      hint: 'Run belfry as the user who owns the repositories, or as root.',
      cause: error,
    });
  }
  const reason = REASONS[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new BelfryError('environment', `Cannot ${what}: ${reason}`, { cause: error });
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  ELOOP: 'its symbolic links lead in a circle',
};
