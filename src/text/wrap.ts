/** Breaks a sentence for a terminal: between words, and inside those that do not fit into a line (Chinese, URLs). */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/**
 * Lines of at most `width` columns.
 * @param indent put in front of every line, and part of the width
 */
export function wrap(text: string, width: number, indent = ''): string {
  const room = Math.max(20, width - stringWidth(indent));
  return wrapAnsi(text, room, { hard: true })
    .split('\n')
    .map(line => indent + line)
    .join('\n');
}
