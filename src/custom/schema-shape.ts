/** What a zod schema allows, as a shape; and a value that it takes, with everything in it that may be there. */
import type { z } from 'zod';
import { emptyShape, type Shape, widen } from './shape.ts';

// biome-ignore lint/suspicious/noExplicitAny: zod's types do not tell one definition from another
type Form = { def: any };

export function shapeOfSchema(schema: z.ZodType): Shape {
  return shapeOfForm(schema as Form);
}

function shapeOfForm({ def }: Form): Shape {
  const shape = emptyShape();
  switch (def.type) {
    case 'object':
      for (const [key, inner] of Object.entries<Form>(def.shape)) shape.keys.set(key, shapeOfForm(inner));
      return shape;
    case 'array':
      return { ...shape, items: shapeOfForm(def.element) };
    case 'optional':
    case 'nullable':
      return shapeOfForm(def.innerType);
    case 'union':
      return def.options.map(shapeOfForm).reduce(widen, shape);
    case 'null':
      return shape;
    case 'string':
    case 'number':
    case 'boolean':
    case 'enum':
    case 'literal':
      return { ...shape, plain: true };
    default:
      return { ...shape, open: true };
  }
}

/** Texts for the patterns of our own schemas; the first that fits is taken. */
const TEXTS = ['text', 'a'.repeat(40), '2026-01-02T03:04:05+00:00', '2026-01-02', 'c0ffee'];

/** Lists have one element, and what may be null or missing is there. */
export function fullValue(schema: z.ZodType): unknown {
  return fullOf(schema as Form);
}

function fullOf({ def }: Form): unknown {
  switch (def.type) {
    case 'object':
      return Object.fromEntries(Object.entries<Form>(def.shape).map(([key, inner]) => [key, fullOf(inner)]));
    case 'array':
      return [fullOf(def.element)];
    case 'optional':
    case 'nullable':
      return fullOf(def.innerType);
    case 'union':
      return fullOf(def.options[0]);
    case 'string': {
      const patterns: RegExp[] = (def.checks ?? []).flatMap(
        (check: { _zod: { def: { pattern?: RegExp } } }) => check._zod.def.pattern ?? [],
      );
      return TEXTS.find(text => patterns.every(pattern => pattern.test(text))) ?? TEXTS[0];
    }
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'enum':
      return Object.values(def.entries)[0];
    case 'literal':
      return def.values[0];
    case 'record':
      return {};
    default:
      return null;
  }
}
