/** What annotated tags say, of each only as much as is kept. */
import type { Signature } from '../model/change.ts';
import { type ObjectReader, Unread } from './object-reader.ts';
import { NOBODY, parsePerson } from './parse-commit.ts';
import type { PushLimits } from './push-limits.ts';
import type { TextBudget } from './text-budget.ts';

export interface AnnotatedTag {
  message: string;
  tagger: Signature | null;
  cut: string[];
}

/** The headers stand before the message; git's own are under 200 bytes, and more of them is not looked at. */
const HEADERS = 8192;

/** A signature is part of a tag's message for git, but nobody's words. */
const SIGNED = /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$/gm;

/** @param ids of tag objects; gives for each what it says, or a sentence why it cannot be read */
export async function readTags(
  reader: ObjectReader,
  ids: readonly string[],
  limits: PushLimits,
  budget: TextBudget,
): Promise<Map<string, AnnotatedTag | string>> {
  const tags = new Map<string, AnnotatedTag | string>();
  const read = async (id: string) => {
    const found = await reader.read(id, limits.messageBytes + HEADERS);
    const tag =
      found instanceof Unread
        ? `The tag ${id.slice(0, 12)} ${found.reason}.`
        : parseTag(id, found.bytes, found.size, budget);
    tags.set(id, tag);
  };
  // Answers come in the order of the questions, so that the budget is spent in this order, too.
  await Promise.all(ids.map(read));
  return tags;
}

function parseTag(id: string, bytes: Buffer, size: number, budget: TextBudget): AnnotatedTag {
  const blank = bytes.indexOf('\n\n');
  const end = blank === -1 ? bytes.length : blank;
  const tagger = parseTagger(bytes.subarray(0, Math.min(end, HEADERS)), budget);
  const start = Math.min(end + 2, bytes.length);
  const { text, cutTo } = budget.message(bytes.subarray(start), Math.max(size - start, 0));
  const signature = [...text.matchAll(SIGNED)].at(-1)?.index;
  return {
    message: text.slice(0, signature),
    tagger,
    cut:
      cutTo === null
        ? []
        : [`Tag ${id.slice(0, 12)}: ${cutTo} of ${size - start} bytes of its message are kept.`],
  };
}

function parseTagger(headers: Buffer, budget: TextBudget): Signature | null {
  const start = headers.indexOf(TAGGER);
  if (start === -1) return null;
  const end = headers.indexOf('\n', start + TAGGER.length);
  const line = headers.subarray(start + TAGGER.length, end === -1 ? headers.length : end);
  const person = parsePerson(line, line.length, false);
  return person === NOBODY ? null : budget.person(person);
}

const TAGGER = '\ntagger ';
