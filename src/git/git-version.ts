/** Which git there is. */
import { mustGit } from './run-git.ts';

/**
 * @param path the PATH on which git is looked for; default: the system's directories
 * @returns for example `2.39.5`
 * @throws BelfryError `git` when there is none
 */
export async function gitVersion(path?: string): Promise<string> {
  const text = await mustGit({ repository: null, path }, ['--version']);
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? text.trim();
}
