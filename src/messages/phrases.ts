/** Speaks one language of the catalogue: fills sentences with spans, counts with the right plural form. */
import type { Language } from '../model/names.ts';
import { COUNTED, type CountedKey, PHRASES, type PhraseKey } from './catalogue.ts';
import { type Line, type Span, span } from './outline.ts';

export type Values = Record<string, string | Span | Line>;

export interface Phrases {
  /** A whole sentence. */
  say(key: PhraseKey, values?: Values): Line;
  /** A sentence without values, as plain text. */
  word(key: PhraseKey): string;
  /** `n` of something, in the plural form that the language wants. */
  count(key: CountedKey, n: number, values?: Values): Line;
  /** The parts with commas between them. */
  join(parts: Line[], comma?: 'comma' | 'nameComma'): Line;
}

const made = new Map<Language, Phrases>();

export function phrasesIn(language: Language): Phrases {
  const known = made.get(language);
  if (known !== undefined) return known;
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  const phrases: Phrases = {
    say: (key, values = {}) => fill(PHRASES[key][language], values),
    word: key => PHRASES[key][language],
    count(key, n, values = {}) {
      const forms: Partial<Record<Intl.LDMLPluralRule, string>> | string = COUNTED[key][language];
      const form = typeof forms === 'string' ? forms : forms[plural.select(n)]!;
      return fill(form, { ...values, n: number.format(n) });
    },
    join: (parts, comma = 'comma') =>
      parts.flatMap((part, i) => (i === 0 ? part : [span(PHRASES[comma][language]), ...part])),
  };
  made.set(language, phrases);
  return phrases;
}

const STRONG: Record<string, Span['strong']> = { '+': 'new', '-': 'gone', '!': 'forced' };

/** `{name}` stands for a value, `*+word*` for a strong word. Values are never looked into again. */
function fill(template: string, values: Values): Line {
  const line: Line = [];
  for (const part of template.split(/(\{\w+\}|\*[+!-][^*]+\*)/)) {
    if (part === '') continue;
    if (part.startsWith('{')) line.push(...toLine(values[part.slice(1, -1)]));
    else if (part.startsWith('*'))
      line.push({ text: part.slice(2, -1), url: null, strong: STRONG[part[1]!]! });
    else line.push(span(part));
  }
  return line;
}

function toLine(value: string | Span | Line | undefined): Line {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  return [typeof value === 'string' ? span(value) : value];
}
