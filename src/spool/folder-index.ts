/**
 * What is known of the files in one directory of the spool. A directory is listed again and again, but each file is
 * looked at and opened once, as long as it is the same file; only what the beginning of a file says is kept of it.
 */
// long: one index: how files come into it and go, by listing and by name, belong together.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pMap from 'p-map';
import { type Claim, readClaim } from './read-claim.ts';
import type { RealPath } from './real-paths.ts';
import { spaced } from './spaced.ts';
import { spoolNames } from './spool-names.ts';

export interface SpoolEntry {
  readonly name: string;
  /** Unix account that owns the file. */
  uid: number;
  /** Nanoseconds: its owner can set them. */
  readonly writtenAt: bigint;
  /** Milliseconds since 1970: only the kernel sets them. */
  changedAt: number;
  readonly size: number;
  /** What its beginning says, a sentence that says why it is no push, or null: nobody has opened it yet. */
  claim: Claim | string | null;
  /** It was removed, or another file has its name. */
  gone: boolean;
}

/** Files that are looked at side by side. */
const AT_ONCE = { concurrency: 64 };
/** So long names that are told are believed to be all; longer where a listing takes long, so that it takes 2 % of the time. */
const BELIEVED_MS = 1_000;
const BELIEVED_TIMES = 50;

export interface FolderOptions {
  path: string;
  realPath: RealPath;
  /** Files here are written while we look: what was said once stays, though the file grows. */
  growing: boolean;
}

export type FolderIndex = ReturnType<typeof folderIndex>;

export function folderIndex({ path, realPath, growing }: FolderOptions) {
  const entries = new Map<string, SpoolEntry & { inode: bigint; version: string }>();
  const byDirectory = new Map<string, Set<SpoolEntry>>();
  const unread = new Set<SpoolEntry>();
  /** Newest first, so that the oldest can be taken from the end. */
  const queues = new Map<number, SpoolEntry[]>();
  const opening = new Map<SpoolEntry, Promise<void>>();
  let changed = new Set<string>();
  /** Whether somebody says which files change. */
  let watched = false;
  let believedUntil = 0;

  /** Lists the directory. */
  const refresh = spaced(async () => {
    const began = performance.now();
    const again = changed;
    changed = new Set();
    const names = await spoolNames(path);
    const there = new Set(names);
    for (const entry of entries.values()) if (!there.has(entry.name)) drop(entry.name);
    await see(names.filter(name => !watched || again.has(name) || !entries.has(name)));
    const ended = performance.now();
    believedUntil = ended + Math.max((ended - began) * BELIEVED_TIMES, BELIEVED_MS);
  });

  /** Looks at the files of these names, and lets those that are new have their turn. */
  async function see(names: Iterable<string>): Promise<void> {
    const news: SpoolEntry[] = [];
    const seeOne = async (name: string) => {
      const info = await lstat(join(path, name), { bigint: true }).catch(() => null);
      if (info === null) return drop(name);
      const version = `${info.ino}:${info.ctimeNs}:${info.size}`;
      const known = entries.get(name);
      if (known?.version === version) return;
      const changedAt = Number(info.ctimeMs);
      if (growing && known?.inode === info.ino && known.claim !== null && typeof known.claim !== 'string') {
        known.changedAt = changedAt;
        return;
      }
      drop(name);
      const { ino: inode, mtimeNs: writtenAt } = info;
      const numbers = { uid: Number(info.uid), size: Number(info.size), changedAt };
      const entry = { name, writtenAt, ...numbers, claim: null, gone: false, inode, version };
      entries.set(name, entry);
      unread.add(entry);
      news.push(entry);
    };
    await pMap(names, seeOne, AT_ONCE);
    if (!growing) queueUp(news);
  }

  /**
   * Looks at what somebody has said has changed. To list 20,000 names takes as long as to take in ten pushes, and each that
   * is taken in is a change. The kernel may have lost a name, or not have told it yet: that is for the next listing.
   */
  async function follow(): Promise<void> {
    if (!watched || performance.now() > believedUntil) return refresh();
    const again = changed;
    changed = new Set();
    await see([...again].filter(name => !name.startsWith('.')));
  }

  function queueUp(news: SpoolEntry[]): void {
    for (const [uid, added] of Map.groupBy(news, entry => entry.uid)) {
      const queue = queues.get(uid) ?? [];
      queues.set(uid, queue);
      for (const entry of added) queue.push(entry);
      queue.sort((a, b) => inOrder(b, a));
    }
  }

  function drop(name: string): void {
    const entry = entries.get(name);
    if (entry === undefined) return;
    entries.delete(name);
    unread.delete(entry);
    entry.gone = true;
    unplace(entry);
  }

  function unplace(entry: SpoolEntry): void {
    if (entry.claim === null || typeof entry.claim === 'string') return;
    const { directory } = entry.claim;
    const files = byDirectory.get(directory);
    files?.delete(entry);
    if (files?.size === 0) byDirectory.delete(directory);
  }

  function place(entry: SpoolEntry, claim: Claim): void {
    unplace(entry);
    const files = byDirectory.get(claim.directory) ?? new Set();
    // One text for all of a directory's files, of which there may be 100,000.
    const [known] = files;
    const { directory } = known === undefined ? claim : (known.claim as Claim);
    entry.claim = { ...claim, directory };
    byDirectory.set(directory, files.add(entry));
  }

  async function open(entry: SpoolEntry): Promise<void> {
    // What the machine is to blame for is tried again by the next listing, as is a file that is gone.
    const read = await readClaim(join(path, entry.name), realPath).catch(() => null);
    if (entry.gone) return;
    if (read === null) return drop(entry.name);
    unread.delete(entry);
    // The file that was opened is the one that counts.
    if (read.uid !== null) entry.uid = read.uid;
    if (typeof read.claim === 'string') entry.claim = read.claim;
    else place(entry, read.claim);
  }

  async function examine(entry: SpoolEntry): Promise<void> {
    if (entry.claim !== null || entry.gone) return;
    if (!opening.has(entry))
      opening.set(
        entry,
        open(entry).finally(() => opening.delete(entry)),
      );
    await opening.get(entry);
  }

  return {
    refresh,
    follow,
    drop,

    /** Opens files, unless somebody has. */
    examine: async (files: readonly SpoolEntry[]) => void (await pMap(files, examine, AT_ONCE)),

    /** Something has happened to the file of this name; null: to any of them, from now on. */
    touch(name: string | null): void {
      watched = name !== null;
      if (name !== null) changed.add(name);
    },

    /** Opens all that the last listing has found. */
    complete: async () => void (await pMap([...unread], examine, AT_ONCE)),

    /** The oldest files of each account that nobody has taken yet. @param most how many of an account */
    takeTurn(most: (uid: number) => number): SpoolEntry[] {
      const taken: SpoolEntry[] = [];
      for (const [uid, queue] of queues) {
        for (let left = most(uid); left > 0 && queue.length > 0; ) {
          const entry = queue.pop()!;
          if (entry.gone) continue;
          taken.push(entry);
          left--;
        }
        if (queue.length === 0) queues.delete(uid);
      }
      return taken;
    },

    /** Whether files wait for their turn. */
    hasMore: (): boolean => queues.size > 0,

    /** Every file has its turn once more. */
    startOver(): void {
      queues.clear();
      queueUp([...entries.values()]);
    },

    /** All files, opened or not. */
    all: (): Iterable<SpoolEntry> => entries.values(),

    /** Files that speak of a repository. */
    of: (directory: string): Iterable<SpoolEntry> => byDirectory.get(directory) ?? [],

    /** Real paths of the repositories that files speak of, each with these. */
    directories: (): Iterable<[string, Iterable<SpoolEntry>]> => byDirectory,

    /** The directory that a file named lies elsewhere now. */
    move(entry: SpoolEntry, directory: string): void {
      if (!entry.gone && entry.claim !== null && typeof entry.claim !== 'string')
        place(entry, { ...entry.claim, directory });
    },
  };
}

/** The order of the pushes. */
export function inOrder(a: SpoolEntry, b: SpoolEntry): number {
  if (a.writtenAt !== b.writtenAt) return a.writtenAt < b.writtenAt ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
