/**
 * What the files of a repository say, as far as it is trusted: everybody who may drop files can name any
 * repository and any process. A file counts only if its account may write there, and only for a bounded time.
 */
import { join } from 'node:path';
import type { RefUpdate } from '../model/change.ts';
import type { FolderIndex, SpoolEntry } from './folder-index.ts';
import { parseSpoolFile, type SpooledPush } from './parse-spool-file.ts';
import type { Claim } from './read-claim.ts';
import { readDropped } from './read-dropped.ts';

/** Who says something, of which repository. */
export interface Claimant {
  uid: number;
  /** The home's owner or root. */
  trusted: boolean;
  /** Real path. */
  directory: string;
}

export interface NamedByFile {
  pid: number | null;
  /** As the kernel counts, see proc(5). */
  startedAt?: number;
  /** When it was at work, milliseconds since 1970. */
  at?: number;
  /** Account whose process it has to be; null: anybody's. */
  uid: number | null;
}

/** How the spool asks for what no file can prove. */
export interface Judges {
  /** Whether an account may write the repository that its file speaks of. */
  trusts: (claimant: Claimant) => Promise<boolean>;
  /** What became of a process. */
  processState: (named: NamedByFile) => 'alive' | 'gone' | 'unknown';
  now: () => number;
}

/** For so long a file of a process that nobody can see keeps its repository busy. */
export const UNSEEN_MS = 5 * 60_000;
/** For so long a file of a living process does: a hook that belfry's runs first may take its time. */
const WRITING_MS = 60 * 60_000;
/** Updates of a waiting file that are kept for the next question; those of a file with more are read again. */
const FEW = 8;

interface Folders {
  /** `<home>/spool` */
  directory: string;
  /** Of `new/`. */
  incoming: FolderIndex;
  /** Of `tmp/`. */
  written: FolderIndex;
  /** Whether an account is trusted for everything. */
  isTrusted: () => Promise<(uid: number) => boolean>;
}

export function claimsIn({ directory, incoming, written, isTrusted }: Folders) {
  const updatesOf = new WeakMap<SpoolEntry, RefUpdate[]>();
  /** Ref checks whose process has ended: it does not come back. */
  const ended = new WeakSet<SpoolEntry>();

  /** Makes sure that everything is known that is in the spool now, and gives the function that finds an entry's claim. */
  async function readAll() {
    await Promise.all([incoming.refresh(), written.refresh()]);
    await Promise.all([incoming.complete(), written.complete()]);
    const trusted = await isTrusted();
    return (entry: SpoolEntry): (Claim & Claimant) | null =>
      entry.gone || entry.claim === null || typeof entry.claim === 'string'
        ? null
        : { ...entry.claim, uid: entry.uid, trusted: trusted(entry.uid) };
  }

  function isBeingWritten(
    entry: SpoolEntry,
    claim: Claim & Claimant,
    { processState, now }: Judges,
  ): boolean {
    const state = processState({ pid: claim.hookPid, at: entry.changedAt, uid: accountOf(claim) });
    return Math.abs(now() - entry.changedAt) < (state === 'alive' ? WRITING_MS : UNSEEN_MS);
  }

  function movesRefs(entry: SpoolEntry, claim: Claim & Claimant, { processState, now }: Judges): boolean {
    if (claim.writer === null || ended.has(entry)) return false;
    const state = processState({ ...claim.writer, uid: accountOf(claim) });
    if (state === 'alive') return true;
    if (state === 'unknown') return Math.abs(now() - entry.changedAt) < UNSEEN_MS;
    ended.add(entry);
    return false;
  }

  /** Files for a repository, but one, of accounts that are trusted there. */
  async function* trustedOthers(repository: string, except: string, trusts: Judges['trusts']) {
    const claimOf = await readAll();
    const folders = [
      ['new', incoming],
      ['tmp', written],
    ] as const;
    for (const [folder, index] of folders) {
      for (const entry of [...index.of(repository)]) {
        const claim = entry.name === except ? null : claimOf(entry);
        if (claim !== null && (await trusts(claim))) yield { entry, folder, claim };
      }
    }
  }

  async function readPush(entry: SpoolEntry, folder: 'tmp' | 'new'): Promise<SpooledPush | null> {
    const file = await readDropped(join(directory, folder, entry.name)).catch(() => null);
    const push = file === null || typeof file === 'string' ? null : parseSpoolFile(file.bytes);
    return typeof push === 'string' ? null : push;
  }

  async function updatesIn(entry: SpoolEntry, folder: 'tmp' | 'new'): Promise<RefUpdate[]> {
    const known = updatesOf.get(entry);
    if (known !== undefined) return known;
    const push = await readPush(entry, folder);
    const updates =
      push === null ? [] : [...push.updates, ...(push.unfinished === null ? [] : [push.unfinished])];
    if (folder === 'new' && updates.length <= FEW) updatesOf.set(entry, updates);
    return updates;
  }

  return {
    /** Ref updates of a repository in all files but one, unordered. @param repository its real path */
    async updatesOfOthers(
      repository: string,
      except: string,
      { trusts }: Pick<Judges, 'trusts'>,
    ): Promise<RefUpdate[]> {
      const found: RefUpdate[] = [];
      for await (const { entry, folder } of trustedOthers(repository, except, trusts))
        for (const update of await updatesIn(entry, folder)) found.push(update);
      return found;
    },

    /** Whether another push's file says less than Git has moved: its input was eaten, or it is still being written. */
    async isAnyCut(repository: string, except: string, { trusts }: Pick<Judges, 'trusts'>): Promise<boolean> {
      for await (const { entry, folder, claim } of trustedOthers(repository, except, trusts)) {
        const push = claim.refCheck ? null : await readPush(entry, folder);
        if (push !== null && push.lost !== null) return true;
      }
      return false;
    },

    /** Real paths of the repositories whose pushes are being written or wait to be read. */
    async directories(judges: Judges): Promise<Set<string>> {
      const claimOf = await readAll();
      const found = new Set<string>();
      for (const index of [incoming, written]) {
        for (const entry of [...index.all()]) {
          const claim = claimOf(entry);
          if (claim === null || found.has(claim.directory)) continue;
          const waits = index === incoming || isBeingWritten(entry, claim, judges);
          if (waits && (await judges.trusts(claim))) found.add(claim.directory);
        }
      }
      return found;
    },

    /**
     * Whether a ref check would see half of something: a push that is written or waits, or another process that moves
     * refs there. A ref check that came with a push goes last: of what was not pushed the others can say who did it.
     * @param repository its real path @param file the ref check
     */
    async busyWith(
      repository: string,
      file: { name: string; push: Pick<Claim, 'writer'> },
      judges: Judges,
    ): Promise<boolean> {
      const claimOf = await readAll();
      const last = file.push.writer?.pushes === true;
      const waits = (entry: SpoolEntry, claim: Claim & Claimant): boolean =>
        !claim.refCheck || (last && claim.writer?.pushes !== true) || movesRefs(entry, claim, judges);
      for (const index of [incoming, written]) {
        for (const entry of [...index.of(repository)]) {
          const claim = entry.name === file.name ? null : claimOf(entry);
          if (claim === null) continue;
          const counts = index === incoming ? waits(entry, claim) : isBeingWritten(entry, claim, judges);
          if (counts && (await judges.trusts(claim))) return true;
        }
      }
      return false;
    },
  };
}

/** A process that an account names must be its own; the home's owner and root name processes of others, too. */
export function accountOf({ uid, trusted }: { uid: number; trusted: boolean }): number | null {
  return trusted ? null : uid;
}
