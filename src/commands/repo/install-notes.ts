/** What an admin learns when repositories are installed: who of the pushers is heard, and what an older git leaves out. */
import { stat } from 'node:fs/promises';
import { gitVersion } from '../../git/run-git.ts';
import { type Sharing, shareHome } from '../../host/share-home.ts';
import { statRefs } from '../../installer/find-repositories.ts';

/** Opens the spool to the group whose members share repositories: who pushes must reach it. Gives notes. */
export async function shareSpool(home: string, repositories: string[]): Promise<string[]> {
  const groups = new Set<number>();
  const strangers = new Set<number>();
  const owner = (await stat(home)).uid;
  for (const repository of repositories) {
    const refs = await statRefs(repository).catch(() => null);
    if (refs === null) continue;
    if ((refs.mode & 0o020) !== 0) groups.add(refs.gid);
    else if (refs.uid !== owner && refs.uid !== 0) strangers.add(refs.uid);
  }
  const notes: string[] = [];
  for (const gid of groups) notes.push(...SHARING_NOTES[await shareHome(home, gid)](gid));
  for (const uid of strangers) {
    notes.push(
      `pushes of user ${uid} cannot be announced: user ${uid} owns repositories, but user ${owner} owns the home`,
    );
  }
  return notes;
}

const SHARING_NOTES: Record<Sharing, (gid: number) => string[]> = {
  was: () => [],
  done: gid => [`members of group ${gid} share repositories: they can write into the spool now`],
  other: gid => [
    `pushes of other members of group ${gid} cannot be announced: the spool is open to another group`,
  ],
  refused: gid => [
    `pushes of other members of group ${gid} cannot be announced: the owner of the home is not in that group`,
  ],
};

/** What git is too old for. Pushes are announced whatever it is. Null when it can do everything. @param path the PATH on which git is looked for */
export async function gitNote(path: string | undefined): Promise<string | null> {
  const version = await gitVersion(path);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const older = (than: number) => major < 2 || (major === 2 && minor < than);
  if (older(29))
    return `merge requests by refs/for are not available: they need git 2.29, this is ${version}`;
  if (older(38)) return `merge requests have no trial merges: they need git 2.38, this is ${version}`;
  return null;
}
