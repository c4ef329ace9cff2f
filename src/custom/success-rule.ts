/** Which answers a webhook of the kind `custom` takes for a success, and how the command line says it. */
import type { SuccessRule } from '../model/custom-target.ts';
import type { HttpAnswer } from '../model/request.ts';
import { parsePointer, valueAtPointer } from './json-pointer.ts';

/** `200,201,202`. @returns what is wrong, a clause behind "wanted" */
export function readStatuses(list: string): number[] | string {
  const words = list.split(/[\s,]+/).filter(Boolean);
  const wrong = words.find(word => !/^[2-5]\d\d$/.test(word));
  if (wrong !== undefined || words.length === 0)
    return `status codes from 200 to 599, separated by commas, got ${JSON.stringify(wrong ?? list)}`;
  return [...new Set(words.map(Number))];
}

/** `/ok=true`: behind the first `=` JSON, else a plain text. @returns what is wrong, a clause behind "wanted" */
export function readJsonRule(text: string): NonNullable<SuccessRule['json']> | string {
  const end = text.indexOf('=');
  const pointer = text.slice(0, end);
  if (end === -1 || parsePointer(pointer) === null)
    return `a JSON pointer, = and a value, e.g. /status=success or /data/ok=true, got ${JSON.stringify(text)}`;
  const value = jsonOrText(text.slice(end + 1));
  if (typeof value === 'object' && value !== null)
    return `a text, a number, true, false or null behind =, got ${Array.isArray(value) ? 'a list' : 'an object'}`;
  return { pointer, value: value as string | number | boolean | null };
}

/** As `readStatuses` and `readJsonRule` take it. */
export function jsonRuleText({ pointer, value }: NonNullable<SuccessRule['json']>): string {
  const isPlain =
    typeof value === 'string' && typeof jsonOrText(value) === 'string' && !value.startsWith('"');
  return `${pointer}=${isPlain ? value : JSON.stringify(value)}`;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function statusFits({ statuses }: SuccessRule, status: number): boolean {
  return statuses === null ? status >= 200 && status < 300 : statuses.includes(status);
}

/**
 * What of the rule the answer's body does not show, a clause behind "the answer has"; null when it shows everything. An
 * answer that broke off proves nothing.
 */
export function missingProof({ json, contains }: SuccessRule, answer: HttpAnswer): string | null {
  if (json === null && contains === null) return null;
  if (answer.error !== null) return 'no end: it broke off';
  if (contains !== null && !answer.body.includes(contains)) return `no ${JSON.stringify(contains)} in it`;
  if (json === null) return null;
  const found = valueAtPointer(document(answer.body), parsePointer(json.pointer) ?? []);
  return found === json.value ? null : `no ${JSON.stringify(json.value)} at ${json.pointer || 'its top'}`;
}

function document(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
