/** An outline in a platform's own markup, part by part, and the same as plain text. */
import type { Dialect } from './dialects.ts';
import { type Line, type Outline, type Section, type Span, plain as wordsOf } from './outline.ts';

/** The parts of a message, each ready to stand on its own. The link is left out where the words already lead there. */
export function parts(outline: Outline, dialect: Dialect): string[] {
  const lines = [outline.headline, ...outline.details].map(line => lineText(line, dialect));
  const found = [lines.join(dialect.lineBreak)];
  if (outline.quote.length > 0) found.push(quoteText(outline.quote, dialect));
  for (const section of outline.sections) found.push(...sectionParts(section, dialect));
  if (outline.hidden > 0) found.push(lineText(outline.more(outline.hidden), dialect));
  const { link } = outline;
  if (link !== null && !spansOf(outline).some(one => one.url === link.url))
    found.push(dialect.link(dialect.text(link.text), link.url));
  return found;
}

/** All parts, and the keyword as a last line where no part holds it. */
export function markupText(outline: Outline, dialect: Dialect, keyword: string | null): string {
  return [...parts(outline, dialect), ...missingKeyword(outline, dialect, keyword)].join(dialect.partBreak);
}

/** Sentences only: no markup, no link, no commit; for a robot that refused the message itself. */
export function plainText(outline: Outline, dialect: Dialect, keyword: string | null): string {
  const lines = [outline.headline, ...outline.details];
  for (const section of outline.sections) {
    if (section.head !== null) lines.push(section.head);
    if (section.standsFor === 'items') {
      lines.push(...section.items);
      if (section.hidden > 0) lines.push(section.more(section.hidden));
    }
  }
  if (outline.hidden > 0) lines.push(outline.more(outline.hidden));
  const text = lines.map(line => dialect.start(dialect.text(wordsOf(line)))).join('\n');
  return keyword === null || text.includes(keyword) ? text : `${text}\n${keyword}`;
}

function lineText(line: Line, dialect: Dialect): string {
  let text = '';
  for (const one of line) {
    const words = dialect.text(one.text);
    if (words === '') continue;
    if (one.url !== null) {
      // Behind "!" a link would be a picture.
      text += `${text.endsWith('!') ? '\u200b' : ''}${dialect.link(words, one.url)}`;
    } else text += one.strong === null ? words : dialect.strong(words, one.strong);
  }
  return dialect.start(text.trim());
}

function quoteText(quote: string[], dialect: Dialect): string {
  return quote.map(line => dialect.quoteMark + dialect.start(dialect.text(line))).join(dialect.quoteBreak);
}

function sectionParts(section: Section, dialect: Dialect): string[] {
  const items = section.hidden > 0 ? [...section.items, section.more(section.hidden)] : section.items;
  const list = items.map(item => dialect.itemMark + lineText(item, dialect)).join('\n');
  const head = section.head === null ? '' : lineText(section.head, dialect);
  return [head, list].filter(part => part !== '');
}

/**
 * The keyword, unless it is surely seen (chat-robots.md §2.5): links and emphasis break up the words, and what escaping
 * changed is no keyword any more, so it must stand within one escaped span.
 */
export function missingKeyword(outline: Outline, dialect: Dialect, keyword: string | null): string[] {
  if (keyword === null || keyword === '') return [];
  const spans = spansOf(outline).map(one => one.text);
  const seen = [...spans, ...outline.quote].some(text => dialect.text(text).includes(keyword));
  return seen ? [] : [keyword];
}

function spansOf({ headline, details, sections }: Outline): Span[] {
  return [headline, ...details, ...sections.flatMap(one => [one.head ?? [], ...one.items])].flat();
}
