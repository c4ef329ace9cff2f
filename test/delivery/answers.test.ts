/** Answers gather for a moment, and in a long queue for a longer one. */
import t from 'tap';
import { createAnswers } from '../../src/delivery/answers.ts';
import type { Settlement } from '../../src/model/job.ts';

function settlement(responseBody = 'ok'): Settlement {
  return { attempt: { responseBody } } as Settlement;
}

/** How many it takes until they are to be written at once. */
function fill(answers: ReturnType<typeof createAnswers>, body?: string): number {
  for (let count = 1; ; count++) {
    answers.add(settlement(body));
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
  answers.add(settlement());
  t.equal(answers.take().length, 1, 'and its end');
  t.equal(fill(answers), 500);
  answers.take();
});

t.test('fewer gather when receivers answer with much text', async t => {
  const answers = createAnswers(() => {});
  t.equal(fill(answers, 'x'.repeat(64_000)), 125);
  answers.take();
  t.equal(fill(answers), 500, 'only of these');
  answers.take();
});

t.test('the first of them tells when they have waited long enough', async t => {
  let answers: ReturnType<typeof createAnswers> | undefined;
  const told = new Promise<void>(resolve => {
    answers = createAnswers(resolve);
  });
  const [first, second] = [settlement(), settlement()];
  answers!.add(first);
  answers!.add(second);
  t.equal(answers!.enough(), false);
  await told;
  t.same(answers!.take(), [first, second]);
});

t.test('what could not be written stays, before what came meanwhile', async t => {
  const answers = createAnswers(() => {});
  const [first, second] = [settlement('first'), settlement('second')];
  answers.add(first);
  const taken = answers.take();
  answers.add(second);
  answers.putBack(taken);
  t.same(answers.take(), [first, second]);
});
