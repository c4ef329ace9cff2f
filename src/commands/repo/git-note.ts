/** What an older git on the server leaves out of merge requests. Pushes are announced whatever it is. */
import { gitVersion } from '../../git/git-version.ts';

/** Null when it can do everything. @param path the PATH on which git is looked for */
export async function gitNote(path: string | undefined): Promise<string | null> {
  const version = await gitVersion(path);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const older = (than: number) => major < 2 || (major === 2 && minor < than);
  if (older(29))
    return `merge requests by refs/for are not available: they need git 2.29, this is ${version}`;
  if (older(38)) return `merge requests have no trial merges: they need git 2.38, this is ${version}`;
  return null;
}
