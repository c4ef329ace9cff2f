import t from 'tap';
import { NulFields } from '../../src/git/nul-fields.ts';

t.test('the same fields, however the stream is cut', async t => {
  const stream = Buffer.from('\0one\0\0three is longer\0中\0not ended');
  const wanted = [
    ['', 0],
    ['one', 3],
    ['', 0],
    ['three is', 15],
    ['中', 3],
  ];
  for (let step = 1; step <= stream.length; step++) {
    const found: [string, number][] = [];
    const fields = new NulFields(8, (bytes, length) => found.push([bytes.toString(), length]));
    for (let at = 0; at < stream.length; at += step) fields.push(stream.subarray(at, at + step));
    t.strictSame(found, wanted, `in pieces of ${step}`);
  }
});
