import '../support/fixed-seed.ts';
import * as fc from 'fast-check';
import t from 'tap';
import { fillTemplate } from '../../src/custom/fill-template.ts';
import { compileTemplate, LARGEST_TEMPLATE, type Piece, pathsOf } from '../../src/custom/template.ts';

const MIB = 1_048_576;

function compiled(template: unknown): Piece[] {
  const pieces = compileTemplate(typeof template === 'string' ? template : JSON.stringify(template));
  if (typeof pieces === 'string') throw new Error(pieces);
  return pieces;
}

function filled(template: unknown, payload: unknown): string | null {
  return fillTemplate(compiled(template), payload, MIB);
}

t.test('golden case 36: a text in JSON, a number as a number', async t => {
  const payload = { head_commit: { message: 'a"b\n' }, total_commits_count: 2 };
  t.equal(
    filled('{"t":"{{head_commit.message}}","n":"{{total_commits_count}}"}', payload),
    '{"t":"a\\"b\\n","n":2}',
  );
});

t.test('what becomes of each value, alone and inside a text', async t => {
  const payload = {
    text: '推送 "é"',
    number: 1.5,
    yes: true,
    nothing: null,
    list: [{ id: 'a' }, { id: 'b' }],
    object: { deep: { down: 'x' } },
  };
  const cases: [template: unknown, result: unknown][] = [
    ['{{text}}', '推送 "é"'],
    ['{{number}}', 1.5],
    ['{{yes}}', true],
    ['{{nothing}}', null],
    ['{{missing}}', null],
    ['{{missing.deeper}}', null],
    ['{{list}}', [{ id: 'a' }, { id: 'b' }]],
    ['{{list.1.id}}', 'b'],
    ['{{list.2.id}}', null],
    ['{{list.-1.id}}', null],
    ['{{object.deep}}', { down: 'x' }],
    ['{{ text }}', '推送 "é"'],
    ['<{{text}}>', '<推送 "é">'],
    ['{{number}}{{yes}}', '1.5true'],
    ['[{{nothing}}{{missing}}{{list}}{{object}}]', '[]'],
    ['{{{{text}}', '{{text}}'],
    ['a {{{{ b', 'a {{ b'],
    ['}} {a} {', '}} {a} {'],
    [{ '{{text}}': 1 }, { '{{text}}': 1 }],
    [
      ['{{text}}', { a: ['x {{number}}'] }, 7, false, null],
      ['推送 "é"', { a: ['x 1.5'] }, 7, false, null],
    ],
  ];
  for (const [template, result] of cases)
    t.strictSame(JSON.parse(filled(JSON.stringify(template), payload)!), result, JSON.stringify(template));
});

t.test('nothing that JavaScript adds to a value can be named', async t => {
  const payload = JSON.parse('{"list":[1],"text":"abc","__proto__":{"own":"yes"}}');
  for (const path of [
    'list.length',
    'list.map',
    'text.length',
    'text.0',
    'constructor',
    'constructor.name',
    'toString',
  ])
    t.equal(filled(`"{{${path}}}"`, payload), 'null', path);
  t.equal(filled('"{{__proto__.own}}"', payload), '"yes"', 'a key of this name is a key');
  t.equal(filled('{"__proto__":"{{text}}"}', payload), '{"__proto__":"abc"}');
});

t.test('placeholders are counted with their place', async t => {
  t.strictSame(pathsOf(compiled(['{{a.0.b}}', 'x {{c}} {{d}}', 'plain'])), [
    { path: ['a', '0', 'b'], inText: false },
    { path: ['c'], inText: true },
    { path: ['d'], inText: true },
  ]);
});

t.test('what is no template is refused with what was wanted', async t => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const many = (count: number) => JSON.stringify(Array(count).fill('{{a}}'));
  const long = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
  const cases: [template: string, problem: RegExp | null][] = [
    ['{"a":}', /^a JSON document: /],
    ['', /^a JSON document: /],
    ["{'a': 1}", /^a JSON document: /],
    ['"{{a"', /^\}\} behind \{\{ .*got "\{\{a"$/],
    ['"{{{a}}}"', /^\}\} behind \{\{/],
    ['"{{}}"', /^a path such as/],
    ['"{{a..b}}"', /^a path such as .*got "\{\{a\.\.b\}\}"$/],
    ['"{{a b}}"', /^a path such as/],
    ['"{{.a}}"', /^a path such as/],
    [deep(16), null],
    [deep(17), /^at most 16 levels/],
    [deep(6_000), /^at most 16 levels/],
    [many(64), null],
    [many(65), /^at most 64 placeholders, got 65$/],
    [long(LARGEST_TEMPLATE), null],
    [long(LARGEST_TEMPLATE + 1), /^a template of at most 16384 bytes, got 16385$/],
  ];
  for (const [template, problem] of cases) {
    const result = compileTemplate(template);
    if (problem === null) t.type(result, Array, template.slice(0, 20));
    else t.match(result, problem, template.slice(0, 20));
  }
});

t.test('a result that is too large is none, and is given up early', async t => {
  const half = { big: 'x'.repeat(MIB / 2) };
  t.equal(filled(['{{big}}'], half)?.length, MIB / 2 + 4);
  t.equal(filled(['{{big}}', '{{big}}'], half), null);
  t.equal(filled(['{{big}}{{big}}'], half), null);
  t.equal(fillTemplate(compiled('"{{a}}"'), { a: 'é' }, 4), '"é"');
  t.equal(fillTemplate(compiled('"{{a}}"'), { a: 'é' }, 3), null, 'bytes are counted');
});

/** Any document with placeholders that lead into this payload, or beside it. */
const placeholder = fc.constantFrom('{{a}}', '{{b.c}}', '{{b}}', '{{list.0}}', '{{list}}', '{{none.x}}');
const string = fc.oneof(
  fc.string().map(text => text.replaceAll('{{', '{')),
  placeholder,
  fc.tuple(fc.string(), placeholder, fc.string()).map(parts => parts.join(' ').replaceAll('{{{', '{{')),
);
const { tree } = fc.letrec(tie => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    string,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
  ),
}));
const payload = fc.record({
  a: fc.jsonValue(),
  b: fc.oneof(fc.string({ unit: 'binary' }), fc.record({ c: fc.string({ unit: 'binary' }) })),
  list: fc.array(fc.jsonValue(), { maxLength: 3 }),
});

t.test('whatever the values are, the result has the keys and the strings of the template', async () => {
  fc.assert(
    fc.property(tree, payload, (template, data) => {
      const pieces = compileTemplate(JSON.stringify(template));
      if (typeof pieces === 'string') return;
      const text = fillTemplate(pieces, data, MIB);
      if (text === null) return;
      hasTheShape(JSON.parse(text), JSON.parse(JSON.stringify(template)));
    }),
  );

  function hasTheShape(got: unknown, wanted: unknown): void {
    if (typeof wanted === 'string') {
      // A placeholder that stands alone takes any value; a text with one in it stays a text.
      const alone = /^\{\{[^{}]*\}\}$/.test(wanted);
      if (!alone && typeof got !== 'string') throw new Error(`no text: ${JSON.stringify(got)}`);
      return;
    }
    if (typeof wanted !== 'object' || wanted === null) {
      if (got !== wanted) throw new Error(`${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`);
      return;
    }
    const [keys, wantedKeys] = [got, wanted].map(one => JSON.stringify(Object.keys(one as object).sort()));
    if (keys !== wantedKeys || Array.isArray(got) !== Array.isArray(wanted))
      throw new Error(`keys ${keys} instead of ${wantedKeys}`);
    for (const [key, inner] of Object.entries(wanted))
      hasTheShape(Object.getOwnPropertyDescriptor(got as object, key)!.value, inner);
  }
});

t.test('a text comes through as it was', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const whole = JSON.parse(filled('{"x":"{{t}}"}', { t: text })!);
      const inside = JSON.parse(filled('{"x":"<{{t}}>"}', { t: text })!);
      return whole.x === text && inside.x === `<${text}>`;
    }),
  );
});
