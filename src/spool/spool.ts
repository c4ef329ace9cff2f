/** The only door to the spool directories. `new/` is read in the order of the pushes, `bad/` is for people. */
import { randomUUID } from 'node:crypto';
import { lstat, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { adoptOrphans } from './adopt-orphans.ts';
import { claimsIn, type Judges } from './claims.ts';
import { folderIndex, inOrder, type SpoolEntry } from './folder-index.ts';
import { parseSpoolFile, type SpooledPush } from './parse-spool-file.ts';
import { openQuarantine } from './quarantine.ts';
import { isUnreadable, readDropped } from './read-dropped.ts';
import { realPaths } from './real-paths.ts';
import { spoolNames } from './spool-names.ts';
import { watchFolder } from './watch-folder.ts';

export interface SpoolFile {
  name: string;
  /** Time of the push, milliseconds since 1970. */
  pushedAt: number;
  /** When the file was last changed or renamed, milliseconds since 1970: only the kernel sets this time. */
  changedAt: number;
  /** Unix account that wrote the file: the one identity that nobody can pretend. */
  uid: number;
  /** It is the owner's of the spool, or root's: what they say of somebody else counts. */
  trusted: boolean;
  push: SpooledPush;
}

const LET_GO = 'late-';
/** The home's owner and root have the turns of so many accounts: all that a server takes for its users is theirs. */
const TRUSTED_TURNS = 16;

export type Spool = ReturnType<typeof openSpool>;

/** @param directory `<home>/spool` */
export function openSpool(directory: string) {
  const place = (folder: 'tmp' | 'new' | 'bad', name = '') => join(directory, folder, name);
  const realPath = realPaths();
  const incoming = folderIndex({ path: place('new'), realPath, growing: false });
  const written = folderIndex({ path: place('tmp'), realPath, growing: true });
  const quarantine = openQuarantine(place('bad'));

  async function isTrusted(): Promise<(uid: number) => boolean> {
    const owner = (await stat(directory)).uid;
    return uid => uid === 0 || uid === owner;
  }

  async function read(folder: 'new' | 'bad', name: string): Promise<SpoolFile | string | null> {
    const file = await readDropped(place(folder, name));
    if (file === null || typeof file === 'string') return file;
    const push = parseSpoolFile(file.bytes);
    if (typeof push === 'string') return push;
    const { uid, at: pushedAt, changedAt } = file;
    return { name, pushedAt, changedAt, uid, trusted: (await isTrusted())(uid), push };
  }

  return {
    ...claimsIn({ directory, incoming, written, isTrusted }),

    /** Names of the pushes that wait, oldest first. */
    async waiting(): Promise<string[]> {
      const files = await Promise.all(
        (await spoolNames(place('new'))).map(async name => {
          const at = await lstat(place('new', name), { bigint: true }).catch(() => null);
          return at === null ? null : { name, at: at.mtimeNs };
        }),
      );
      return files
        .filter(file => file !== null)
        .sort((a, b) => (a.at === b.at ? (a.name < b.name ? -1 : 1) : a.at < b.at ? -1 : 1))
        .map(file => file.name);
    },

    /** Sees which files have come and gone. */
    refresh: incoming.refresh,

    /** The same of those files of which a watch has told: cheap, however many there are, and perhaps not all. */
    follow: incoming.follow,

    /**
     * The next files to be handled, opened, oldest first. Each account has a turn: the files of one must not keep those
     * of the others waiting. @param most files of an account
     */
    async takeTurn(most: number): Promise<SpoolEntry[]> {
      const trusted = await isTrusted();
      const entries = incoming.takeTurn(uid => (trusted(uid) ? most * TRUSTED_TURNS : most));
      await incoming.examine(entries);
      return entries.filter(entry => !entry.gone).sort(inOrder);
    },

    /** Whether files have not had their turn. */
    hasMore: incoming.hasMore,

    /** Every file that waits has its turn once more. */
    startOver: incoming.startOver,

    /** The directory that a file names lies elsewhere by now. @param to real path */
    move: (entry: SpoolEntry, to: string): void => incoming.move(entry, to),

    /** The push in a file, a sentence that says why it is none, or null when the file is gone. */
    read: (name: string): Promise<SpoolFile | string | null> => read('new', name),

    /** The same for one that is quarantined. */
    readBad: (name: string): Promise<SpoolFile | string | null> => read('bad', name),

    /** Puts a quarantined file back, see `quarantine.ts`. Gives its name; null when it is not quarantined (any more). */
    retry: (name: string): Promise<string | null> => quarantine.retry(name, place('new')),

    /** It is gone. */
    forget: (name: string): void => incoming.drop(name),

    async remove(name: string): Promise<void> {
      await unlink(place('new', name)).catch(ignoreMissing);
      incoming.drop(name);
    },

    /**
     * Gives a ref check that nobody waits for any longer another name, which its hook does not know: what is moved from
     * now on is asked for anew.
     */
    async letGo(name: string): Promise<void> {
      await rename(place('new', name), place('new', `${LET_GO}${randomUUID()}`)).catch(ignoreMissing);
      incoming.drop(name);
    },

    /** Whether a ref check has such a name. */
    isLetGo: (name: string): boolean => name.startsWith(LET_GO),

    /** Out of the way of the others, kept with its reason. */
    async quarantine(name: string, reason: string): Promise<void> {
      await quarantine.keep(place('new', name), reason);
      incoming.drop(name);
    },

    /** The same for what is no push: of each account only so many are kept. Says what became of it. */
    async quarantineRubbish({ name, uid }: Pick<SpoolEntry, 'name' | 'uid'>, reason: string) {
      const path = place('new', name);
      const done = isUnreadable(reason)
        ? await quarantine.keep(path, reason).then(() => 'kept' as const)
        : await quarantine.keepSome(path, uid, reason);
      incoming.drop(name);
      return done;
    },

    bad: quarantine.list,

    /** Why a push is quarantined; null when it is not. @param name of its file */
    reasonOf: quarantine.reasonOf,

    /**
     * Files that a hook wrote and never handed over, because it was killed: they are handed over now. Gives the names
     * that they have in `new/`.
     */
    adoptOrphans: (judges: Pick<Judges, 'processState' | 'now'>): Promise<string[]> =>
      adoptOrphans({ directory, written, quarantine, isTrusted }, judges),

    /** Calls back when a file has come (or something else happened there). Gives what stops it. */
    watch: (onChange: () => void): (() => void) =>
      watchFolder(place('new'), { onName: incoming.touch, onChange }),

    /** The home was removed, or its file system is away: nobody will find what is done here. */
    async gone(): Promise<boolean> {
      return stat(place('new')).then(
        () => false,
        error => error.code === 'ENOENT',
      );
    },

    /** Wakes a worker that sleeps, by the directory's own times: the name of a file could be taken before. */
    async nudge(): Promise<void> {
      const now = new Date();
      await utimes(place('new'), now, now);
    },
  };
}

function ignoreMissing(error: unknown): void {
  if ((error as { code?: string }).code !== 'ENOENT') throw error;
}
