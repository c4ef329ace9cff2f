import t from 'tap';
import { wrap } from '../../src/text/wrap.ts';

t.test('between words, with the indent as a part of the width', async t => {
  t.equal(wrap('the robot rejects our signature', 26, '  '), '  the robot rejects our\n  signature');
  t.equal(wrap('short', 80), 'short');
  t.equal(wrap('', 80, '  '), '  ');
});

t.test('inside what is long: a URL, or Chinese, whose characters are two columns wide', async t => {
  t.equal(wrap(`see ${'x'.repeat(30)} there`, 20), `see ${'x'.repeat(16)}\n${'x'.repeat(14)} there`);
  t.equal(wrap('关键词'.repeat(5), 20), '关键词关键词关键词关\n键词关键词');
});

t.test('a terminal of no width at all gets lines of twenty', async t => {
  t.equal(wrap('a'.repeat(30), 3, '    '), `    ${'a'.repeat(20)}\n    ${'a'.repeat(10)}`);
});
