import t from 'tap';
import { sortedJson } from '../../src/gitee/json.ts';

t.test(
  'compact, keys in order at every depth, nothing escaped that need not be (gitee-format.md §1 and §3)',
  async t => {
    t.equal(
      sortedJson({ b: [{ z: 1, a: '张三/<é>' }, []], a: { y: null, x: true }, A: 1.5 }),
      '{"A":1.5,"a":{"x":true,"y":null},"b":[{"a":"张三/<é>","z":1},[]]}',
    );
    t.equal(sortedJson('a"\\\n\u0000'), '"a\\"\\\\\\n\\u0000"');
    t.equal(sortedJson([3, 1, 2]), '[3,1,2]', 'lists keep their order');
  },
);

t.test('what no UTF-8 can carry becomes U+FFFD', async t => {
  t.equal(sortedJson({ a: 'x\ud800y' }), '{"a":"x\ufffdy"}');
  t.equal(sortedJson('🔑'), '"🔑"');
});
