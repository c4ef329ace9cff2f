import t from 'tap';
import { BatchObjects } from '../../src/git/batch-objects.ts';

t.test('the same objects, however the stream is cut', async t => {
  const stream = Buffer.from('aa tag 3\none\nbb missing\ncc tag 0\n\ndd tag 12\n\n中\nis long\n');
  const wanted = [
    ['aa', 'one', 3],
    ['cc', '', 0],
    ['dd', '\n中\nis ', 12],
  ];
  for (let step = 1; step <= stream.length; step++) {
    const found: [string, string, number][] = [];
    const objects = new BatchObjects(8, (id, bytes, size) => found.push([id, bytes.toString(), size]));
    for (let at = 0; at < stream.length; at += step) objects.push(stream.subarray(at, at + step));
    t.strictSame(found, wanted, `in pieces of ${step}`);
  }
});
