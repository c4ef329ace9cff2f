/** Which git there is. */
import { noGitError } from './git-error.ts';

/**
 * @param path the PATH on which git is looked for; default: the system's directories
 * @returns for example `2.39.5`
 * @throws BelfryError `git` when there is none
 */
export async function gitVersion(path?: string): Promise<string> {
  const { askGit } = await import('./ask-git.ts');
  const version = await askGit(null, path).version();
  if (!version.installed) throw noGitError();
  return [version.major, version.minor, version.patch].join('.');
}
