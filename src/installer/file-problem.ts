/** Turns what the file system says into what an admin can act on, by code and not by text. */
import { BelfryError } from '../errors.ts';
import { codeOf } from '../files/file-error.ts';

/** @param what what was to be done, as `write /srv/git/app.git/config` */
export function fileProblem(error: unknown, what: string): BelfryError {
  if (error instanceof BelfryError) return error;
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new BelfryError('permission', `cannot ${what}: no permission`, {
      hint: 'run belfry as the user who owns the repositories, or as root',
      cause: error,
    });
  }
  const reason = REASONS[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new BelfryError('environment', `cannot ${what}: ${reason}`, { cause: error });
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
