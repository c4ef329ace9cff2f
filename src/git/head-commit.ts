/** What one commit says of itself: its message, and who wrote it when. Nothing of what it changes. */
import type { Signature } from '../model/change.ts';
import type { GitPlace } from './git-process.ts';
import { ObjectReader, Unread } from './object-reader.ts';
import { isPartialClone, withObjectView } from './object-view.ts';
import { parseCommit } from './parse-commit.ts';
import { DEFAULT_LIMITS } from './push-limits.ts';
import { TextBudget } from './text-budget.ts';

export interface HeadCommit {
  message: string;
  author: Pick<Signature, 'name' | 'email'>;
  /** When it was written: seconds since 1970, and the offset as Git writes it. */
  seconds: number;
  offset: string;
}

/** A longer message is cut: it goes into every event about its request. In bytes. */
const MESSAGE_BYTES = 64 * 1024;
/** Its header and so much of its message are read. */
const COMMIT_BYTES = 1024 * 1024;
const READ_MS = 10_000;

/**
 * @param directory absolute path of the git directory
 * @returns null when there is no such commit, or none that can be read
 */
export async function headCommit(directory: string, id: string): Promise<HeadCommit | null> {
  const place = { repository: directory };
  const isPartial = await isPartialClone(directory);
  // Where there is no room for a view, nothing is said.
  return isPartial ? withObjectView(place, id, at => read(at, id)).catch(() => null) : read(place, id);
}

async function read(place: GitPlace, id: string): Promise<HeadCommit | null> {
  using reader = new ObjectReader(place, 'contents', READ_MS);
  const found = await reader.read(id, COMMIT_BYTES);
  if (found instanceof Unread || found.type !== 'commit') return null;
  const budget = new TextBudget({ ...DEFAULT_LIMITS, messageBytes: MESSAGE_BYTES });
  const raw = parseCommit(found.bytes, found.size, budget.room(COMMIT_BYTES).commit);
  if (raw === null || !raw.complete) return null;
  const { text } = budget.message(raw.message.bytes, raw.message.length);
  const { name, email, seconds, offset } = budget.person(raw.author);
  return { message: text, author: { name, email }, seconds, offset };
}
