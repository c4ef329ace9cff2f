import * as fc from 'fast-check';
import t from 'tap';
import { sortedJson } from '../../src/gitee/json.ts';
import { withEnvelope } from '../../src/kinds/envelope.ts';
import '../support/fixed-seed.ts';

const ENVELOPE = {
  hook_id: 7,
  hook_name: 'push_hooks',
  hook_url: 'https://git.example.com/acme/app/hooks/7/edit',
  password: '',
  sign: 'a+b/c=',
  timestamp: '1633679083918',
};

t.test('the keys come in between, in order', async t => {
  t.equal(
    withEnvelope('{"after":"x","hook":1,"ref":"r","sing":2,"zz":[{"sign":1}]}', {
      hook_id: 1,
      sign: 's',
      zzz: 'z',
    }),
    '{"after":"x","hook":1,"hook_id":1,"ref":"r","sign":"s","sing":2,"zz":[{"sign":1}],"zzz":"z"}',
  );
  t.equal(withEnvelope('{"b":1}', { a: 1 }), '{"a":1,"b":1}');
  t.equal(withEnvelope('{"b":1}', { c: 1, d: 2 }), '{"b":1,"c":1,"d":2}');
  t.equal(withEnvelope('{}', { a: 'x', b: 1 }), '{"a":"x","b":1}');
  t.equal(withEnvelope('{"a":1}', {}), '{"a":1}');
});

t.test('text that looks like JSON is text', async t => {
  for (const text of [
    '"',
    '\\',
    '\\"',
    '\\\\"',
    '{"sign":1,',
    '}',
    ']',
    ',"hook_id":',
    '\u2028',
    '\\u0022',
    '张三\n"',
  ]) {
    const data = { a: text, k: [text, { [text]: text }], z: text };
    t.same(
      JSON.parse(withEnvelope(sortedJson(data), ENVELOPE)),
      { ...data, ...ENVELOPE },
      `text of ${text.length} characters`,
    );
  }
});

t.test('for any JSON it is the same as adding, sorting and writing', async t => {
  const key = fc.stringMatching(/^[a-z][a-z_]{0,12}$/).filter(name => !Object.hasOwn(ENVELOPE, name));
  const hostile = fc.string({
    unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'n', 'u', '0', ' ', '\n', 'é', '🔑'),
  });
  const value = fc.oneof(hostile, fc.jsonValue(), fc.array(hostile), fc.dictionary(hostile, hostile));
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.dictionary(key, value), data => {
        // Not through JSON.parse: V8 13.6 takes the key "\\n" for a "\\\\" that it has seen at the same place before.
        return withEnvelope(sortedJson(data), ENVELOPE) === sortedJson({ ...data, ...ENVELOPE });
      }),
      { numRuns: 2_000 },
    ),
  );
});

t.test('a body of megabytes is not parsed', async t => {
  const data = {
    commits: Array.from({ length: 20_000 }, (_, n) => ({ id: `${n}`, message: 'a "quoted" \\ text\n' })),
    ref: 'r',
  };
  const json = sortedJson(data);
  const { parse } = JSON;
  t.teardown(() => {
    JSON.parse = parse;
  });
  JSON.parse = () => {
    throw new Error('parsed');
  };
  const whole = withEnvelope(json, ENVELOPE);
  JSON.parse = parse;
  t.equal(whole.length, json.length + JSON.stringify(ENVELOPE).length - 1);
  t.equal(JSON.parse(whole).commits.length, 20_000);
});
