import t from 'tap';
import { threadNumber } from '../../src/forges/thread-number.ts';

t.test('a number of digits is the number, of anything else it is the id', async t => {
  t.equal(threadNumber({ number: '12', id: 99 }), 12);
  t.equal(threadNumber({ number: '2147483647', id: 99 }), 2_147_483_647);
  for (const number of ['APP-12', 'I4CYEO', '', '1e3', '-1', '2147483648', '99999999999'])
    t.equal(threadNumber({ number, id: 99 }), 99, number);
});
