/** How far long work is, on a terminal: standard error, so that what is printed stays what it is. */
import { stat } from 'node:fs/promises';
import process from 'node:process';

/** Below this many it is done before a bar could be read. */
const MANY = 20;
/** A copy of less is made at once. */
const LARGE_BYTES = 200_000_000;

export interface Progress {
  step(): void;
  /** Takes the bar away. */
  stop(): void;
}

/** Null where there is nobody to see it, or too little to do. @param what the things that are counted */
export async function progress(total: number, what: string): Promise<Progress | null> {
  if (total <= MANY || !process.stderr.isTTY) return null;
  const { default: library } = await import('cli-progress');
  const bar = new library.SingleBar({
    format: `{bar} {value}/{total} ${what}, {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}

/** Of work in one piece: that it has begun, where it takes a while. @param file how large it is */
export async function sayWhenLarge(
  doing: string,
  file: string,
  { terminal, stderr }: { terminal: boolean; stderr(text: string): void },
): Promise<void> {
  const size = (await stat(file).catch(() => null))?.size ?? 0;
  if (terminal && size >= LARGE_BYTES) stderr(`${doing} (${Math.round(size / 1e6)} MB) …`);
}
