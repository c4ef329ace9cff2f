/** What makes text safe to show, and readable: printable, table, nearest. */
import * as fc from 'fast-check';
import stringWidth from 'string-width';
import t from 'tap';
import { nearest } from '../../src/text/nearest.ts';
import { coloured, forTerminal, printable, printableBlock, printableJson } from '../../src/text/printable.ts';
import { type TableShape, tableRows } from '../../src/text/table.ts';
import '../support/fixed-seed.ts';

function table(header: string[], rows: string[][], width: number, shape?: TableShape): string {
  return tableRows(header, rows, width, shape).join('\n');
}

const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

t.test('control characters and what turns a line around are shown, not done', async t => {
  t.equal(printable('a\u001b[31mb\u0007\r\n\t'), 'a\\x1b[31mb\\x07\\x0d\\x0a\\x09');
  t.equal(printable('\u202egit.exe\u2066\u200f'), '\\u202egit.exe\\u2066\\u200f');
  t.equal(printable('\u009b1m\u2028\ufeff'), '\\x9b1m\\u2028\\ufeff');
  t.equal(printable('张三 🔑 é — ok'), '张三 🔑 é — ok');
  t.equal(printable('\ud800'), '\ufffd');
  t.equal(printableBlock('one\n\ttwo\r\u001b]0;title\u0007'), 'one\n\ttwo\\x0d\\x1b]0;title\\x07');
});

t.test('nothing dangerous gets through, whatever comes', async t => {
  const nasty = fc.string({
    unit: fc.integer({ min: 0, max: 0x2100 }).map(code => String.fromCodePoint(code)),
  });
  t.doesNotThrow(() => fc.assert(fc.property(nasty, text => !DANGEROUS.test(printable(text)))));
  t.doesNotThrow(() =>
    fc.assert(fc.property(nasty, text => !DANGEROUS.test(printableBlock(text).replace(/[\n\t]/g, '')))),
  );
});

t.test('JSON says the same when it is printable', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), value => {
        const text = printableJson(value);
        return (
          !DANGEROUS.test(text.replaceAll('\n', '')) &&
          JSON.stringify(JSON.parse(text)) === JSON.stringify(value)
        );
      }),
      { numRuns: 1_000 },
    ),
  );
  t.equal(printableJson({ a: '\u202e\u001b' }), '{\n  "a": "\\u202e\\u001b"\n}');
});

t.test('a table: as wide as its content, no space at the ends of lines', async t => {
  t.equal(
    table(
      ['ID', 'NAME', ''],
      [
        ['1', 'app', 'x'],
        ['22', '张三', ''],
      ],
      80,
    ),
    ['ID  NAME', '1   app   x', '22  张三'].join('\n'),
  );
  t.equal(table(['ID'], [], 80), 'ID');
});

t.test(
  'at 80 columns with Chinese text: the widest column is cut between characters, the first never',
  async t => {
    const text = table(
      ['ID', 'REPOSITORY', 'ANSWER'],
      [
        ['1ng804g3fq5v9a0z', '公司/'.repeat(20), 'e\u0301'.repeat(60)],
        ['1ng804g3fq5v9a1a', 'acme/app', '👩‍👩‍👧'.repeat(40)],
      ],
      80,
    );
    const lines = text.split('\n');
    t.equal(lines.length, 3);
    for (const line of lines) t.ok(stringWidth(line) <= 80, `${stringWidth(line)} columns`);
    t.ok(stringWidth(lines[1]!) >= 78, 'and the room is used');
    t.match(lines[1], /^1ng804g3fq5v9a0z {2}公司\/.*… +.*e\u0301…$/u);
    t.match(lines[2], /(👩‍👩‍👧)+…$/u);
    const narrow = table(['ID', 'NAME'], [['1ng804g3fq5v9a0z', 'a long name']], 10);
    t.match(narrow, /1ng804g3fq5v9a0z/, 'what names a row stays whole even where there is no room');
  },
);

t.test('what must be read whole is, at any width: what has no room beside it goes below', async t => {
  const header = ['ID', 'STATE', 'URL', 'REPO'];
  const rows = [
    [
      '1',
      'stopped by belfry',
      'https://ci.example.com:8443/build/of/everything',
      'platform-team/build-tools',
    ],
    ['22', 'active', 'https://a.example/', ''],
  ];
  const keep = { STATE: 'whole', REPO: 'whole', URL: /^\w+:\/\/[^/]+/ } as const;
  t.equal(
    table(header, rows, 70, { keep }),
    [
      'ID  STATE              URL',
      '    REPO',
      '1   stopped by belfry  https://ci.example.com:8443/build/of/everything',
      '    platform-team/build-tools',
      '22  active             https://a.example/',
    ].join('\n'),
  );
  t.match(table(header, rows, 54, { keep }), 'https://ci.example.com:8443/bu…\n', 'cut behind the host');
  t.match(table(header, rows, 40, { keep }), '\n    https://ci.example.com:8443/build/o…\n', 'or below');
  for (let width = 35; width < 130; width++)
    for (const line of table(header, rows, width, { keep }).split('\n'))
      t.ok(stringWidth(line) <= width, `${width}: ${line}`);
  t.notMatch(table(header, rows, 100, { keep }), '\n    ', 'beside it where there is room');
  t.equal(
    table(['ID', 'STATE'], [['1', 'up']], 80, { paint: (text, title, row) => `<${title}${row}:${text}>` }),
    'ID  STATE\n<ID0:1>   <STATE0:up>',
    'colours change no width',
  );
});

t.test('a control character in a cell does not break the table', async t => {
  t.equal(table(['A', 'B'], [['x\ny', '\u001b[0m']], 80), 'A       B\nx\\x0ay  \\x1b[0m');
});

t.test('a table of very many rows', async t => {
  const rows = Array.from({ length: 150_000 }, (_, n) => [String(n)]);
  t.equal(
    table(['ID'], rows, 80).length,
    rows.reduce((sum, [cell]) => sum + cell!.length + 1, 2),
  );
});

t.test('what somebody may have meant', async t => {
  const names = ['acme/app', 'acme/lib', 'other/app', 'zebra'];
  t.equal(nearest('acme/ap', names)[0], 'acme/app');
  t.equal(nearest('ACME/APP', names)[0], 'acme/app', 'in another case');
  t.equal(nearest('app', names)[0], 'acme/app', 'the company forgotten');
  t.same(nearest('qqqqqqqqqqqqqqqq', names), []);
  t.same(nearest('x', []), []);
  t.ok(
    nearest(
      'acme',
      Array.from({ length: 100 }, (_, n) => `acme/${n}`),
    ).length <= 3,
  );
});

t.test('the last look at what is printed: nothing dangerous is left, whatever was forgotten', async t => {
  t.equal(
    forTerminal(`a ${coloured('b\u001b[2J', 'red')} c\n\t\u0085`),
    'a \u001b[31mb\\x1b[2J\u001b[39m c\n\t\\x85',
  );
  const sneaked = table(['A'], [['\ufdd0not red\ufdd1']], 80);
  t.notMatch(forTerminal(sneaked), /\u001b/, 'foreign text cannot colour itself');
  t.notMatch(forTerminal(printableJson('\ufdd0')), /\u001b/);
  t.equal(JSON.parse(printableJson('\ufdd0')), '\ufdd0');
  const anything = fc.string({ unit: 'binary' });
  const left = (text: string) =>
    text
      .replace(/\u001b\[3[123]m/g, '')
      .replaceAll('\u001b[39m', '')
      .replace(/[\n\t]/g, '');
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anything, text => !DANGEROUS.test(left(forTerminal(text)))),
      { numRuns: 1_000 },
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.array(fc.array(anything, { minLength: 2, maxLength: 2 })),
        fc.integer({ min: 5 }),
        (rows, width) => {
          const text = table(['ONE', 'TWO'], rows, width);
          const lines = tableRows(['ONE', 'TWO'], rows, width);
          return !DANGEROUS.test(text.replaceAll('\n', '')) && lines.length === rows.length + 1;
        },
      ),
      { numRuns: 500 },
    ),
  );
  // Half of a character is nothing that a terminal or a file could take.
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), units => {
        const text = String.fromCharCode(...units);
        return forTerminal(text).isWellFormed() && printable(text).isWellFormed();
      }),
    ),
  );
});
