/** What a process may do with a path. */
import { access } from 'node:fs/promises';

/** For the real user, as access(2) answers. @param mode of `constants`; F_OK: whether something is there */
export function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
