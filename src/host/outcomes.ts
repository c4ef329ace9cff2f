/**
 * What a push came to, for its pusher, who may not look into the database. The hook that waits has drawn a token and put it
 * into the spool file, which only its writer and the home's owner can read; the worker writes a file of that name into a
 * directory that nobody else can list. So nobody else can name the file, make it first, or read it.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Nothing is said of a push after this: its pusher has waited for at most 10 minutes. */
const OLD_MS = 20 * 60_000;
/** Between two times that old files are removed. */
const CLEAN_MS = 60_000;
/** Whoever may drop spool files may ask for outcomes, as fast as the worker reads. */
const MOST_FILES = 2_000;
const TOKEN = /^[0-9a-f-]{36}$/;
/** Stands alone in the last line. Every other line begins with a word. */
const END = '.\n';

export interface Outcome {
  say(text: string): Promise<void>;
  /** Nothing more will come. */
  end(): Promise<void>;
}

export type Outcomes = ReturnType<typeof createOutcomes>;

export function createOutcomes(home: string) {
  const directory = join(home, 'outcome');
  let files = 0;
  let cleanedAt = Number.NEGATIVE_INFINITY;
  let cleaning: Promise<void> | null = null;

  async function clean(now: number): Promise<void> {
    // Not the home itself: where that is gone, none is made.
    await mkdir(directory).catch(error => {
      if (error.code !== 'EEXIST') throw error;
    });
    // Through a descriptor: a link in its place would give the mode to something else.
    const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
    await using opened = await open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    // Whoever knows a name gets in, and nobody lists it. The home itself keeps out all but the group that pushes.
    await opened.chmod(0o711);
    const names = await readdir(directory);
    files = names.length;
    for (const name of names) {
      const at = (await lstat(join(directory, name)).catch(() => null))?.mtimeMs ?? now;
      if (Math.abs(now - at) <= OLD_MS) continue;
      await rm(join(directory, name), { force: true, recursive: true });
      files--;
    }
    cleanedAt = now;
  }

  return {
    /**
     * The file for a push. Null when there is one of that name, the token is none, or there are too many.
     * @param now milliseconds since 1970
     */
    async open(token: string, now: number): Promise<Outcome | null> {
      if (!TOKEN.test(token)) return null;
      if (Math.abs(now - cleanedAt) > CLEAN_MS) {
        cleaning ??= clean(now).finally(() => {
          cleaning = null;
        });
        await cleaning;
      }
      if (files >= MOST_FILES) return null;
      const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
      const file = await open(
        join(directory, token),
        O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW,
        0o600,
      ).catch(error => {
        if (error.code === 'EEXIST') return null;
        throw error;
      });
      if (file === null) return null;
      files++;
      await file.chmod(0o644);
      return {
        say: text => file.appendFile(text),
        async end() {
          try {
            await file.appendFile(END);
          } finally {
            await file.close();
          }
        },
      };
    },
  };
}
