/** Suggests what somebody may have meant. */
import { distance } from 'fastest-levenshtein';

/** At most three names, nearest first; none that is nothing like it. */
export function nearest(word: string, names: Iterable<string>): string[] {
  return [...names]
    .map(name => ({ name, far: name.toLowerCase().includes(word.toLowerCase()) ? 1 : distance(word, name) }))
    .filter(({ name, far }) => far <= Math.max(3, Math.ceil(Math.max(word.length, name.length) / 2)))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Whether a word may be a slip of the hand for a name: a third of its letters may be wrong, or two of a short one. */
export function isNear(word: string, name: string): boolean {
  return distance(word, name) <= Math.max(2, Math.floor(Math.max(word.length, name.length) / 3));
}
