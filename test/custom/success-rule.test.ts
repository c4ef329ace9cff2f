import t from 'tap';
import { parsePointer, valueAtPointer } from '../../src/custom/json-pointer.ts';
import {
  jsonRuleText,
  missingProof,
  readJsonRule,
  readStatuses,
  statusFits,
} from '../../src/custom/success-rule.ts';
import { PLAIN_CUSTOM, type SuccessRule } from '../../src/model/custom-target.ts';
import { answer } from '../support/answer.ts';

const rule = (changes: Partial<SuccessRule>): SuccessRule => ({ ...PLAIN_CUSTOM.success, ...changes });

t.test('the pointers of RFC 6901, its own examples', async t => {
  const document = JSON.parse(
    '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
  );
  const cases: [pointer: string, value: unknown][] = [
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
    ['/foo/2', undefined],
    ['/foo/-', undefined],
    ['/foo/00', undefined],
    ['/foo/length', undefined],
    ['/foo/0/0', undefined],
    ['/toString', undefined],
  ];
  for (const [pointer, value] of cases)
    t.strictSame(valueAtPointer(document, parsePointer(pointer)!), value, pointer);
  for (const wrong of ['foo', '/a~', '/a~2', '#/foo']) t.equal(parsePointer(wrong), null, wrong);
  t.strictSame(parsePointer('/~01'), ['~1'], '~01 is ~1, and no slash');
});

t.test('lists of statuses', async t => {
  t.strictSame(readStatuses('200,201, 202 200'), [200, 201, 202]);
  for (const wrong of ['', '2xx', '199', '600', '200;201', '200,abc'])
    t.match(readStatuses(wrong), /^status codes from 200 to 599, separated by commas, got "/, wrong);
  t.equal(statusFits(rule({}), 204), true);
  t.equal(statusFits(rule({}), 302), false);
  t.equal(statusFits(rule({ statuses: [302] }), 302), true);
  t.equal(statusFits(rule({ statuses: [302] }), 200), false);
});

t.test('a pointer and its value', async t => {
  const cases: [text: string, pointer: string, value: unknown][] = [
    ['/ok=true', '/ok', true],
    ['/code=0', '/code', 0],
    ['/code="0"', '/code', '0'],
    ['/status=success', '/status', 'success'],
    ['/a=b=c', '/a', 'b=c'],
    ['/error=null', '/error', null],
    ['/text=', '/text', ''],
    ['="ok"', '', 'ok'],
  ];
  for (const [text, pointer, value] of cases) {
    const read = readJsonRule(text);
    t.strictSame(read, { pointer, value }, text);
    if (typeof read !== 'string') t.strictSame(readJsonRule(jsonRuleText(read)), read, `${text} comes back`);
  }
  for (const wrong of ['/ok', 'ok=true', '/a~=1', '/a={"b":1}', '/a=[1]'])
    t.type(readJsonRule(wrong), 'string', wrong);
});

t.test('what an answer has to show', async t => {
  const json = rule({ json: { pointer: '/data/ok', value: true } });
  t.equal(missingProof(json, answer(200, '{"data":{"ok":true}}')), null);
  t.equal(missingProof(json, answer(200, '\ufeff{"data":{"ok":true}}')), null);
  for (const body of ['{"data":{"ok":"true"}}', '{"data":{}}', '{}', '', '<html>', 'true', 'null'])
    t.equal(missingProof(json, answer(200, body)), 'no true at /data/ok', body);
  const text = rule({ contains: 'queued' });
  t.equal(missingProof(text, answer(200, 'is queued now')), null);
  t.equal(missingProof(text, answer(200, 'refused')), 'no "queued" in it');
  const both = rule({ contains: 'queued', json: { pointer: '', value: 'queued' } });
  t.equal(missingProof(both, answer(200, '"queued"')), null);
  t.equal(missingProof(both, answer(200, 'queued')), 'no "queued" at its top');
  const broken = { ...answer(200, 'is queued'), error: { code: 'closed', message: 'it broke off' } };
  t.equal(missingProof(text, broken), 'no end: it broke off');
  t.equal(missingProof(rule({}), broken), null, 'a rule without a body asks for none');
});
