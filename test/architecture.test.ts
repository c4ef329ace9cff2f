/** Reads the imports of `src/` and holds them against the layout of the house; first, that the guard fires at all. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { PROJECT } from './support/belfry.ts';
import { brokenRules, longFiles, openPatterns } from './support/house-rules.ts';
import { readImports } from './support/read-imports.ts';
import { tokens } from './support/tokens.ts';

t.test('the reader of imports sees every form and nothing else', async t => {
  const source = `
// import 'comment';
/* import x from 'comment' */
import 'a';
import b from 'b';
import type { C } from 'c';
import { type D, d as dd } from "d";
import * as e from 'e';
import type F, { f } from 'f';
export { g } from 'g';
export * from 'h';
export * as i from 'i';
export type { J } from 'j';
const k = await import('./k.ts');
type L = import('l').Thing;
const half = total! / 2 + import.meta.dirname.length / 3;
const text = "import m from 'm'";
const pattern = !/import n from 'n'/.test(text) ? /[/'"]/ : /\\/'/;
const template = \`import o from 'o' \${await import('p')} \${{ q: \`\${1}\` }.q} import 'r'\`;
export { half };
const object = { import: 's', from: 't' };
object.import('u');
const v = await import(text);
`;
  t.same(
    readImports(tokens(source)).map(one => [one.specifier, one.line, one.reexport]),
    [
      ['a', 4, false],
      ['b', 5, false],
      ['c', 6, false],
      ['d', 7, false],
      ['e', 8, false],
      ['f', 9, false],
      ['g', 10, true],
      ['h', 11, true],
      ['i', 12, true],
      ['j', 13, true],
      ['./k.ts', 14, false],
      ['l', 15, false],
      ['p', 19, false],
      [null, 23, false],
    ],
  );
});

t.test('the reader of imports tells types from values', async t => {
  const source = `import type { A } from 'a';\nimport { type B, b } from 'b';\nimport type * as C from 'c';\nimport 'd';`;
  t.strictSame(
    readImports(tokens(source)).map(one => [one.specifier, one.typeOnly]),
    [
      ['a', true],
      ['b', false],
      ['c', true],
      ['d', false],
    ],
  );
});

t.test('the contract of the store knows the port and no store', async t => {
  const files = readdirSync(join(PROJECT, 'test/store/contract')).map(name => `contract/${name}`);
  const foreign = [...files, 'samples.ts'].flatMap(name =>
    readImports(tokens(readFileSync(join(PROJECT, 'test/store', name), 'utf8')))
      .map(one => one.specifier ?? '')
      .filter(from => from.endsWith('/stage.ts') || /src\/store\/(?!store\.ts)/.test(from)),
  );
  t.strictSame(foreign, []);
});

t.test('the guard fires', async t => {
  const cases: [what: string, files: Record<string, string>, broken: string[]][] = [
    [
      'a word that imports a door',
      { 'kinds/a.ts': `import { b } from '../store/b.ts';`, 'store/b.ts': '' },
      ['src/kinds/a.ts:1 imports upwards: a word from the door src/store/b.ts'],
    ],
    [
      'a door that imports a step, as a type only',
      { 'store/a.ts': `import type { B } from '../delivery/b.ts';`, 'delivery/b.ts': '' },
      ['src/store/a.ts:1 imports upwards: a door from the step src/delivery/b.ts'],
    ],
    [
      'a step that imports an entry, at run time',
      { 'delivery/a.ts': `\nawait import('../worker.ts');`, 'worker.ts': '' },
      ['src/delivery/a.ts:2 imports upwards: a step from the entry src/worker.ts'],
    ],
    [
      'a door that imports another',
      { 'git/a.ts': `import '../store/b.ts';`, 'store/b.ts': '' },
      ['src/git/a.ts:1 imports another door: src/store/b.ts'],
    ],
    [
      'the door to files that imports another',
      { 'files/a.ts': `import '../store/b.ts';`, 'store/b.ts': `import '../files/c.ts';`, 'files/c.ts': '' },
      [
        'src/files/a.ts:1 imports another door: src/store/b.ts',
        'src/files and src/store import each other: src/files/a.ts → src/store/b.ts and src/store/b.ts → src/files/c.ts',
      ],
    ],
    [
      'a file that is not there',
      { 'cli.ts': `import './no.ts';` },
      ['src/cli.ts:1 imports src/no.ts, which is not there'],
    ],
    [
      'an import made up at run time',
      { 'cli.ts': `await import('./commands' + name);` },
      ['src/cli.ts:1 imports something that only shows at run time'],
    ],
    [
      'a circle of types',
      {
        'model/a.ts': `import type { B } from './b.ts';`,
        'model/b.ts': `import type { C } from './c.ts';`,
        'model/c.ts': `import { type A } from './a.ts';`,
      },
      ['imports go in a circle: src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts'],
    ],
    [
      'two rooms that import each other',
      {
        'announce/a.ts': `import '../emit/b.ts';`,
        'emit/b.ts': '',
        'emit/c.ts': `import type { D } from '../announce/d.ts';`,
        'announce/d.ts': '',
      },
      [
        'src/announce and src/emit import each other: src/announce/a.ts → src/emit/b.ts and src/emit/c.ts → src/announce/d.ts',
      ],
    ],
    [
      'technologies in the wrong room',
      {
        'delivery/a.ts': `import Database from 'better-sqlite3';`,
        'commands/b.ts': `const { simpleGit } = await import('simple-git');`,
        'store/c.ts': `import type { Agent } from 'undici';`,
        'host/d.ts': `import { execFile } from 'node:child_process';\nexecFile('git', []);`,
        'worker/e.ts': `// Nothing.\nif (error.code === 'SQLITE_BUSY') wait();`,
        'store/f.ts': `if (error.code === 'SQLITE_BUSY') wait();`,
      },
      [
        'src/delivery/a.ts:1 imports better-sqlite3, which belongs to src/store',
        'src/commands/b.ts:1 imports simple-git, which belongs to src/git, src/installer',
        'src/store/c.ts:1 imports undici, which belongs to src/http',
        'src/host/d.ts:2 runs git, which belongs to src/git',
        'src/worker/e.ts:2 knows SQLITE_BUSY, which belongs to src/store',
      ],
    ],
    [
      'a store that decides',
      {
        'store/a.ts': `import { wants } from '../webhooks/wants.ts';\nimport type { Wants } from '../webhooks/wants.ts';`,
        'webhooks/wants.ts': '',
        'delivery/b.ts': `import { wants } from '../webhooks/wants.ts';`,
      },
      ['src/store/a.ts:1 takes a rule from src/webhooks/wants.ts, which its caller has to give it'],
    ],
    [
      'process outside the entries',
      {
        'store/a.ts': 'const home = process.env.HOME;',
        'git/b.ts': `import { env } from 'node:process';`,
        'git/c.ts': `process.kill(-5, 'SIGKILL');\nprocess.env.HOME;`,
        'store/d.ts': 'process.kill(5);',
        'delivery/c.ts': 'globalThis.process.exit(1);',
      },
      [
        'src/store/a.ts:1 touches process, and only entries may',
        'src/git/b.ts:1 touches process, and only entries may',
        'src/git/c.ts:2 touches process, and only entries may',
        'src/store/d.ts:1 touches process, and only entries may',
        'src/delivery/c.ts:1 touches process, and only entries may',
      ],
    ],
    [
      'a word that touches the world',
      {
        'kinds/a.ts': `import { readFileSync } from 'node:fs';`,
        'model/b.ts': 'const now = Date.now();',
        'model/c.ts': 'const now = new Date();',
        'model/d.ts': 'const luck = Math.random();',
      },
      [
        'src/kinds/a.ts:1 is a word and imports node:fs',
        'src/model/b.ts:1 is a word and reads the clock',
        'src/model/c.ts:1 is a word and reads the clock',
        'src/model/d.ts:1 is a word and rolls dice',
      ],
    ],
    [
      'a default export and a barrel',
      { 'kinds/a.ts': 'export default 1;', 'kinds/b.ts': `export * from './c.ts';`, 'kinds/c.ts': '' },
      ['src/kinds/a.ts has a default export', 'src/kinds/b.ts:1 exports what another file owns: ./c.ts'],
    ],
    [
      'nothing wrong',
      {
        'cli.ts': `import { b } from './commands/b.ts';\nprocess.exit(b(Date.now()));`,
        'commands/b.ts': `import '../store/c.ts';\nimport '../delivery/d.ts';`,
        'store/c.ts': `import Database from 'better-sqlite3';\nimport '../errors.ts';\nconst at = new Date();`,
        'host/e.ts': 'process.setuid(1);',
        'installer/f.ts': `import { simpleGit } from 'simple-git';`,
        'worker/g.ts': `import '../delivery/d.ts';\nprocess.title = 'x';`,
        'delivery/d.ts': `import '../store/c.ts';\nimport '../errors.ts';\nconst at = new Date(5);`,
        'errors.ts': `import { z } from 'zod';\nconst process = { x: 1 };\nexport const y = object.process.x;`,
      },
      [],
    ],
  ];
  for (const [what, files, broken] of cases) t.same(brokenRules(written(t, files)), broken, what);

  const long = 'x\n'.repeat(201);
  t.same(
    longFiles(written(t, { 'a.ts': long, 'b.ts': `// long: a table\n${long}`, 'c.ts': 'x\n'.repeat(200) })),
    ['src/a.ts has 201 lines: split it, or say why with "// long: "'],
    'a long file without a reason',
  );
});

t.test('assertions that cannot fail are found', async t => {
  const open = (line: string) => openPatterns(new Map([['test/a.test.ts', `\n${line}\n`]])).length;
  for (const line of [
    't.match(lines, []);',
    't.match(await list(1, [2]), [{ a: 1 }], "what");',
    't.match(body, { a: 1, refs: [] });',
    't.match(\n  body,\n  { a: [/x/] },\n);',
  ])
    t.equal(open(line), 1, line);
  for (const line of [
    't.match(lines[0], { a: 1 });',
    't.match([1, 2][0], 1);',
    't.match(text, /[ab]/);',
    't.match(text, PATTERNS[1]);',
    't.match(got, { a: rows[0]!.b[1] }, what[1]);',
    'text.match([1]);',
    'matches(t, lines, []);',
  ])
    t.equal(open(line), 0, line);
});

t.test('every assertion can fail', async t => {
  const sources = new Map(
    readdirSync(join(PROJECT, 'test'), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts'))
      .map(path => [`test/${path}`, readFileSync(join(PROJECT, 'test', path), 'utf8')]),
  );
  t.ok(sources.size > 100, 'tests are found');
  t.strictSame(openPatterns(sources), []);
});

t.test('the house stands', async t => {
  const sources = read(PROJECT);
  t.ok(sources.has('src/errors.ts'), 'sources are found');
  t.same(brokenRules(sources), [], 'imports go down, never up, never in a circle');
  t.same(longFiles(sources), [], 'a file over 200 lines says why');
});

/** Writes sources into the test's directory and reads them as the guard reads the real ones. */
function written(t: Test, files: Record<string, string>): Map<string, string> {
  const tree: Record<string, Record<string, string> | string> = {};
  for (const [path, text] of Object.entries(files)) {
    const [folder, name] = path.split('/');
    if (name === undefined) tree[folder!] = text;
    else tree[folder!] = { ...(tree[folder!] as Record<string, string>), [name]: text };
  }
  return read(t.testdir({ src: tree }), Object.keys(files));
}

/** Path from the root to text, of every TypeScript file below `src/`; in the given order, if one is given. */
function read(root: string, order?: string[]): Map<string, string> {
  const paths =
    order ??
    readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts'))
      .sort();
  return new Map(paths.map(path => [`src/${path}`, readFileSync(join(root, 'src', path), 'utf8')]));
}
