import * as fc from 'fast-check';
import t from 'tap';
import { prettyJson } from '../../src/text/pretty-json.ts';
import '../support/fixed-seed.ts';

t.test('a member a line, and not a digit less', async t => {
  t.equal(
    prettyJson('{"a":[1,{"b":null}],"c":"x, {\\"y\\": [1]}","d":{},"e":[ ],"big":12345678901234567890.10}'),
    `{
  "a": [
    1,
    {
      "b": null
    }
  ],
  "c": "x, {\\"y\\": [1]}",
  "d": {},
  "e": [],
  "big": 12345678901234567890.10
}`,
  );
  t.equal(prettyJson('{"a":1,"a":2}'), '{\n  "a": 1,\n  "a": 2\n}', 'what is there twice stays');
  for (const text of ['', 'ok', '"ok"', '12345678901234567890', '{"a":', '[1] and more', '<html>'])
    t.equal(prettyJson(text), text, `no document: ${text}`);
});

t.test('as JSON.stringify has it, whatever the value', async t => {
  const values = fc.jsonValue().filter(value => typeof value === 'object' && value !== null);
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(values, value => prettyJson(JSON.stringify(value)) === JSON.stringify(value, null, 2)),
      { numRuns: 500 },
    ),
  );
});
