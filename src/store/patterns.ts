/**
 * Texts that repeat from row to row, kept once: a pattern holds those that never differed for its owner, and a row the
 * parts that do, one a line. Nobody says which those are: a text that differs from the pattern makes a new pattern, in which
 * it is a part. So patterns become stable after a few rows, whatever headers a receiver invents.
 *
 *   pattern   ["https://ci.example.com/hook", "application/json", 1, 0, 2]      (number: which part)
 *   parts     the key, which the row has anyway (0), "1767225600", "v1,zy4JIcCj…"
 */
import { type Db, rollbacks } from './database.ts';

/** What a row keeps in place of its texts. */
export interface Packed {
  patternId: number;
  parts: string;
}

interface Pattern {
  id: number;
  shape: string;
  texts: (string | number)[];
  /** Parts, the key included. */
  count: number;
}

/** Beyond that a row keeps its texts itself: something is different every time. */
const MOST_OF_OWNER = 64;
/** Patterns in memory: those of the last owners, of each the last ones. */
const OWNERS = 1_000;
const LATEST = 8;
/** Shorter texts are equal by chance. */
const SHORTEST_SHARED = 8;

export function createPatterns(db: Db) {
  const insert = db.prepare('insert into pattern (owner, shape, texts) values (?, ?, ?)');
  const latest = db.prepare<[string], { id: number; shape: string; texts: string }>(
    `select id, shape, texts from pattern where owner = ? order by id desc limit ${LATEST}`,
  );
  const countOf = db.prepare<[string], number>('select count(*) from pattern where owner = ?').pluck();
  const owners = new Map<string, { patterns: Pattern[]; count: number }>();
  let seen = rollbacks(db);

  function known(owner: string): { patterns: Pattern[]; count: number } {
    // A pattern of a transaction that was rolled back is not there.
    if (seen !== rollbacks(db)) owners.clear();
    seen = rollbacks(db);
    let known = owners.get(owner);
    if (known === undefined) {
      known = { patterns: latest.all(owner).map(parse), count: countOf.get(owner)! };
      owners.set(owner, known);
      if (owners.size > OWNERS) owners.delete(owners.keys().next().value!);
    }
    return known;
  }

  return {
    /**
     * Part of a transaction. Null: the row has to keep its texts itself.
     * @param owner `webhook:ID`, or `repository:ID EVENT`
     * @param key a text that the row has elsewhere, and that needs no place among the parts
     */
    pack(owner: string, shape: string, texts: readonly string[], key: string): Packed | null {
      const { patterns, count } = known(owner);
      for (const pattern of patterns) {
        const parts = pattern.shape === shape ? partsOf(pattern, texts, key) : null;
        if (parts !== null) return { patternId: pattern.id, parts };
      }
      if (count >= MOST_OF_OWNER || texts.some(text => text.includes('\n'))) return null;
      const old = patterns.find(pattern => pattern.shape === shape);
      const learned = learn(old?.texts, texts, key);
      const id = Number(insert.run(owner, shape, JSON.stringify(learned)).lastInsertRowid);
      const pattern = { id, shape, texts: learned, count: countParts(learned) };
      const others = patterns.filter(one => one !== old).slice(0, LATEST - 1);
      owners.set(owner, { patterns: [pattern, ...others], count: count + 1 });
      return { patternId: id, parts: partsOf(pattern, texts, key)! };
    },
  };
}

/** Gives the texts of rows, with their shape. */
export function patternReader(db: Db): (packed: Packed, key: string) => { shape: string; texts: string[] } {
  const byId = db.prepare<[number], { id: number; shape: string; texts: string }>(
    'select id, shape, texts from pattern where id = ?',
  );
  const patterns = new Map<number, Pattern>();

  function find(id: number): Pattern {
    const pattern = patterns.get(id) ?? parse(byId.get(id)!);
    if (patterns.size >= OWNERS) patterns.clear();
    patterns.set(id, pattern);
    return pattern;
  }

  return ({ patternId, parts }, key) => {
    const { shape, texts, count } = find(patternId);
    const values = count === 1 ? [key] : [key, ...parts.split('\n')];
    return { shape, texts: texts.map(text => (typeof text === 'number' ? values[text]! : text)) };
  };
}

function parse({ id, shape, texts }: { id: number; shape: string; texts: string }): Pattern {
  const parsed = JSON.parse(texts) as Pattern['texts'];
  return { id, shape, texts: parsed, count: countParts(parsed) };
}

function countParts(texts: Pattern['texts']): number {
  let most = 0;
  for (const text of texts) if (typeof text === 'number' && text > most) most = text;
  return most + 1;
}

/** Null when the pattern does not fit. */
function partsOf(pattern: Pattern, texts: readonly string[], key: string): string | null {
  const values = [key];
  const { texts: wanted } = pattern;
  for (let at = 0; at < wanted.length; at++) {
    const want = wanted[at]!;
    const text = texts[at]!;
    if (typeof want === 'string') {
      if (want !== text) return null;
    } else if (want === values.length) {
      if (text.includes('\n')) return null;
      values.push(text);
    } else if (values[want] !== text) return null;
  }
  values.shift();
  return values.join('\n');
}

/** A pattern that fits these texts: what differed so far, and what differs now, are parts. */
function learn(
  old: readonly (string | number)[] | undefined,
  texts: readonly string[],
  key: string,
): Pattern['texts'] {
  const numbers = new Map([[key, 0]]);
  let next = 1;
  return texts.map((text, at) => {
    const differs = old !== undefined && old[at] !== text;
    if (!differs && text !== key) return text;
    const shared = text.length >= SHORTEST_SHARED ? numbers.get(text) : undefined;
    if (shared !== undefined) return shared;
    numbers.set(text, next);
    return next++;
  });
}
