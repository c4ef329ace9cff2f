/** Opens the spool to the group whose members share repositories, when they are installed. */
import { stat } from 'node:fs/promises';
import { type Sharing, shareHome } from '../../host/share-home.ts';
import { statRefs } from '../../installer/stat-refs.ts';

/** Who pushes must reach the spool: members of a group that shares repositories do so from now on. Gives notes. */
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
      `pushes of user ${uid} cannot be announced: user ${uid} owns repositories, but the home is user ${owner}'s`,
    );
  }
  return notes;
}

const SHARING_NOTES: Record<Sharing, (gid: number) => string[]> = {
  was: () => [],
  done: gid => [`members of group ${gid} share repositories: they may write into the spool now`],
  other: gid => [
    `pushes of other members of group ${gid} cannot be announced: the spool is open to another group`,
  ],
  refused: gid => [
    `pushes of other members of group ${gid} cannot be announced: the owner of the home is not in that group`,
  ],
};
