/** As whom this process acts, what it may do with a path, and whether that leads to a directory. */
import { access, stat } from 'node:fs/promises';

/** For the real user, as access(2) answers. @param mode of `constants`; F_OK: whether something is there */
export function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** Through links; false as well where nobody can tell. */
export function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    info => info.isDirectory(),
    () => false,
  );
}

/**
 * Number of the account that this process runs as, and that the files it makes belong to: in the worker and in commands the
 * owner of the home.
 */
export function ownUid(): number {
  return process.geteuid!();
}
