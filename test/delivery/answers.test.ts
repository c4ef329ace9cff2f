/** Answers gather for a moment, and in a long queue for a longer one. */
import t from 'tap';
import { createAnswers } from '../../src/delivery/answers.ts';
import type { Settlement } from '../../src/store/queue.ts';

/** How many it takes until they are to be written at once. */
function fill(answers: ReturnType<typeof createAnswers>): number {
  for (let count = 1; ; count++) {
    answers.add({} as Settlement);
    if (answers.enough()) return count;
  }
}

t.test('more of them gather as long as many come at a time', async t => {
  const answers = createAnswers(() => {});
  t.equal(fill(answers), 500);
  t.equal(answers.take().length, 500);
  t.equal(answers.some(), false);
  t.equal(fill(answers), 1_500, 'a long queue');
  t.equal(answers.take().length, 1_500);
  answers.add({} as Settlement);
  t.equal(answers.take().length, 1, 'and its end');
  t.equal(fill(answers), 500);
  answers.take();
});

t.test('the first of them tells when they have waited long enough', async t => {
  let answers: ReturnType<typeof createAnswers> | undefined;
  const told = new Promise<void>(resolve => {
    answers = createAnswers(resolve);
  });
  const [first, second] = [{}, {}] as [Settlement, Settlement];
  answers!.add(first);
  answers!.add(second);
  t.equal(answers!.enough(), false);
  await told;
  t.same(answers!.take(), [first, second]);
});

t.test('what could not be written stays, before what came meanwhile', async t => {
  const answers = createAnswers(() => {});
  const [first, second] = [{ tries: 1 }, { tries: 2 }] as [Settlement, Settlement];
  answers.add(first);
  const taken = answers.take();
  answers.add(second);
  answers.putBack(taken);
  t.same(answers.take(), [first, second]);
});
