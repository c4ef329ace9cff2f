/** What is wrong with an input, in our words: those of the library behind it never reach a person. */
import * as fc from 'fast-check';
import t from 'tap';
import { emitSchemas } from '../../src/emit/emit-input.ts';
import { inputProblems } from '../../src/text/input-problems.ts';
import { NEW_WEBHOOK, webhookInput } from '../../src/webhooks/webhook-input.ts';
import { EMIT_INPUTS } from '../support/emit-inputs.ts';
import '../support/fixed-seed.ts';

const LIBRARY = /\b(Invalid|Unrecognized|Too (small|big)|expected|received)\b/;

/** An object with some of its values, at any depth, replaced. */
function spoiled(value: unknown): fc.Arbitrary<unknown> {
  const other = fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, fc.jsonValue({ maxDepth: 2 }));
  if (Array.isArray(value)) return fc.oneof(fc.tuple(...value.map(spoiled)), other);
  if (typeof value !== 'object' || value === null) return other;
  const members = Object.entries(value).map(([key, one]) => [key, spoiled(one)]);
  return fc.oneof({ weight: 6, arbitrary: fc.record(Object.fromEntries(members)) }, other);
}

for (const [name, schema] of Object.entries(emitSchemas))
  t.test(`emit ${name}`, async t => {
    const inputs = EMIT_INPUTS[name as keyof typeof EMIT_INPUTS].chain(spoiled);
    let wrong = 0;
    const isOurs = (input: unknown) => {
      const result = schema.safeParse(input);
      if (result.success) return true;
      wrong += 1;
      return inputProblems(result.error, schema, input).every(({ wanted }) => !LIBRARY.test(wanted));
    };
    t.doesNotThrow(() => fc.assert(fc.property(inputs, isOurs), { numRuns: 300 }));
    t.ok(wrong > 100, `${wrong} of them were wrong`);
  });

t.test('a webhook', async t => {
  const good = { ...NEW_WEBHOOK, url: 'https://ci.example.com/hook', scope: 'all' };
  const inputs = spoiled(good);
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(inputs, input => {
        const result = webhookInput.safeParse(input);
        if (result.success) return true;
        return inputProblems(result.error, webhookInput, input).every(({ wanted }) => !LIBRARY.test(wanted));
      }),
      { numRuns: 300 },
    ),
  );
});
