/** The only door to the spool directories. `new/` is read in the order of the pushes, `bad/` is for people. */

import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RefUpdate } from '../events/change.ts';
import { parseSpoolFile, type SpooledPush } from './parse-spool-file.ts';

export interface SpoolFile {
  name: string;
  /** Time of the push, milliseconds since 1970. */
  pushedAt: number;
  /** Unix account that wrote the file: the one identity that nobody can pretend. */
  uid: number;
  push: SpooledPush;
}

export interface BadFile {
  name: string;
  reason: string;
  at: number;
}

/** A push of 10,000 refs takes 1 MB; what is far larger is rubbish that somebody dropped. */
const LARGEST = 256 * 1024 * 1024;

const LOOK_EVERY_MS = 1_000;
const HOUR_MS = 3_600_000;

export type Spool = ReturnType<typeof openSpool>;

/** @param directory `<home>/spool` */
export function openSpool(directory: string) {
  const place = (folder: 'tmp' | 'new' | 'bad', name = '') => join(directory, folder, name);

  return {
    /** Names of the pushes that wait, oldest first. */
    async waiting(): Promise<string[]> {
      const files = await Promise.all(
        (await readdir(place('new'))).filter(isSpoolName).map(async name => {
          const at = await stat(place('new', name), { bigint: true }).catch(() => null);
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
      try {
        const info = await stat(place('new', name));
        if (!info.isFile()) return 'it is not a file';
        if (info.size > LARGEST) return `it has ${info.size} bytes, at most ${LARGEST} are read`;
        const push = parseSpoolFile(await readFile(place('new', name)));
        return typeof push === 'string'
          ? push
          : { name, pushedAt: Math.floor(info.mtimeMs), uid: info.uid, push };
      } catch (error) {
        if ((error as { code?: string }).code === 'ENOENT') return null;
        return `it cannot be read: ${(error as Error).message}`;
      }
    },

    async remove(name: string): Promise<void> {
      await unlink(place('new', name)).catch(ignoreMissing);
    },

    /** Out of the way of the others, kept with its reason. */
    async setAside(name: string, reason: string): Promise<void> {
      await writeFile(place('bad', `${name}.reason`), `${reason}\n`, { mode: 0o600 });
      await rename(place('new', name), place('bad', name)).catch(ignoreMissing);
    },

    async bad(): Promise<BadFile[]> {
      const names = (await readdir(place('bad')).catch(() => [])).filter(name => name.endsWith('.reason'));
      return Promise.all(
        names.map(async file => ({
          name: file.slice(0, -'.reason'.length),
          reason: (await readFile(place('bad', file), 'utf8')).trim(),
          at: (await stat(place('bad', file))).mtimeMs,
        })),
      );
    },

    /** Files that a hook wrote and never handed over, because it was killed: they are handed over now. */
    async adoptOrphans(alive: (pid: number, writtenAt: number) => boolean): Promise<string[]> {
      const adopted: string[] = [];
      for (const name of (await readdir(place('tmp'))).filter(isSpoolName)) {
        const info = await stat(place('tmp', name)).catch(() => null);
        if (info === null) continue;
        const push = parseSpoolFile(await readFile(place('tmp', name)).catch(() => Buffer.alloc(0)));
        const pid = typeof push === 'string' ? null : push.hookPid;
        // Without its hook's number only time tells.
        const killed = pid === null ? Date.now() - info.mtimeMs > HOUR_MS : !alive(pid, info.mtimeMs);
        if (!killed) continue;
        if (typeof push !== 'string' && push.updates.length > 0) {
          await rename(place('tmp', name), place('new', name)).catch(ignoreMissing);
          adopted.push(name);
        } else {
          const reason = 'its hook was killed before it had written what was pushed';
          await writeFile(place('bad', `${name}.reason`), `${reason}\n`, { mode: 0o600 });
          await rename(place('tmp', name), place('bad', name)).catch(ignoreMissing);
        }
      }
      return adopted;
    },

    /** Ref updates of a repository in all files but one, unordered. @param directory its real path */
    async reported(directory: string, except: string): Promise<RefUpdate[]> {
      const found: RefUpdate[] = [];
      for (const folder of ['tmp', 'new'] as const) {
        for (const name of (await readdir(place(folder))).filter(isSpoolName)) {
          if (name === except) continue;
          const push = parseSpoolFile(await readFile(place(folder, name)).catch(() => Buffer.alloc(0)));
          if (typeof push === 'string') continue;
          if ((await realpath(push.directory).catch(() => push.directory)) === directory)
            found.push(...push.updates);
        }
      }
      return found;
    },

    /** Directories of the repositories whose pushes are being written or wait to be read. */
    async directories(): Promise<Set<string>> {
      const found = new Set<string>();
      for (const folder of ['tmp', 'new'] as const) {
        for (const name of (await readdir(place(folder))).filter(isSpoolName)) {
          const push = parseSpoolFile(await readFile(place(folder, name)).catch(() => Buffer.alloc(0)));
          if (typeof push === 'string') continue;
          found.add(await realpath(push.directory).catch(() => push.directory));
        }
      }
      return found;
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

    /** Wakes a worker that waits: it looks at the queue when something happens in the directory. */
    async nudge(): Promise<void> {
      const name = place('new', '.nudge');
      await writeFile(name, '');
      await unlink(name).catch(ignoreMissing);
    },
  };
}

function isSpoolName(name: string): boolean {
  return !name.startsWith('.');
}

function ignoreMissing(error: unknown): void {
  if ((error as { code?: string }).code !== 'ENOENT') throw error;
}
