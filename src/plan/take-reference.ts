/** Takes the values of one webhook from where its file says they are, and remembers what is missing and what came from where. */
import { headerPlace } from '../model/missing.ts';
import type { WholeWebhook } from '../model/planned.ts';
import type { Path, Problem } from './mistake.ts';
import { asReference, type Resolved, sourceOf } from './reference.ts';

/** Of a value that came from outside. */
export interface Given {
  path: Path;
  value: string;
  source: string;
}

export class Taker {
  readonly #current: WholeWebhook | null;
  readonly #resolved: Resolved;
  readonly #base: Path;
  readonly problems: Problem[] = [];
  readonly missing: string[] = [];
  /** What is said of a field in place of its value. */
  readonly said = new Map<string, string>();
  readonly given: Given[] = [];

  constructor(current: WholeWebhook | null, resolved: Resolved, base: Path) {
    this.#current = current;
    this.#resolved = resolved;
    this.#base = base;
  }

  wrong(keys: Path, wanted: string, got: string): undefined {
    this.problems.push({ path: [...this.#base, ...keys], wanted, got });
  }

  /**
   * @param value a text, a reference or nothing; `generate` is for the caller
   * @param kept what stands; null: nothing
   * @returns null: none is wanted; undefined: it is missing, or cannot be had, which was said
   */
  take(keys: Path, value: unknown, kept: string | null): string | null | undefined {
    const reference = asReference(value);
    if (reference === null) return (value as string | null | undefined) ?? null;
    const place = keys.map(String).join('.');
    if ('unreadable' in reference) return undefined;
    if ('keep' in reference) return kept ?? this.#lacks(keys, place);
    const source = sourceOf(reference)!;
    this.said.set(place.toLowerCase(), `from ${source}`);
    const found = this.#resolved.get(source)!;
    if (!('value' in found)) return this.wrong(keys, found.wanted, found.got);
    this.given.push({ path: [...this.#base, ...keys], value: found.value, source });
    return found.value;
  }

  #lacks(keys: Path, place: string): undefined {
    const current = this.#current;
    const lower = place.toLowerCase();
    if (current === null || current.webhook.missing.some(one => one.toLowerCase() === lower)) {
      this.missing.push(keys[0] === 'headers' ? headerPlace(String(keys[1])) : place);
      return undefined;
    }
    const got = current.target === null ? 'keep, but its key is lost' : 'keep, but there is nothing to keep';
    return this.wrong(keys, 'another reference', got);
  }
}
