/**
 * What a push came to, for pushers who cannot look into the database: they own neither it nor the home. The worker writes
 * a file with the name of the push, which nobody else knows, into a directory that nobody else can list.
 */
import { appendFile, chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Nothing is said of a push after this: its pusher has waited for at most 10 minutes. */
const OLD_MS = 20 * 60_000;
/** Stands alone in the last line. Every other line begins with a word. */
const END = '.\n';

export interface Outcome {
  say(text: string): Promise<void>;
  end(): Promise<void>;
}

/** @param push name of its spool file @param now milliseconds since 1970 */
export async function openOutcome(home: string, push: string, now: number): Promise<Outcome> {
  const directory = join(home, 'outcome');
  await mkdir(directory, { recursive: true });
  // The home itself keeps out all but the group that pushes.
  await chmod(directory, 0o711);
  for (const name of await readdir(directory)) {
    const at = (await stat(join(directory, name)).catch(() => null))?.mtimeMs ?? now;
    if (Math.abs(now - at) > OLD_MS) await rm(join(directory, name), { force: true });
  }
  const file = join(directory, push);
  await writeFile(file, '');
  await chmod(file, 0o644);
  return { say: text => appendFile(file, text), end: () => appendFile(file, END) };
}

/** What was said so far, and whether that was all. */
export async function readOutcome(home: string, push: string): Promise<{ text: string; ended: boolean }> {
  const text = await readFile(join(home, 'outcome', push), 'utf8').catch(() => '');
  const ended = text === END || text.endsWith(`\n${END}`);
  return { text: ended ? text.slice(0, -END.length) : text, ended };
}
