/**
 * The layout of the house as code: entries → steps → doors → words, each folder's sort, and what each sort may import
 * and touch. Takes sources and gives one sentence for each thing that breaks a rule.
 */
import { posix } from 'node:path';
import { hasDefaultExport, type Import, readImports } from './read-imports.ts';
import { type Token, tokens } from './tokens.ts';

const SORTS = ['word', 'door', 'step', 'entry'] as const;
export type Sort = (typeof SORTS)[number];

/** One technology, one room. */
const ONLY_IN: [module: RegExp, rooms: string[]][] = [
  [/^better-sqlite3$/, ['src/store']],
  // Installing writes into configuration files, which is git's format.
  [/^simple-git$/, ['src/git', 'src/installer']],
  [/^undici$/, ['src/http']],
  [/^yaml$/, ['src/plan']],
];

/** A word is a pure function: these are what it could reach the world with. */
const WORLDLY =
  /^(node:(?!crypto$|path$|path\/posix$|url$|util$|buffer$|net$|assert$|string_decoder$)|better-sqlite3$|simple-git$|undici$|yargs$|cli-progress$)/;

/** Where it is decided what is owed to whom, and how: the store writes down what it is told. */
const RULES = /^src\/(webhooks|messages|kinds)\/|^src\/model\/settle-names\.ts$/;
/** Codes of one database: whoever knows them works with no other. */
const DATABASE_CODE = /SQLITE_[A-Z]*/;

interface Source {
  path: string;
  text: string;
  sort: Sort;
  found: Token[];
  imports: Import[];
}

/** `sources`: path from the checkout's root (`src/…`) to text. */
export function brokenRules(sources: ReadonlyMap<string, string>): string[] {
  const read = [...sources].map(([path, text]): Source => {
    const found = tokens(text);
    return { path, text, sort: sortOf(path), found, imports: readImports(found) };
  });
  return [
    ...read.flatMap(source => [
      ...direction(source, sources),
      ...technology(source),
      ...rules(source),
      ...touch(source),
      ...exportsOf(source),
    ]),
    ...circles(read),
    ...pairs(read),
  ];
}

/** Files with more than 200 lines and no line `// long: <reason>`. */
export function longFiles(sources: ReadonlyMap<string, string>): string[] {
  return [...sources]
    .filter(([, text]) => text.split('\n').length - 1 > 200 && !/^\s*\/\/ long: \S/m.test(text))
    .map(
      ([path, text]) =>
        `${path} has ${text.split('\n').length - 1} lines: split it, or say why with "// long: "`,
    );
}

/**
 * Assertions that cannot fail: tap's `match` takes `[]` for any array, and lets one have more elements than its pattern.
 * `sources` are tests.
 */
export function openPatterns(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([path, text]) => {
    const found = tokens(text);
    return found.flatMap(({ text: name, line }, i) => {
      const calls = name === 'match' && found[i - 1]?.text === '.' && found[i + 1]?.text === '(';
      if (!calls || !/^t\d*$/.test(found[i - 2]?.text ?? '') || !hasArray(found, i + 2)) return [];
      return [`${path}:${line} matches an array, which may be longer: use matches() of test/support`];
    });
  });
}

/** @param from where a call's arguments begin: whether the second one has an array written out in it */
function hasArray(found: readonly Token[], from: number): boolean {
  let argument = 0;
  for (let depth = 0, i = from; i < found.length; i++) {
    const { text, kind } = found[i]!;
    if (kind !== 'sign') continue;
    if (text === ',' && depth === 0 && ++argument > 1) return false;
    const before = found[i - 1]!;
    const indexes = before.kind !== 'sign' || before.text === ')' || before.text === ']';
    if (text === '[' && argument === 1 && !indexes) return true;
    if ('([{'.includes(text)) depth++;
    if (')]}'.includes(text) && --depth < 0) return false;
  }
  return false;
}

export function sortOf(path: string): Sort {
  if (
    /^src\/((cli|worker|survey|demo|setup|proc-receive|receiver\/receiver)\.ts$|(commands|worker)\/)/.test(
      path,
    )
  )
    return 'entry';
  if (/^src\/(delivery|emit|announce|merge-requests|repositories)\//.test(path)) return 'step';
  if (/^src\/(files|store|git|http|spool|installer|host)\//.test(path)) return 'door';
  return 'word';
}

function direction(source: Source, sources: ReadonlyMap<string, string>): string[] {
  return source.imports.flatMap(one => {
    const where = `${source.path}:${one.line}`;
    if (one.specifier === null) return [`${where} imports something that only shows at run time`];
    const target = resolve(source.path, one.specifier);
    if (target === null) return [];
    if (!sources.has(target)) return [`${where} imports ${target}, which is not there`];
    const sort = sortOf(target);
    if (SORTS.indexOf(sort) > SORTS.indexOf(source.sort))
      return [`${where} imports upwards: a ${source.sort} from the ${sort} ${target}`];
    // Every door may open files as safely as `files` does; that one knows no other.
    if (sort !== 'door' || source.sort !== 'door' || room(target) === 'src/files') return [];
    if (room(target) !== room(source.path)) return [`${where} imports another door: ${target}`];
    return [];
  });
}

function technology(source: Source): string[] {
  const misplaced = source.imports.flatMap(one => {
    const owners = ONLY_IN.find(([module]) => module.test(one.specifier ?? ''))?.[1];
    if (owners === undefined || owners.includes(room(source.path))) return [];
    return [`${source.path}:${one.line} imports ${one.specifier}, which belongs to ${owners.join(', ')}`];
  });
  const runsPrograms = source.imports.some(one => one.specifier === 'node:child_process');
  const git = source.found.find(token => token.kind === 'string' && token.text === 'git');
  if (runsPrograms && git !== undefined && !['src/git', 'src/installer'].includes(room(source.path)))
    misplaced.push(`${source.path}:${git.line} runs git, which belongs to src/git`);
  if (room(source.path) !== 'src/store')
    for (const [i, line] of source.text.split('\n').entries()) {
      const [code] = DATABASE_CODE.exec(line) ?? [];
      if (code !== undefined)
        misplaced.push(`${source.path}:${i + 1} knows ${code}, which belongs to src/store`);
    }
  return misplaced;
}

function rules(source: Source): string[] {
  if (room(source.path) !== 'src/store') return [];
  return source.imports.flatMap(({ specifier, line, typeOnly }) => {
    const target = specifier === null ? null : resolve(source.path, specifier);
    if (typeOnly || target === null || !RULES.test(target)) return [];
    return [`${source.path}:${line} takes a rule from ${target}, which its caller has to give it`];
  });
}

function touch(source: Source): string[] {
  // What the door `host` is a door to is the process itself: its account, its children. Files belong to that account.
  if (source.sort === 'entry' || ['src/host', 'src/files'].includes(room(source.path))) return [];
  const broken: string[] = [];
  for (const one of source.imports) {
    if (one.specifier === 'node:process' || one.specifier === 'process')
      broken.push(`${source.path}:${one.line} touches process, and only entries may`);
    else if (source.sort === 'word' && WORLDLY.test(one.specifier ?? ''))
      broken.push(`${source.path}:${one.line} is a word and imports ${one.specifier}`);
  }
  for (const [i, token] of source.found.entries()) {
    if (token.kind !== 'word') continue;
    const where = `${source.path}:${token.line}`;
    const before = source.found[i - 1]?.text;
    const [first, second, third] = source.found.slice(i + 1, i + 4).map(next => next.text);
    if (token.text === 'process' && (before !== '.' || source.found[i - 2]?.text === 'globalThis')) {
      // Who starts git must be able to end all that it has started in its turn.
      const ends = room(source.path) === 'src/git' && first === '.' && second === 'kill';
      if ((first === '.' && !ends) || first === '?' || first === '[')
        broken.push(`${where} touches process, and only entries may`);
    }
    if (source.sort === 'door') continue;
    const clock =
      (token.text === 'Date' && first === '.' && second === 'now') ||
      (token.text === 'new' && first === 'Date' && (second !== '(' || third === ')')) ||
      (token.text === 'performance' && first === '.' && second === 'now');
    if (clock) broken.push(`${where} is a ${source.sort} and reads the clock`);
    if (source.sort === 'word' && token.text === 'Math' && first === '.' && second === 'random')
      broken.push(`${where} is a word and rolls dice`);
  }
  return broken;
}

function exportsOf(source: Source): string[] {
  const broken = source.imports
    .filter(one => one.reexport)
    .map(one => `${source.path}:${one.line} exports what another file owns: ${one.specifier}`);
  if (hasDefaultExport(source.found)) broken.push(`${source.path} has a default export`);
  return broken;
}

/** One sentence for each circle, from a walk in depth; imports of types count. */
function circles(read: Source[]): string[] {
  const edges = new Map(
    read.map(source => [
      source.path,
      source.imports.flatMap(one =>
        one.specifier === null ? [] : (resolve(source.path, one.specifier) ?? []),
      ),
    ]),
  );
  const done = new Set<string>();
  const path: string[] = [];
  const broken: string[] = [];
  const walk = (file: string) => {
    const seen = path.indexOf(file);
    if (seen >= 0) broken.push(`imports go in a circle: ${[...path.slice(seen), file].join(' → ')}`);
    if (seen >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of edges.get(file) ?? []) walk(next);
    path.pop();
    done.add(file);
  };
  for (const file of edges.keys()) walk(file);
  return broken;
}

/** One sentence for every two rooms of which each imports from the other: they would be one, or need a third below them. */
function pairs(read: Source[]): string[] {
  const first = new Map<string, string>();
  for (const { path, imports } of read)
    for (const { specifier } of imports) {
      const target = specifier === null ? null : resolve(path, specifier);
      if (target === null || !isRoom(room(path)) || !isRoom(room(target))) continue;
      const key = `${room(path)} ${room(target)}`;
      if (room(path) !== room(target) && !first.has(key)) first.set(key, `${path} → ${target}`);
    }
  return [...first]
    .filter(([key]) => key < reversed(key) && first.has(reversed(key)))
    .map(
      ([key, one]) =>
        `${key.replace(' ', ' and ')} import each other: ${one} and ${first.get(reversed(key))!}`,
    );
}

function reversed(key: string): string {
  return key.split(' ').reverse().join(' ');
}

/** Files that lie in `src/` itself are in no room. */
function isRoom(path: string): boolean {
  return !path.endsWith('.ts');
}

/** Path from the checkout's root, or null for a package and for what lies outside `src/`. */
function resolve(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = posix.join(posix.dirname(from), specifier);
  return path.startsWith('src/') ? path : null;
}

function room(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}
