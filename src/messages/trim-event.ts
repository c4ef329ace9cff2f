/**
 * Trims an event to what a chat message could say. A message may tell of thousands of events at once, and their texts and
 * lists of paths together need not fit into the memory.
 */

/** In characters. Most events are shorter, and then they are not even parsed. */
const SMALL = 16_384;
/** No message lists more of one event. */
const MOST_COMMITS = 10;
/** Characters of a message: its first line is what is shown, cut far before this. */
const MOST_TEXT = 1_000;

interface TrimmedCommit {
  message: string;
}

/** JSON of an event's data and of its facts; gives the same, trimmed. */
export function trimEvent({ data, facts }: { data: string; facts: string }): { data: string; facts: string } {
  return { data: trimData(data), facts: trimFacts(facts) };
}

/** What only payloads of forges are made of. */
function trimFacts(facts: string): string {
  if (facts.length <= SMALL) return facts;
  const { fresh: _fresh, rest: _rest, message: _message, head_commit: _head, ...others } = JSON.parse(facts);
  return JSON.stringify(others);
}

function trimData(data: string): string {
  if (data.length <= SMALL) return data;
  const event = JSON.parse(data) as { commits?: TrimmedCommit[] | null; head_commit?: TrimmedCommit | null };
  const { commits, head_commit: head, ...rest } = event;
  return JSON.stringify({
    ...rest,
    ...(commits === undefined ? {} : { commits: commits?.slice(0, MOST_COMMITS).map(trim) ?? null }),
    ...(head === undefined ? {} : { head_commit: head === null ? null : trim(head) }),
  });
}

function trim(commit: TrimmedCommit): TrimmedCommit & Record<'added' | 'removed' | 'modified', string[]> {
  const message = commit.message.slice(0, MOST_TEXT).toWellFormed();
  return { ...commit, message, added: [], removed: [], modified: [] };
}
