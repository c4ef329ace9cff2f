/** Holds a body against Gitee's format, without the product's schemas. */
import type { Json } from './gitee-literals.ts';
import { BODIES, type Rule, type Rules } from './gitee-rules.ts';
import { sortedCompact } from './sorted-compact.ts';

/** What is wrong with a body, one line each: nothing, when a strict client takes it. */
export function giteeProblems(body: Buffer | string): string[] {
  const text = body.toString('utf8');
  const json = JSON.parse(text) as Json;
  const rules = BODIES[String(json.hook_name)];
  if (rules === undefined) return [`hook_name: ${json.hook_name}`];
  const order = text === sortedCompact(json) ? [] : ['it is not compact, or its keys are not in order'];
  const utf8 = Buffer.from(text, 'utf8').toString('utf8') === text ? [] : ['it is not UTF-8'];
  return [...order, ...utf8, ...objectProblems(json, rules, '')];
}

function objectProblems(value: Json, rules: Rules, path: string): string[] {
  const wanted = Object.entries(rules).filter(([key]) => key !== '?');
  const known = new Set(wanted.map(([key]) => key.replace('-', '')));
  const unknown = Object.keys(value).filter(key => wanted.length > 0 && !known.has(key));
  return [
    ...unknown.map(key => `${path}${key}: unknown`),
    ...wanted.flatMap(([name, rule]) => {
      const key = name.replace('-', '');
      if (key in value) return problems(value[key], rule, `${path}${key}`);
      return name === key ? [`${path}${key}: missing`] : [];
    }),
  ];
}

function problems(value: unknown, rule: Rule, path: string): string[] {
  if (Array.isArray(rule)) {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((one, at) => problems(one, rule[0], `${path}[${at}]`));
  }
  if (typeof rule === 'object') {
    if (value === null && '?' in rule) return [];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? objectProblems(value as Json, rule, `${path}.`) : [`${path}: no object`];
  }
  if (value === null && rule.endsWith('?')) return [];
  return fits(value, rule.replace('?', '')) ? [] : [`${path}: ${JSON.stringify(value)} is not ${rule}`];
}

const TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d[+-]\d{2}:[0-5]\d$/;
const MOST = 2_147_483_647;

function fits(value: unknown, rule: string): boolean {
  if (rule === '0') return value === null;
  if (rule === 'b') return typeof value === 'boolean';
  if (rule === 'i' || rule === 'n')
    return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST;
  if (typeof value !== 'string' || !value.isWellFormed()) return false;
  if (rule === 's') return true;
  if (rule === 'h') return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
  if (rule === 't') return TIME.test(value) && !Number.isNaN(Date.parse(value));
  if (rule === 'd') return new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value;
  return rule.split('|').includes(value);
}
