import t from 'tap';
import { plural } from '../../src/text/plural.ts';

t.test('one has a word of its own', async t => {
  t.equal(plural(1, 'file'), '1 file');
  t.equal(plural(0, 'file'), '0 files');
  t.equal(plural(2, 'delivery', 'deliveries'), '2 deliveries');
  t.equal(plural(2, 'delivery'), '2 deliveries');
  t.equal(plural(0, 'push'), '0 pushes');
  t.equal(plural(2, 'day'), '2 days');
});
