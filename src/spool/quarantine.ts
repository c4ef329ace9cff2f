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
        `user ${uid} left more than ${mostKept} files that are not pushes: from now on they are removed\n`,
        { flag: 'wx', mode: 0o600 },
      ).then(
        () => true,
        () => false,
      );
      await discard(path);
      return first ? 'first removed' : 'removed';
    },

    list: (): Promise<BadFile[]> => listAside(bad),

    /**
     * Puts the very file back among those that wait: its owner, who proves the pusher, and its times stay as they are. Under
     * its own name, by which what was recorded of it is known, unless another file has that by now.
     * @param to the directory of those that wait
     * @returns its name there; null when no such file is quarantined (any more)
     */
    retry: (name: string, to: string): Promise<string | null> => putBack(bad, name, to),

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

async function putBack(bad: string, name: string, to: string): Promise<string | null> {
  // Only one command wants it.
  const { openDirectory } = await import('../files/safe-directory.ts');
  await using from = await openDirectory(bad, { links: 'follow' });
  await using into = await openDirectory(to, { links: 'follow' });
  if (name.endsWith(REASON) || !(await from.lstat(name))?.isFile()) return null;
  const reason = await from.readFile(`${name}${REASON}`, { most: MOST_REASON, cut: true });
  // First: the worker may quarantine the file anew as soon as it is back, with another reason.
  await from.unlink(`${name}${REASON}`);
  const taken = FORESEEABLE.test(name) || (await into.lstat(name)) !== null;
  const as = taken ? `retried-${randomUUID()}` : name;
  try {
    await from.rename(name, as, into);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    if (reason !== null) await writeFile(join(bad, `${name}${REASON}`), reason, { mode: 0o600 });
    throw error;
  }
  await into.sync();
  return as;
}

/** Bytes of a reason that was written here. */
const MOST_REASON = 65_536;
/** Names of ref checks: another one may come by such a name, and must not be replaced. */
const FORESEEABLE = /^look-/;

async function listAside(bad: string): Promise<BadFile[]> {
  const names = await readdir(bad).catch(() => []);
  const reasons = new Set(names.filter(name => name.endsWith(REASON)));
  // A command that was killed may have left a file without its reason.
  const bare = names.filter(name => !name.endsWith(REASON) && !reasons.has(`${name}${REASON}`));
  const found = await Promise.all(
    [
      ...[...reasons].map(async file => ({
        name: file.slice(0, -REASON.length),
        reason: (await readFile(join(bad, file), 'utf8')).trim(),
        at: (await stat(join(bad, file))).mtimeMs,
      })),
      ...bare.map(async name => ({ name, reason: NO_REASON, at: (await lstat(join(bad, name))).ctimeMs })),
    ].map(one => one.catch(() => null)),
  );
  return found.filter(one => one !== null);
}

const NO_REASON = 'no reason was recorded';

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
