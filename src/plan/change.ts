/** What a plan is going to do, in words that hold nothing secret. */

export interface Change {
  action: 'create' | 'change' | 'remove';
  what: 'webhook' | 'user' | 'setting' | 'root';
  name: string;
  /** Number of a webhook that is there. */
  id: number | null;
  fields: FieldChange[];
}

export interface FieldChange {
  field: string;
  /** Null: there was nothing to compare with. */
  from: string | null;
  to: string;
}

/** Whatever can be compared and shown, by name. */
export type Fields = ReadonlyMap<string, { value: unknown; shown: string }>;

/** What differs, in the order of what is wanted. @param before null: everything that is wanted is new */
export function differences(before: Fields, now: Fields, isNew = false): FieldChange[] {
  const keys = [...new Set([...now.keys(), ...before.keys()])];
  return keys.flatMap(field => {
    const [old, wanted] = [before.get(field), now.get(field)];
    if (JSON.stringify(old?.value ?? null) === JSON.stringify(wanted?.value ?? null)) return [];
    return [{ field, from: isNew ? null : (old?.shown ?? 'none'), to: wanted?.shown ?? 'none' }];
  });
}

const SHOWN = 80;

/** A value that is not secret, in a few words. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : short(value.map(String).join(', '));
  return short(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function short(given: string): string {
  const text = given.replace(/\s+/g, ' ').trim();
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}… (${text.length} characters)`;
}
