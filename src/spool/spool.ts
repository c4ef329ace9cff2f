/** The only door to the spool directories. `new/` is read in the order of the pushes, `bad/` is for people. */

import { randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { lstat, realpath, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { RefUpdate } from '../events/change.ts';
import { type Mover, parseSpoolFile, type SpooledPush } from './parse-spool-file.ts';
import { type BadFile, listAside, putAside, reasonAside } from './put-aside.ts';
import { readDropped } from './read-dropped.ts';
import { spoolNames } from './spool-names.ts';

export interface SpoolFile {
  name: string;
  /** Time of the push, milliseconds since 1970. */
  pushedAt: number;
  /** Unix account that wrote the file: the one identity that nobody can pretend. */
  uid: number;
  /** It is the owner's of the spool, or root's: what they say of somebody else counts. */
  trusted: boolean;
  push: SpooledPush;
}

/** Enough for the header and an update, when it is not wanted which there are. */
const BEGINNING = 2 ** 20;
const LET_GO = 'late-';
const LOOK_EVERY_MS = 1_000;
const HOUR_MS = 3_600_000;

export type Spool = ReturnType<typeof openSpool>;

/** @param directory `<home>/spool` */
export function openSpool(directory: string) {
  const place = (folder: 'tmp' | 'new' | 'bad', name = '') => join(directory, folder, name);

  /** The push in a file, when it is one. */
  async function parsed(path: string, most?: number): Promise<SpooledPush | null> {
    const file = await readDropped(path, most);
    const push = file === null || typeof file === 'string' ? null : parseSpoolFile(file.bytes);
    return typeof push === 'string' ? null : push;
  }

  /** All that is written or waits, but one. */
  async function* others(except: string, most?: number): AsyncGenerator<SpooledPush, void> {
    for (const folder of ['tmp', 'new'] as const) {
      for (const name of await spoolNames(place(folder))) {
        const push = name === except ? null : await parsed(place(folder, name), most);
        if (push !== null) yield push;
      }
    }
  }

  return {
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

    /** The push in a file, a sentence that says why it is none, or null when the file is gone. */
    async read(name: string): Promise<SpoolFile | string | null> {
      const file = await readDropped(place('new', name));
      if (file === null || typeof file === 'string') return file;
      const push = parseSpoolFile(file.bytes);
      if (typeof push === 'string') return push;
      const { uid } = file;
      const trusted = uid === 0 || uid === (await stat(directory)).uid;
      return { name, pushedAt: file.at, uid, trusted, push };
    },

    async remove(name: string): Promise<void> {
      await unlink(place('new', name)).catch(ignoreMissing);
    },

    /**
     * Gives a look that nobody waits for any longer another name, which its hook does not know: what is moved from now on
     * is asked for anew. False when there is no need.
     */
    async letGo(name: string, mover: Mover | null, alive: (mover: Mover) => boolean): Promise<boolean> {
      if (name.startsWith(LET_GO) || mover === null || !alive(mover)) return false;
      await rename(place('new', name), place('new', `${LET_GO}${randomUUID()}`)).catch(ignoreMissing);
      return true;
    },

    /** Out of the way of the others, kept with its reason. */
    async setAside(name: string, reason: string): Promise<void> {
      await putAside(place('new', name), place('bad'), reason);
    },

    bad: (): Promise<BadFile[]> => listAside(place('bad')),

    /** Why the file of that name was quarantined; null when none was. */
    reasonOf: (name: string): Promise<string | null> => reasonAside(place('bad'), name),

    /** Files that a hook wrote and never handed over, because it was killed: they are handed over now. */
    async adoptOrphans(alive: (pid: number, writtenAt: number) => boolean): Promise<string[]> {
      const adopted: string[] = [];
      for (const name of await spoolNames(place('tmp'))) {
        const info = await lstat(place('tmp', name)).catch(() => null);
        if (info === null) continue;
        const push = await parsed(place('tmp', name), BEGINNING);
        // Without its hook's number only time tells.
        const killed =
          push?.hookPid == null ? Date.now() - info.mtimeMs > HOUR_MS : !alive(push.hookPid, info.mtimeMs);
        if (!killed) continue;
        if (push !== null && (push.look || push.updates.length > 0)) {
          await rename(place('tmp', name), place('new', name)).catch(ignoreMissing);
          adopted.push(name);
        } else {
          const reason = 'its hook was killed before it had written what was pushed';
          await putAside(place('tmp', name), place('bad'), reason);
        }
      }
      return adopted;
    },

    /** Ref updates of a repository in all files but one, unordered. @param directory its real path */
    async reported(directory: string, except: string): Promise<RefUpdate[]> {
      const found: RefUpdate[] = [];
      for await (const push of others(except)) {
        if (push.updates.length > 0 && (await realPath(push.directory)) === directory)
          found.push(...push.updates);
      }
      return found;
    },

    /** Directories of the repositories whose pushes are being written or wait to be read. */
    async directories(): Promise<Set<string>> {
      const found = new Set<string>();
      for await (const push of others('', BEGINNING)) found.add(await realPath(push.directory));
      return found;
    },

    /**
     * Whether a look at a repository's refs would see half of something: a push that is written or waits, or another
     * process that moves them.
     * A look that came with a push goes last: of what was not pushed the others can say who did it.
     * @param file the look's own @param alive whether a process is still the one that is meant
     */
    async busyWith(directory: string, file: SpoolFile, alive: (mover: Mover) => boolean): Promise<boolean> {
      const last = file.push.mover?.pushes === true;
      for await (const { look, mover, directory: other } of others(file.name, BEGINNING)) {
        const passed = mover === null || !alive(mover);
        if (look && passed && !(last && mover?.pushes !== true)) continue;
        if ((await realPath(other)) === directory) return true;
      }
      return false;
    },

    /** Calls back when a file has come (or something else happened there). Gives what stops it. */
    watch(onChange: () => void): () => void {
      let timer: NodeJS.Timeout | undefined;
      // Where the kernel has no watch left to give, somebody has to look.
      const lookOften = () => {
        timer ??= setInterval(onChange, LOOK_EVERY_MS);
      };
      let watcher: FSWatcher | undefined;
      try {
        watcher = watch(place('new'), onChange).on('error', lookOften);
      } catch {
        lookOften();
      }
      return () => {
        watcher?.close();
        clearInterval(timer);
      };
    },

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

function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function ignoreMissing(error: unknown): void {
  if ((error as { code?: string }).code !== 'ENOENT') throw error;
}
