/** `--json=id,state`: of the document, or of each of its rows, only these fields, in this order. */
import { BelfryError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';

/** A word of the command line: yargs has no option that may have a value and need not. */
export function fieldsAsOption(argument: string, place: number, all: string[]): string {
  const [, fields] = /^--json=(.*)$/s.exec(argument) ?? [];
  if (fields === undefined || fields === 'true' || fields === 'false') return argument;
  return all.slice(0, place).includes('--') ? argument : `--json-fields=${fields}`;
}

/** @throws BelfryError `usage` when there are none */
export function fieldsOf(list: string): string[] {
  const fields = list.split(/[\s,]+/).filter(Boolean);
  if (fields.length > 0) return fields;
  throw new BelfryError('usage', '--json=: wanted names of fields, got none', {
    hint: 'For example --json=id,state; --json alone prints everything.',
  });
}

/** @throws BelfryError `usage` for a field that is not there, with those that are */
export function chooseFields(value: unknown, fields: readonly string[]): unknown {
  const rows = (Array.isArray(value) ? value : [value]).filter(
    (row): row is Record<string, unknown> => typeof row === 'object' && row !== null,
  );
  // Some have a field that others have not.
  const known = [...new Set(rows.flatMap(Object.keys))];
  const unknown = fields.find(field => !known.includes(field));
  if (unknown !== undefined && rows.length > 0) {
    const near = nearest(unknown, known);
    throw new BelfryError('usage', `--json: unknown field ${unknown}, wanted some of ${known.join(', ')}`, {
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : undefined,
    });
  }
  const chosen = rows.map(row =>
    Object.fromEntries(fields.filter(field => field in row).map(field => [field, row[field]])),
  );
  return Array.isArray(value) ? chosen : (chosen[0] ?? value);
}
