/**
 * The place where everything is measured: a directory that goes at the end, what has to be stopped before that (also on
 * Ctrl-C), and how far it is. The directory lies on a real disk: in memory a file sync would cost nothing.
 */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';

const TMPFS = 0x01021994;

export interface Workshop {
  /** Fewer repetitions, smaller sizes. */
  quick: boolean;
  /** A directory of its own for each caller. @throws when everything is being ended */
  room(name: string): Promise<string>;
  /** To be done before the directory goes, the last one first; at once when it has gone. */
  teardown(task: () => unknown): void;
  /** A bar that is counted up to `total`. */
  progress(title: string, total: number): { step(): void; done(): void };
  /** Something is not measured, and the table is to say so. */
  leaveOut(what: string): void;
  readonly leftOut: readonly string[];
  /** Ends everything; a second call waits for the first. */
  close(): Promise<void>;
}

/** @param parent where the directory is made */
export function openWorkshop(parent: string, quick: boolean): Workshop {
  if (statfsSync(parent).type === TMPFS)
    throw new Error(`${parent} is memory, not a disk: choose another with --dir`);
  const dir = mkdtempSync(join(parent, 'belfry-bench-'));
  const tasks: (() => unknown)[] = [];
  const leftOut: string[] = [];
  let rooms = 0;
  let closing: Promise<void> | null = null;
  let closed = false;

  async function closeAll(): Promise<void> {
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      try {
        await task();
      } catch (error) {
        process.stderr.write(`while cleaning up: ${(error as Error).message}\n`);
      }
    }
    closed = true;
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }

  return {
    quick,
    async room(name) {
      if (closing !== null) throw new Error('it is over');
      // PostgreSQL runs as somebody else and has to come through.
      await chmod(dir, 0o711);
      const room = join(dir, `${++rooms}-${name}`);
      await mkdir(room);
      return room;
    },
    teardown(task) {
      // Begun while everything else was being ended.
      if (closed) void task();
      else tasks.push(task);
    },
    progress,
    leaveOut: what => void leftOut.push(what),
    leftOut,
    close: () => (closing ??= closeAll()),
  };
}

function progress(title: string, total: number) {
  if (!process.stderr.isTTY) {
    const began = Date.now();
    process.stderr.write(`${title} …\n`);
    return {
      step() {},
      done: () => void process.stderr.write(`${title}: ${Math.round((Date.now() - began) / 1_000)} s\n`),
    };
  }
  const bar = new SingleBar({
    format: `${title.padEnd(44)} {bar} {value}/{total}, {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0);
  return { step: () => bar.increment(), done: () => bar.stop() };
}
