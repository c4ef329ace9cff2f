/**
 * The first step for everything that came from Git or a user, before any platform's own escaping (chat-robots.md §8): one
 * well-formed line without control or bidi characters, no longer than a reader or a byte budget can bear.
 */

const LINE_END = /[\n\r\u2028\u2029]/;
const LINE_ENDS = /\r\n|[\n\r\u2028\u2029]/;
/** C0 and C1 controls (tab is white space and goes with it) and everything that can turn the reading direction. */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g;

/** Bytes of one grapheme on average; a Chinese character has 3. Keeps a letter with 10,000 accents out of the budget. */
const BYTES_PER_GRAPHEME = 3;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** First line of a text. @param limit graphemes; also 3 bytes of UTF-8 for each */
export function cleanLine(text: string, limit: number): string {
  return limitText(tidy(text.trimStart().split(LINE_END, 1)[0] ?? ''), limit);
}

/** Lines of a text that is quoted: empty ones left out, at most `lines` of them, `limit` graphemes in all. */
export function cleanLines(text: string, limit: number, lines: number): string[] {
  const kept: string[] = [];
  let room = limit;
  const all = text
    .slice(0, limit * 20)
    .split(LINE_ENDS)
    .map(tidy)
    .filter(line => line !== '');
  for (const line of all) {
    if (kept.length === lines || room <= 0)
      return [...kept.slice(0, -1), `${kept.at(-1)}…`.replace('……', '…')];
    const short = limitText(line, room);
    kept.push(short);
    room -= short === line ? countUpTo(line, room) : room;
  }
  return kept;
}

/** Cuts between graphemes and puts an ellipsis where something is missing. */
export function limitText(text: string, limit: number): string {
  const bytes = limit * BYTES_PER_GRAPHEME;
  if (text.length <= limit && Buffer.byteLength(text) <= bytes) return text;
  // One unit is at least one byte: what lies behind this cannot fit.
  const near = text.slice(0, bytes + 1).replace(/[\ud800-\udbff]$/, '');
  let end = 0;
  let size = 0;
  let count = 0;
  for (const { segment, index } of graphemes.segment(near)) {
    size += Buffer.byteLength(segment);
    if (++count > limit || size > bytes) return `${near.slice(0, end).trimEnd()}…`;
    end = index + segment.length;
  }
  return near.length === text.length ? text : `${near.slice(0, end).trimEnd()}…`;
}

function tidy(line: string): string {
  return line.toWellFormed().replace(UNSEEN, '').replace(/\s+/g, ' ').trim();
}

function countUpTo(text: string, most: number): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) if (++count >= most) break;
  return count;
}
