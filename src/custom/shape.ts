/** What may stand where in a payload, so that a wrong path is found when a template is registered, not when a push comes. */
import { nearest } from '../text/nearest.ts';
import type { Path } from './template.ts';

export interface Shape {
  keys: Map<string, Shape>;
  /** Of a list's elements. */
  items: Shape | null;
  /** A string, a number or a boolean may stand here. */
  plain: boolean;
  /** Anything may. */
  open: boolean;
}

export function emptyShape(): Shape {
  return { keys: new Map(), items: null, plain: false, open: false };
}

/** Adds to a shape what another one allows. */
export function widen(shape: Shape, other: Shape): Shape {
  shape.plain ||= other.plain;
  shape.open ||= other.open;
  if (other.items !== null) shape.items = widen(shape.items ?? emptyShape(), other.items);
  for (const [key, inner] of other.keys)
    shape.keys.set(key, widen(shape.keys.get(key) ?? emptyShape(), inner));
  return shape;
}

/** What a JSON value shows of its shape. */
export function shapeOfValue(value: unknown): Shape {
  const shape = emptyShape();
  if (Array.isArray(value)) {
    shape.items = value.map(shapeOfValue).reduce(widen, emptyShape());
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) shape.keys.set(key, shapeOfValue(inner));
  } else shape.plain = value !== null && value !== undefined;
  return shape;
}

/** Null when nothing can stand at a path. */
export function shapeAt(shape: Shape, path: Path): Shape | null {
  let at: Shape | null = shape;
  for (const name of path) {
    if (at === null || at.open) return at;
    at = (at.items !== null && /^\d+$/.test(name) ? at.items : at.keys.get(name)) ?? null;
  }
  return at;
}

/** What somebody may have meant by a path that leads nowhere: the wrong name put right, else a path that is like it. */
export function nearestPaths(shape: Shape, path: Path): string[] {
  const wrong = path.findIndex((_, index) => shapeAt(shape, path.slice(0, index + 1)) === null);
  const before = path.slice(0, wrong);
  const names = namesIn(shapeAt(shape, before)!);
  const siblings = nearest(path[wrong]!, names).map(name => [...before, name, ...path.slice(wrong + 1)]);
  const known = siblings.filter(candidate => shapeAt(shape, candidate) !== null);
  if (known.length > 0) return known.map(one => one.join('.'));
  if (siblings.length > 0) return siblings.map(one => one.slice(0, wrong + 1).join('.'));
  return nearest(path.join('.'), allPaths(shape, 3));
}

function namesIn({ keys, items }: Shape): string[] {
  return items === null ? [...keys.keys()] : [...keys.keys(), '0'];
}

function allPaths(shape: Shape, depth: number): string[] {
  return namesIn(shape).flatMap(name => {
    const inner = shapeAt(shape, [name])!;
    const below = depth === 1 ? [] : allPaths(inner, depth - 1);
    return [name, ...below.map(path => `${name}.${path}`)];
  });
}
