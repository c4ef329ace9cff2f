/**
 * Reads the worker's log: its last lines, and what comes behind them, through rotation and truncation. No link is followed,
 * and of a file of any length only the end is read.
 */
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../files/file-error.ts';
import { openDirectory, type SafeDirectory } from '../files/safe-directory.ts';

const NAME = 'worker.log';
/** Of the end of a log; its lines are some hundred bytes long. */
const MOST_BYTES = 16 * 2 ** 20;
/** A longer line is given in parts. */
const LONGEST_LINE = 2 ** 20;
const LF = 0x0a;
/** Nobody notices less. */
const PAUSE_MS = 200;

export type LogReader = AsyncDisposable & {
  /** False: no worker has written any. */
  exists(): Promise<boolean>;
  /** The lines that are there, oldest first; with those of the log before it when there are fewer than so many. */
  lines(most: number): Promise<string[]>;
  /** What is written from then on, as it comes. Ends when the log's directory is gone. */
  follow(): AsyncGenerator<string[]>;
};

/** @throws RefusedFile for links and what is no file; system errors, as ENOENT where there is no home */
export async function openLogReader(home: string): Promise<LogReader> {
  await using top = await openDirectory(home, { links: 'follow' });
  const directory = await top.directory('log');
  /** The file that is followed, and where its lines have ended so far. */
  let open: FileHandle | null = null;
  let at = 0;

  /** Whole lines from where the last ones ended. */
  async function more(file: FileHandle): Promise<string[]> {
    const { size } = await file.stat();
    // Emptied in place, as `: >worker.log` and logrotate's copytruncate do it.
    if (size < at) at = 0;
    const lines: string[] = [];
    while (at < size) {
      const bytes = await readPart(file, at, Math.min(size - at, LONGEST_LINE));
      const end = bytes.lastIndexOf(LF);
      if (end === -1 && bytes.length < LONGEST_LINE) break;
      const whole = end === -1 ? bytes : bytes.subarray(0, end);
      lines.push(...whole.toString('utf8').split('\n'));
      at += whole.length + (end === -1 ? 0 : 1);
      if (bytes.length < LONGEST_LINE) break;
    }
    return lines;
  }

  return {
    async exists() {
      return (await directory.lstat(NAME)) !== null;
    },

    async lines(most) {
      open = await directory.openFile(NAME);
      const last = open === null ? { lines: [], end: 0 } : await lastLines(open, most);
      at = last.end;
      const missing = most - last.lines.length;
      return missing > 0 ? [...(await before(directory, missing)), ...last.lines] : last.lines;
    },

    async *follow() {
      for (;;) {
        if (open !== null) {
          const lines = await more(open);
          if (lines.length > 0) yield lines;
        }
        const named = await directory.lstat(NAME);
        const info = await open?.stat();
        if (named !== null && (named.ino !== info?.ino || named.dev !== info.dev)) {
          const next = await directory.openFile(NAME);
          if (next !== null) {
            // What was written to the old one until its name went to another.
            const rest = open === null ? [] : await more(open);
            if (rest.length > 0) yield rest;
            await open?.close();
            open = next;
            at = 0;
            continue;
          }
        } else if (named === null && (await directory.stat()).nlink === 0) return;
        await sleep(PAUSE_MS);
      }
    },

    async [Symbol.asyncDispose]() {
      await open?.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Of the log that was moved aside last; none when there is no such file. */
async function before(directory: SafeDirectory, most: number): Promise<string[]> {
  await using file = await directory.openFile(`${NAME}.1`).catch(missing);
  return file === null ? [] : (await lastLines(file, most)).lines;
}

/** The last whole lines, and where they end: a line that is being written is none yet. */
async function lastLines(file: FileHandle, most: number): Promise<{ lines: string[]; end: number }> {
  const { size } = await file.stat();
  const start = Math.max(0, size - MOST_BYTES);
  const bytes = await readPart(file, start, size - start);
  const end = bytes.lastIndexOf(LF);
  if (end === -1) return { lines: [], end: start === 0 ? 0 : size };
  let from = end;
  // A negative offset would mean the end.
  for (let left = most; left > 0 && from >= 0; left--)
    from = from === 0 ? -1 : bytes.lastIndexOf(LF, from - 1);
  // The line that was cut at the beginning is none either.
  if (from === -1 && start > 0) from = bytes.indexOf(LF);
  const lines = from < end ? bytes.toString('utf8', from + 1, end).split('\n') : [];
  return { lines, end: start + end + 1 };
}

async function readPart(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(bytes, got, length - got, from + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return bytes.subarray(0, got);
}
