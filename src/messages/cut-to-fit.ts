/**
 * Cuts a message to a platform's limit by items and before any markup is made: half a link is a broken message
 * (chat-robots.md §9). What is cut is counted in a line of its own.
 */
import type { Line, Outline, Section } from './outline.ts';

/** From the richest to the poorest; the poorest is words without links, whose lengths are limited one by one. */
const STEPS: ((full: Outline) => Outline)[] = [
  ...[10, 8, 7, 6, 5, 4, 3, 2].map(most => (full: Outline) => fewerItems(full, most)),
  ...[4, 2, 1].map(most => (full: Outline) => fewerSections(fewerItems(full, 2), most)),
  full => shorterQuote(fewerSections(fewerItems(full, 1), 1), 3),
  full => shorterQuote(fewerSections(full, 0), 1),
  full => withoutExtras(full, true),
  full => withoutExtras(full, false),
];

/** @returns the first message that fits; the poorest one when none does */
export function cutToFit<Written>(
  full: Outline,
  write: (cut: Outline) => Written,
  fits: (written: Written) => boolean,
): Written {
  let written = write(full);
  for (const step of STEPS) {
    if (fits(written)) break;
    written = write(step(full));
  }
  return written;
}

function fewerItems(outline: Outline, most: number): Outline {
  const sections = outline.sections.map(section => ({
    ...section,
    items: section.items.slice(0, most),
    hidden: section.hidden + Math.max(0, section.items.length - most),
  }));
  return { ...outline, sections };
}

function fewerSections(outline: Outline, most: number): Outline {
  const kept = outline.sections.slice(0, most);
  const lost = outline.sections.slice(most);
  return {
    ...outline,
    sections: kept,
    hidden: lost.reduce((sum, one) => sum + thingsIn(one), outline.hidden),
  };
}

/** A branch without a line of its own is one thing less, a list as many as it held. Commits alone are no loss: the headline counts them. */
function thingsIn(section: Section): number {
  if (section.standsFor === 'items') return section.items.length + section.hidden;
  return section.head === null ? 0 : 1;
}

function shorterQuote(outline: Outline, lines: number): Outline {
  if (outline.quote.length <= lines) return outline;
  return { ...outline, quote: [...outline.quote.slice(0, lines), '…'] };
}

function withoutExtras(outline: Outline, links: boolean): Outline {
  const bare = { ...fewerSections(outline, 0), details: [], quote: [], link: null };
  return links ? bare : { ...bare, headline: withoutLinks(bare.headline) };
}

function withoutLinks(line: Line): Line {
  return line.map(one => ({ ...one, url: null }));
}
