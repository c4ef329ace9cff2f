import t from 'tap';
import { z } from 'zod';
import { fullValue, shapeOfSchema } from '../../src/custom/schema-shape.ts';
import { nearestPaths, type Shape, shapeAt, shapeOfValue } from '../../src/custom/shape.ts';
import { eventContent } from '../../src/gitee/event-schema.ts';
import { push } from '../../src/gitee/push.ts';

const at = (shape: Shape, path: string) => shapeAt(shape, path.split('.'));

t.test('of a schema: what may stand where', async t => {
  const shape = shapeOfSchema(
    z.strictObject({
      text: z.string(),
      maybe: z.strictObject({ in: z.number() }).nullable(),
      list: z.array(z.strictObject({ id: z.string() })).optional(),
      either: z.union([z.string(), z.strictObject({ a: z.boolean() })]),
      never: z.null(),
      any: z.record(z.string(), z.json()),
    }),
  );
  t.equal(at(shape, 'text')?.plain, true);
  t.equal(at(shape, 'text.more'), null);
  t.equal(at(shape, 'maybe.in')?.plain, true);
  t.equal(at(shape, 'maybe')?.plain, false);
  t.equal(at(shape, 'list.0.id')?.plain, true);
  t.equal(at(shape, 'list.x'), null);
  t.equal(at(shape, 'list')?.plain, false);
  t.equal(at(shape, 'either')?.plain, true);
  t.equal(at(shape, 'either.a')?.plain, true);
  t.equal(at(shape, 'never')?.plain, false);
  t.equal(at(shape, 'never.x'), null);
  t.equal(at(shape, 'any.of.this')?.open, true);
  t.equal(at(shape, 'toString'), null);
});

t.test('of a value: the same', async t => {
  const shape = shapeOfValue({ a: [{ x: 1 }, { y: null }], b: null });
  t.equal(at(shape, 'a.7.x')?.plain, true);
  t.equal(at(shape, 'a.0.y')?.plain, false);
  t.equal(at(shape, 'b')?.plain, false);
  t.equal(at(shape, 'c'), null);
});

t.test('Gitee’s schemas are understood to the last key, and take the value that is made of them', async t => {
  for (const option of eventContent.options) {
    const { name, data } = option.shape;
    const value = fullValue(data);
    t.equal(data.safeParse(value).success, true, name.value);
    t.equal(
      JSON.stringify(shapeOfSchema(data), spread).includes('"open":true'),
      name.value !== 'push' && name.value !== 'tag_push' && name.value !== 'issue',
      `${name.value}: only linked issues are open`,
    );
  }
  function spread(_key: string, value: unknown) {
    return value instanceof Map ? Object.fromEntries(value) : value;
  }
});

t.test('a wrong path is answered with what may have been meant', async t => {
  const shape = shapeOfSchema(push);
  const cases: [wrong: string, near: string][] = [
    ['head_comit.message', 'head_commit.message'],
    ['head_commit.mesage', 'head_commit.message'],
    ['repository.fullname', 'repository.full_name'],
    ['commits.first.id', 'commits.0.id'],
    ['sender.logn', 'sender.login'],
  ];
  for (const [wrong, near] of cases) {
    t.equal(at(shape, wrong), null, wrong);
    t.equal(nearestPaths(shape, wrong.split('.'))[0], near, wrong);
  }
});
