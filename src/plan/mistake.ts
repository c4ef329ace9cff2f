/** What is wrong with a file, and where. */
import { spellPath } from '../text/input-problems.ts';

export type Path = readonly PropertyKey[];

/** A problem with a place of the file. Nothing secret stands in it. */
export interface Problem {
  path: Path;
  wanted: string;
  got: string;
  /** It is the key that is wrong. */
  isKey?: boolean;
}

export interface Position {
  /** Both from 1; a column counts UTF-16 units, as editors do. */
  line: number;
  column: number;
}

export interface Mistake extends Position {
  /** e.g. `webhooks[2].branches[0]`; empty: the whole file. */
  path: string;
  wanted: string;
  got: string;
}

/** In the order of the file, each once. */
export function placed(
  problems: readonly Problem[],
  at: (path: Path, isKey?: boolean) => Position,
): Mistake[] {
  const mistakes = problems.map(({ path, wanted, got, isKey }) => {
    return { ...at(path, isKey), path: spellPath(path), wanted, got };
  });
  const unique = new Map(mistakes.map(one => [JSON.stringify(one), one]));
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
