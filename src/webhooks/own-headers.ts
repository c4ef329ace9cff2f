/** What an admin may give as request headers of a webhook, and how a list of them is changed. */
import { isReserved } from '../kinds/reserved-headers.ts';
import { isGrouped, type KindName } from '../model/names.ts';
import { HMAC_ALGORITHMS, HMAC_FORMS, type OwnHeader, parseHmacHeader } from '../model/own-header.ts';
import { nearest } from '../text/nearest.ts';

const MOST_HEADERS = 20;
const LONGEST_NAME = 100;
const LONGEST_VALUE = 4_096;
/** Of names and values together: many servers take 8 KiB of headers, and the kind has its own. */
const LARGEST = 6_144;

const NAME = /^[A-Za-z](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const NAME_WANTED = 'letters, digits, . _ and -, beginning with a letter and ending with a letter or digit';
/** Receivers disagree on what other bytes of a header mean (Latin-1, UTF-8, refused), and a line end would begin another header. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

/** Why a webhook cannot have these headers, without their values: a sentence for each. */
export function headerProblems(
  kind: KindName,
  url: string,
  headers: readonly OwnHeader[],
  hmacHeader: string | null,
): string[] {
  const hmac = hmacHeader === null ? null : parseHmacHeader(hmacHeader);
  const names = [...headers.map(([name]) => name), ...(hmac === null ? [] : [hmac.name])];
  if (names.length === 0) return [];
  if (isGrouped(kind)) return [`wanted none for a ${kind} robot: a chat reads nothing but the message`];
  const problems = names.flatMap(name => nameProblem(kind, url, name) ?? []);
  problems.push(...headers.flatMap(([name, value]) => valueProblem(name, value) ?? []));
  const lower = names.map(name => name.toLowerCase());
  const twice = names.find((name, index) => lower.indexOf(name.toLowerCase()) !== index);
  if (twice !== undefined) problems.push(`wanted each name once, got ${twice} twice`);
  if (headers.length > MOST_HEADERS)
    problems.push(`wanted at most ${MOST_HEADERS} headers, got ${headers.length}`);
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > LARGEST) problems.push(`wanted at most ${LARGEST} characters in all, got ${size}`);
  return problems;
}

function nameProblem(kind: KindName, url: string, name: string): string | null {
  if (!NAME.test(name) || name.length > LONGEST_NAME)
    return `wanted a name of ${NAME_WANTED}, got ${JSON.stringify(name.slice(0, LONGEST_NAME))}`;
  if (isReserved(kind, name)) return `${name}: wanted another name: belfry sets this header itself`;
  if (/^authorization$/i.test(name) && hasUser(url))
    return `${name}: wanted only one of this header and the user in the URL, which becomes the same header`;
  return null;
}

/** The value is a secret, and is not repeated. */
function valueProblem(name: string, value: string): string | null {
  if (value === '') return `${name}: wanted a value, got none`;
  if (value.length > LONGEST_VALUE)
    return `${name}: wanted a value of at most ${LONGEST_VALUE} characters, got ${value.length}`;
  if (VALUE.test(value)) return null;
  return `${name}: wanted a value of printable ASCII characters, got others (in Base64, say, they can be sent)`;
}

function hasUser(url: string): boolean {
  const { username = '', password = '' } = URL.parse(url) ?? {};
  return username !== '' || password !== '';
}

/** `NAME: VALUE`, as HTTP has it. Null when there is no colon. */
export function splitHeader(line: string): OwnHeader | null {
  const [, name, value] = /^([^:]*):(.*)$/s.exec(line) ?? [];
  return name === undefined ? null : [name.trim(), value!.replace(/^[ \t]+|[ \t]+$/g, '')];
}

/** Headers with changes put on top: an empty value takes one away, whatever the case of its name. */
export function changeHeaders(
  headers: readonly OwnHeader[],
  changes: readonly OwnHeader[],
): { headers: OwnHeader[]; unknown: string[] } {
  const result = [...headers];
  const unknown: string[] = [];
  for (const [name, value] of changes) {
    const at = result.findIndex(([known]) => known.toLowerCase() === name.toLowerCase());
    if (value === '') {
      if (at === -1) unknown.push(name);
      else result.splice(at, 1);
    } else if (at === -1) result.push([name, value]);
    else result[at] = [name, value];
  }
  return { headers: result, unknown };
}

/** Why it is no description of a signature header, a clause behind "wanted"; null when it is one. */
export function hmacProblem(text: string): string | null {
  if (parseHmacHeader(text) !== null) return null;
  const [, algorithm = '', form] = /^[^=]*=([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const isKnown = (HMAC_ALGORITHMS as readonly string[]).includes(algorithm);
  const near = isKnown ? nearest(form ?? '', HMAC_FORMS) : nearest(algorithm, HMAC_ALGORITHMS);
  const maybe = near.length === 0 ? '' : ` (did you mean ${near[0]}?)`;
  return `NAME=ALGORITHM or NAME=ALGORITHM:FORM with one of ${HMAC_ALGORITHMS.join(', ')} and one of ${HMAC_FORMS.join(', ')}, got ${JSON.stringify(text)}${maybe}`;
}
