/** `Zhang San, Li Si, 3 others`: a digest may speak of many people. */
import { plain, span } from './outline.ts';
import type { Phrases } from './phrases.ts';

const MOST = 3;

/** @param names cleaned; doubles are left out */
export function peopleText(names: string[], phrases: Phrases): string {
  const different = [...new Set(names)];
  const shown = different.slice(0, MOST).map(name => [span(name)]);
  const others = different.length - shown.length;
  if (others > 0) shown.push(phrases.count('morePeople', others));
  return plain(phrases.join(shown, 'nameComma'));
}
