import t from 'tap';
import { strictJson } from '../../src/text/strict-json.ts';

const parse = (text: string) => strictJson(Buffer.from(text));

t.test('what is JSON comes through', async t => {
  t.same(parse('\ufeff{"a":"[[[\\"[[[","b":[{"c":"Ж"}]}'), {
    ok: true,
    value: { a: '[[["[[[', b: [{ c: 'Ж' }] },
  });
  t.same(parse(`${'['.repeat(64)}${']'.repeat(64)}`).ok, true);
});

t.test('what is none is said in words', async t => {
  t.match(parse(' \n'), { ok: false, problem: 'wanted one JSON object, got nothing' });
  t.match(parse(`${'['.repeat(65)}${']'.repeat(65)}`), { ok: false, problem: /at most 64 levels/ });
  t.match(parse('['.repeat(4_000_000)), { ok: false, problem: /at most 64 levels/ });
  t.match(parse(`"${'\\"'.repeat(2_000_000)}`), { ok: false, problem: /wanted JSON/ });
  t.match(strictJson(Buffer.from('{\n"a": "\xe9"}', 'latin1')), { ok: false, problem: /\(line 2\)/ });
});
