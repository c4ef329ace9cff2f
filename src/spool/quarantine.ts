/**
 * Takes a file that cannot be used out of the way, and keeps it with its reason. Whoever drops files chooses their names
 * and modes: none of it may keep the others waiting. And nobody fills the disk of the home's owner with reasons: of what
 * is no push at all only so much is kept for each Unix account.
 */
import { randomUUID } from 'node:crypto';
import { lstat, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface BadFile {
  name: string;
  reason: string;
  at: number;
}

/** Bytes of a name, of which 255 is the most; `.reason` comes behind it. */
const LONGEST = 240;
const REASON = '.reason';
/** Files of one account that are no pushes. What a person looks at is the first of them. */
const MOST_KEPT = 1_000;

export type Quarantine = ReturnType<typeof openQuarantine>;

/** @param bad the directory for such files */
export function openQuarantine(bad: string, mostKept = MOST_KEPT) {
  /** How many files of an account are there, as far as this process knows. */
  let kept: Promise<Map<number, number>> | null = null;

  return {
    /** A file of which something may still be wanted: it is always kept. */
    keep: (path: string, reason: string) => putAside(path, bad, reason),

    /**
     * A file that is no push. Beyond the bound of its account it is removed, and the bound has a reason of its own, which
     * `list` gives like that of a file. Says what became of it.
     */
    async keepSome(path: string, uid: number, reason: string): Promise<'kept' | 'removed' | 'first removed'> {
      kept ??= countKept(bad);
      const counts = await kept;
      const count = counts.get(uid) ?? 0;
      counts.set(uid, count + 1);
      if (count < mostKept) {
        await putAside(path, bad, reason);
        return 'kept';
      }
      const note = join(bad, `not-kept-of-user-${uid}${REASON}`);
      const first = await writeFile(
        note,
        `user ${uid} left more than ${mostKept} files that are no pushes: from here on they are removed\n`,
        { flag: 'wx', mode: 0o600 },
      ).then(
        () => true,
        () => false,
      );
      await discard(path);
      return first ? 'first removed' : 'removed';
    },

    list: (): Promise<BadFile[]> => listAside(bad),

    /** Why the file of this name is quarantined; null when it is not. */
    async reasonOf(name: string): Promise<string | null> {
      return readFile(join(bad, `${name}${REASON}`), 'utf8').then(
        text => text.trim(),
        () => null,
      );
    },
  };
}

async function putAside(path: string, bad: string, reason: string): Promise<void> {
  const given = basename(path);
  const fits =
    Buffer.byteLength(given) <= LONGEST && !given.endsWith(REASON) && !(await isThere(join(bad, given)));
  const name = fits ? given : `${[...given].slice(0, 50).join('')}-${randomUUID()}`;
  await writeFile(join(bad, `${name}${REASON}`), `${reason}\n`, { mode: 0o600 });
  try {
    await rename(path, join(bad, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await hide(path, name);
  }
}

/** Somebody else's directory can be given another name where it is, and nothing else. */
async function hide(path: string, name: string): Promise<void> {
  await rename(path, join(dirname(path), `.${name}`));
}

async function discard(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'EISDIR' && code !== 'EPERM') throw error;
    await hide(path, randomUUID());
  }
}

async function listAside(bad: string): Promise<BadFile[]> {
  const names = (await readdir(bad).catch(() => [])).filter(name => name.endsWith(REASON));
  return Promise.all(
    names.map(async file => ({
      name: file.slice(0, -REASON.length),
      reason: (await readFile(join(bad, file), 'utf8')).trim(),
      at: (await stat(join(bad, file))).mtimeMs,
    })),
  );
}

async function countKept(bad: string): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const name of await readdir(bad).catch(() => [])) {
    if (name.endsWith(REASON)) continue;
    const info = await lstat(join(bad, name)).catch(() => null);
    if (info !== null) counts.set(info.uid, (counts.get(info.uid) ?? 0) + 1);
  }
  return counts;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
