import t from 'tap';
import { type BatchAnswer, BatchObjects } from '../../src/git/batch-objects.ts';

const ID = 'a'.repeat(40);

t.test('objects that come in pieces of any size', async t => {
  const long = 'x\n'.repeat(50);
  const input = `${ID} tag 5\na\nb c\n0000 missing\n${ID} tag 0\n\n${ID} tag 100\n${long}\n${ID} tag 2\nzz\n`;
  for (let size = 1; size <= input.length; size++) {
    const found: (BatchAnswer | null)[] = [];
    const objects = new BatchObjects(
      true,
      () => 10,
      answer => found.push(answer),
    );
    for (let at = 0; at < input.length; at += size) objects.push(Buffer.from(input.slice(at, at + size)));
    t.strictSame(
      found.map(one => one && [one.id, one.type, one.bytes.toString(), one.size]),
      [
        [ID, 'tag', 'a\nb c', 5],
        null,
        [ID, 'tag', '', 0],
        [ID, 'tag', 'x\nx\nx\nx\nx\n', 100],
        [ID, 'tag', 'zz', 2],
      ],
      `pieces of ${size}`,
    );
  }
});

t.test('headers only', async t => {
  const found: (BatchAnswer | null)[] = [];
  const objects = new BatchObjects(
    false,
    () => 10,
    answer => found.push(answer),
  );
  objects.push(Buffer.from(`${ID} commit 5\n${ID} missing\n${ID} tree 7\n`));
  t.strictSame(
    found.map(one => one && [one.type, one.size]),
    [['commit', 5], null, ['tree', 7]],
  );
});
