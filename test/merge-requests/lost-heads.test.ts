import t from 'tap';
import { lostFrom } from '../../src/merge-requests/lost-heads.ts';

t.test('the table in the head of the file, row by row', async t => {
  const [a, b, none] = ['a', 'b', '0'].map(digit => digit.repeat(40)) as [string, string, string];
  const cases: [what: string, state: 'new' | 'open', now: string | undefined, from: string | null][] = [
    ['made, and no hook said so', 'new', a, none],
    ['made and moved', 'new', b, none],
    ['refused', 'new', undefined, null],
    ['as it was announced', 'open', a, null],
    ['moved', 'open', b, a],
    ['its ref is gone', 'open', undefined, null],
  ];
  for (const [what, state, now, from] of cases) t.equal(lostFrom({ state, head: a }, now), from, what);
});
