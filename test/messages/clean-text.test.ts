import t from 'tap';
import { cleanLine, cleanLines, limitText } from '../../src/messages/clean-text.ts';

t.test('one visible line is left', async t => {
  const rows: [text: string, line: string][] = [
    ['Fix the bell\n\nIt rang twice.\n', 'Fix the bell'],
    ['\n\n  Late subject\r\nrest', 'Late subject'],
    ['a\u2028b', 'a'],
    ['a\u2029b', 'a'],
    ['a \t  b\u00a0\u3000c ', 'a b c'],
    ['\u001b[31mred\u001b[0m\u0007', '[31mred[0m'],
    ['abc\u202edcba\u2066x\u061c', 'abcdcbax'],
    ['x\u0085y\u007fz', 'xyz'],
    ['lone \ud800 half', 'lone \ufffd half'],
    ['\u0000', ''],
    ['', ''],
  ];
  for (const [i, [text, line]] of rows.entries()) t.equal(cleanLine(text, 80), line, `row ${i}`);
});

t.test('a limit counts what people count, and bytes too', async t => {
  t.equal(limitText('abcde', 5), 'abcde');
  t.equal(limitText('abcdef', 5), 'abcde…');
  t.equal(limitText('修复登录问题', 6), '修复登录问题');
  t.equal(limitText('修复登录问题', 5), '修复登录问…');
  t.equal(limitText('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 20), '👩‍👩‍👧‍👦👩‍👩‍👧‍👦');
  t.equal(limitText('👩‍👩‍👧‍👦x', 2), '…', 'one letter of 25 bytes does not fit into 6');
  t.equal(limitText('e\u0301e\u0301e\u0301', 2), 'e\u0301e\u0301…');
  t.equal(limitText('word and more', 5), 'word…', 'no space before the dots');
  const zalgo = `e${'\u0301'.repeat(10_000)}`;
  t.ok(Buffer.byteLength(limitText(`ab${zalgo}`, 80)) <= 243);
  t.ok(limitText(`${'a'.repeat(239)}${'😀'.repeat(10)}`, 80).isWellFormed());
});

t.test('a quote keeps its lines, not the empty ones', async t => {
  t.same(cleanLines('one\r\n\r\n  two \n\u0000\nthree', 300, 8), ['one', 'two', 'three']);
  t.same(cleanLines('1\n2\n3\n4', 300, 3), ['1', '2', '3…']);
  t.same(cleanLines('x'.repeat(400), 300, 8), [`${'x'.repeat(300)}…`]);
  t.same(cleanLines(`${'x'.repeat(290)}\n${'y'.repeat(20)}\nz`, 300, 8), [
    'x'.repeat(290),
    `${'y'.repeat(10)}…`,
  ]);
  t.same(cleanLines(`${'x'.repeat(300)}\nmore`, 300, 8), [`${'x'.repeat(300)}…`]);
  t.same(cleanLines('', 300, 8), []);
  t.same(cleanLines('\n \n', 300, 8), []);
});
