/** Puts what zod found into words: for each place what was wanted and what came, and for a wrong key the nearest one. */
import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { wantedBy } from './wanted-by.ts';

export interface Problem {
  /** e.g. `issue.labels[0].name`; empty: the whole. */
  path: string;
  wanted: string;
  got: string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A problem with the keys that lead to its place. */
export interface PlacedProblem extends Problem {
  keys: Path;
}

/** All problems, in the order of the schema. @param input what was checked */
export function inputProblems(error: z.ZodError, schema: z.ZodType, input: unknown): Problem[] {
  return placedProblems(error, schema, input).map(({ path, wanted, got }) => ({ path, wanted, got }));
}

/** The same with their places. */
export function placedProblems(error: z.ZodError, schema: z.ZodType, input: unknown): PlacedProblem[] {
  const found = error.issues.flatMap(issue => problemsOf(issue, [], schema, input));
  const unique = new Map(found.map(one => [JSON.stringify(one), one]));
  return [...unique.values()];
}

function problemsOf(issue: Issue, base: Path, schema: z.ZodType, input: unknown): PlacedProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'invalid_union') {
    // The form that came the nearest: its own complaints are about parts of it.
    const near = issue.errors.find(errors => !errors.some(isWrongForm));
    if (near !== undefined && near.length > 0)
      return near.flatMap(inner => problemsOf(inner, path, schema, input));
  }
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    const object = valueAt(input, path) as Record<string, unknown>;
    return issue.keys.map(key => ({
      path: spellPath([...path, key]),
      keys: [...path, key],
      wanted: knownKeys(
        key,
        known.filter(name => !Object.hasOwn(object, name)),
        known,
      ),
      got: 'an unknown key',
    }));
  }
  return [{ path: spellPath(path), keys: path, wanted: wantedBy(issue), got: show(valueAt(input, path)) }];
}

function isWrongForm(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === 'invalid_type';
}

function knownKeys(key: string, missing: string[], known: string[]): string {
  const near = nearest(key, missing);
  if (near.length > 0) return near.join(' or ');
  return `one of ${known.join(', ')}`;
}

const SHOWN = 60;

/** What came, in a few words. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object`;
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}… (${text.length} characters)`;
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** Keys of the objects that may stand at a path. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let candidates = forms(schema);
  for (const key of path) {
    candidates = candidates.flatMap(({ def }) => {
      if (def.type === 'array') return forms(def.element);
      if (def.type === 'object' && def.shape[key] !== undefined) return forms(def.shape[key]);
      return [];
    });
  }
  return candidates.flatMap(({ def }) => (def.type === 'object' ? Object.keys(def.shape) : []));
}

// biome-ignore lint/suspicious/noExplicitAny: zod's types do not tell one definition from another
type Form = { def: any };

/** The schema behind `optional` and `nullable`, and each option of a union. */
function forms(schema: Form): Form[] {
  const { def } = schema;
  if (def.type === 'optional' || def.type === 'nullable') return forms(def.innerType);
  return def.type === 'union' ? def.options.flatMap(forms) : [schema];
}

/** e.g. `issue.labels[0].name` */
export function spellPath(path: Path): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`))
    .join('');
}
