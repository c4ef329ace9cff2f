import t from 'tap';
import type { EventContent } from '../../src/gitee/event.ts';
import {
  digestsOf,
  mergeKey as keyOf,
  mergeWaiting as merge,
  type Waiting,
} from '../../src/kinds/merge-waiting.ts';
import { FRESH, type Pace } from '../../src/kinds/pace.ts';
import { changeKey } from '../../src/messages/changes.ts';
import type { KindName } from '../../src/model/names.ts';
import { sampleNote, samplePush, sampleRepository, sampleTag } from '../support/sample-events.ts';

const waiting = (keys: (string | null)[]): Waiting[] => keys.map((key, i) => ({ id: `d${i}`, key }));
const mergeKey = (events: EventContent[]) => keyOf(events.map(changeKey));
const mergeWaiting = (kind: KindName, pace: Pace, waiting: Waiting[]) =>
  merge(kind, pace, waiting).map(group => group.map(({ id }) => id));
const ids = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `d${i + from}`);

t.test('as long as a minute is enough, each goes out alone', async t => {
  t.same(
    mergeWaiting('dingtalk', FRESH, waiting(Array(18).fill('main'))),
    ids(18).map(id => [id]),
  );
  t.same(mergeWaiting('dingtalk', FRESH, []), []);
  t.same(mergeWaiting('gitee', FRESH, waiting(Array(500).fill('main'))).length, 500);
});

t.test('then pushes to one ref go together, in the order of their first', async t => {
  const keys = [...Array(10).fill('main'), 'dev', null, ...Array(10).fill('main'), 'dev'];
  t.same(mergeWaiting('dingtalk', FRESH, waiting(keys)), [
    [...ids(10), ...ids(10, 12)],
    ['d10', 'd22'],
    ['d11'],
  ]);
});

t.test('and when that is too much, or after a long block, all in one digest', async t => {
  const different = waiting(Array.from({ length: 19 }, (_, i) => `ref${i}`));
  t.same(mergeWaiting('wecom', FRESH, different), [ids(19)]);
  t.same(mergeWaiting('feishu', FRESH, different).length, 19, 'Feishu takes more in a minute');
  t.same(mergeWaiting('wecom', { ...FRESH, digestNext: true }, waiting(['a', 'b'])), [['d0', 'd1']]);
  t.same(mergeWaiting('wecom', { ...FRESH, digestNext: true }, waiting(['a'])), [['d0']]);
});

t.test('nothing is lost and nothing goes twice', async t => {
  const keys = Array.from({ length: 200 }, (_, i) => (i % 7 === 0 ? null : `ref${i % 15}`));
  for (const kind of ['dingtalk', 'feishu', 'slack'] as const)
    t.same(mergeWaiting(kind, FRESH, waiting(keys)).flat().toSorted(), ids(200).toSorted(), kind);
});

t.test('the key: one ref or one thread of one repository', async t => {
  t.equal(mergeKey([samplePush()]), mergeKey([samplePush({ total_commits_count: 9 })]));
  t.not(mergeKey([samplePush()]), mergeKey([samplePush({ repository: sampleRepository('acme/lib') })]));
  t.not(mergeKey([samplePush()]), mergeKey([samplePush({ ref: 'refs/heads/dev' })]));
  t.not(mergeKey([sampleTag('main')]), mergeKey([samplePush()]));
  t.equal(mergeKey([sampleNote()]), mergeKey([sampleNote({ note: 'other' })]));
  t.equal(mergeKey([samplePush(), sampleTag()]), null);
  t.equal(mergeKey([]), null);
});

t.test('what goes out as one has a carrier, and never too many events', async t => {
  const message = (id: string, key: string | null, events: number) => ({
    id,
    key,
    events: Array.from({ length: events }, (_, n) => n),
  });
  type Message = ReturnType<typeof message>;
  const waiting = [
    message('a', 'main', 1),
    message('b', 'main', 2),
    message('c', 'dev', 1_500),
    message('d', 'dev', 1_000),
    message('e', null, 999),
  ];
  const [a, b, c, d, e] = waiting as [Message, Message, Message, Message, Message];
  t.strictSame(digestsOf([[a, b], [c], [d], [e]]), [{ ids: ['a', 'b'], key: 'main' }]);
  t.strictSame(
    digestsOf([waiting]),
    [
      { ids: ['a', 'b', 'c'], key: null },
      { ids: ['d', 'e'], key: null },
    ],
    'at most 2,000 events in one',
  );
  t.strictSame(digestsOf([[c], [d]]), []);
});
