/**
 * How a file names what is secret without having it. Who may edit the file must not get at anything by it that is not meant for
 * the file: only variables that are called BELFRY_…, and only files below one directory.
 */
import { z } from 'zod';

type Written = { env: string } | { file: string } | { generate: true } | { keep: true };
export type Reference = Written | typeof UNREADABLE;
export type Sort = 'env' | 'file' | 'generate' | 'keep';

/** In place of one that is wrong, which was said. */
export const UNREADABLE = { unreadable: true } as const;

const VARIABLE = /^BELFRY_[A-Z0-9_]{1,100}$/;
/** Names of files, not hidden ones, one below the other. */
const NAME = /^(?!.{256})[A-Za-z0-9_][A-Za-z0-9._@-]*(\/[A-Za-z0-9_][A-Za-z0-9._@-]*)*$/;

const FORMS: Record<Sort, { spelled: string; schema: z.ZodType; wanted: string }> = {
  env: {
    spelled: '{ env: BELFRY_NAME }',
    schema: z.strictObject({ env: z.string().regex(VARIABLE) }),
    wanted: 'a variable whose name is BELFRY_ and then capitals, digits and _, got another name',
  },
  file: {
    spelled: '{ file: NAME }',
    schema: z.strictObject({ file: z.string().regex(NAME) }),
    wanted:
      'the name of a file below the directory of --secrets, got a name that is none, or leads elsewhere',
  },
  generate: {
    spelled: '{ generate: true }',
    schema: z.strictObject({ generate: z.literal(true) }),
    wanted: '{ generate: true }, got another value',
  },
  keep: {
    spelled: '{ keep: true }',
    schema: z.strictObject({ keep: z.literal(true) }),
    wanted: '{ keep: true }, got another value',
  },
};

/**
 * A place that takes references of these sorts, and texts if `text` says which. What is wrong is said without the value, which
 * may be the secret itself.
 */
export function referencePlace(sorts: readonly Sort[], text?: z.ZodType<string>, what = 'a reference') {
  const forms = sorts.map(sort => FORMS[sort].spelled);
  const spelled = `${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`;
  const wanted = text === undefined ? `${what}: ${spelled}` : `${what}, ${spelled}`;
  const schemas = [...(text === undefined ? [] : [text]), ...sorts.map(sort => FORMS[sort].schema)];
  const check = (value: unknown): string | null => {
    if (typeof value === 'string' && text !== undefined) {
      const result = text.safeParse(value);
      return result.success ? null : result.error.issues[0]!.message;
    }
    const keys =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
    const sort = sorts.find(one => keys.length === 1 && keys[0] === one);
    if (sort === undefined) return wanted;
    return FORMS[sort].schema.safeParse(value).success ? null : FORMS[sort].wanted;
  };
  return z
    .unknown()
    .superRefine((value, problems) => {
      const problem = check(value);
      if (problem !== null) problems.addIssue({ code: 'custom', message: problem });
    })
    .meta({ anyOf: schemas.map(plainSchema) });
}

function plainSchema(schema: z.ZodType): object {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  return plain;
}

/** Null: a text, or nothing. */
export function asReference(value: unknown): Reference | null {
  return typeof value === 'object' && value !== null ? (value as Reference) : null;
}

/** Where a value comes from, as `BELFRY_CI` or `file ci`: equal for the same source. Null: not from outside. */
export function sourceOf(reference: Reference): string | null {
  if ('env' in reference) return reference.env;
  return 'file' in reference ? `file ${reference.file}` : null;
}

/** What came of reading a source. */
export type Resolved = ReadonlyMap<string, { value: string } | { wanted: string; got: string }>;

/** All that a file has, wherever they stand. */
export function* referencesIn(value: unknown): Generator<Reference> {
  if (typeof value !== 'object' || value === null) return;
  const { env, file } = value as Record<string, unknown>;
  if (typeof env === 'string' && VARIABLE.test(env)) yield { env };
  if (typeof file === 'string' && NAME.test(file)) yield { file };
  for (const part of Object.values(value)) yield* referencesIn(part);
}
