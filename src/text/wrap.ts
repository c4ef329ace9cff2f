/** Breaks a sentence for a terminal: between words, and inside those that are long (Chinese, URLs). */
import stringWidth from 'string-width';

/**
 * Lines of at most `width` columns.
 * @param indent put in front of every line, and part of the width
 */
export function wrap(text: string, width: number, indent = ''): string {
  const room = Math.max(20, width - stringWidth(indent));
  const lines = [''];
  let used = 0;
  for (const word of text.split(' ').flatMap(word => pieces(word, room))) {
    const wide = stringWidth(word.text);
    const gap = word.starts && used > 0 ? 1 : 0;
    if (used + gap + wide > room) {
      lines.push(word.text);
      used = wide;
    } else {
      lines[lines.length - 1] += `${gap === 1 ? ' ' : ''}${word.text}`;
      used += gap + wide;
    }
  }
  return lines.map(line => indent + line).join('\n');
}

interface Piece {
  text: string;
  /** A space may stand in front of it. */
  starts: boolean;
}

/** Columns: a longer word would leave too much of a line empty. */
const LONG = 24;

function pieces(word: string, room: number): Piece[] {
  if (stringWidth(word) <= Math.min(room, LONG)) return [{ text: word, starts: true }];
  return [...new Intl.Segmenter().segment(word)].map(({ segment }, n) => ({
    text: segment,
    starts: n === 0,
  }));
}
