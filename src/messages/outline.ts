/**
 * What a chat message says, before any platform's markup: spans of text, of which some are links, in lines and
 * sections. All text in here is cleaned and limited, none of it is escaped: escaping belongs to the dialects.
 */

export interface Span {
  text: string;
  /** Already safe to stand inside markup (`safeUrl`); null: plain words. */
  url: string | null;
  /** A word that must catch the eye, and how: created, deleted, forced. */
  strong: 'new' | 'gone' | 'forced' | null;
}

export type Line = Span[];

/** The colour of a card, where there are colours. */
export type Tone = 'push' | 'new' | 'gone' | 'forced' | 'merged' | 'talk' | 'test';

export interface Section {
  head: Line | null;
  items: Line[];
  /** Items that exist and are not in `items`. */
  hidden: number;
  /** The line that stands for hidden items. */
  more(hidden: number): Line;
  /** What is missing without this section: one thing (a branch with its commits), or each item a thing. */
  standsFor: 'one' | 'items';
}

export interface Outline {
  /** Where it happened, plain: the header of a card. */
  title: string;
  tone: Tone;
  headline: Line;
  details: Line[];
  quote: string[];
  sections: Section[];
  /** Things that no section mentions. */
  hidden: number;
  more(hidden: number): Line;
  link: { text: string; url: string } | null;
}

/** One change: as a whole message, and as one line of a list. */
export interface Entry {
  title: string;
  tone: Tone;
  /** A sentence with person and repository. */
  headline: Line;
  /** Without them: a list says them once. */
  brief: Line;
  details: Line[];
  quote: string[];
  /** The commits, where there are any to list. */
  commits: Section | null;
  link: { text: string; url: string } | null;
}

export function span(text: string, url: string | null = null): Span {
  return { text, url, strong: null };
}

/** The words of a line without its links. */
export function plain(line: Line): string {
  return line
    .map(one => one.text)
    .join('')
    .trim();
}
