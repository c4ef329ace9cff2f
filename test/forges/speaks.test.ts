import t from 'tap';
import { speaks } from '../../src/forges/speaks.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import type { MergeRequest } from '../../src/gitee/merge-request.ts';
import type { RefWord } from '../../src/model/names.ts';
import {
  sampleDeletedBranch,
  sampleIssue,
  sampleMergeRequest,
  sampleNewBranch,
  sampleNote,
  sampleNotes,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

const FORGES = ['github', 'gitlab', 'gitea'] as const;

/** Which of them have something to say of an event. */
function speakers(content: EventContent, word: RefWord | null = null): string {
  return FORGES.filter(kind => speaks(kind, content, word)).join(' ');
}

t.test('pushes: Gitea sends none for a branch that is gone, and GitLab has no words', async t => {
  const gone = sampleTag('v1', { created: false, deleted: true });
  const rows: [content: EventContent, push: string, create: string, deleted: string][] = [
    [samplePush(), 'github gitlab gitea', '', ''],
    [sampleNewBranch('x'), 'github gitlab gitea', 'github gitea', ''],
    [sampleDeletedBranch('x'), 'github gitlab', '', 'github gitea'],
    [sampleTag('v1'), 'github gitlab gitea', 'github gitea', ''],
    [gone, 'github gitlab gitea', '', 'github gitea'],
  ];
  for (const [content, ...expected] of rows)
    t.strictSame([speakers(content), speakers(content, 'create'), speakers(content, 'delete')], expected);
});

t.test('merge requests: only GitLab knows an approval, nobody a test', async t => {
  const of = (action: MergeRequest['action']) => speakers(sampleMergeRequest({ action }));
  for (const action of ['open', 'update', 'close', 'merge', 'reopen', 'assign'] as const)
    t.equal(of(action), 'github gitlab gitea', action);
  t.strictSame([of('approved'), of('tested'), of('test')], ['gitlab', '', '']);
});

t.test('issues: that one is gone only GitHub says', async t => {
  for (const action of ['open', 'assign', 'state_change', 'add_label'] as const)
    t.equal(speakers(sampleIssue({ action })), 'github gitlab gitea', action);
  t.equal(speakers(sampleIssue({ action: 'delete' })), 'github');
});

t.test('comments by what they are on and what became of them', async t => {
  const [onRequest, onIssue, onCommit, onRepository] = sampleNotes() as [EventContent, ...EventContent[]];
  const later = (content: EventContent | undefined, action: 'edited' | 'deleted') =>
    speakers(sampleNote({ ...(content as Extract<EventContent, { name: 'note' }>).data, action }));
  t.equal(speakers(onRequest), 'github gitlab gitea');
  t.equal(later(onIssue, 'edited'), 'github gitlab gitea');
  t.equal(later(onIssue, 'deleted'), 'github gitea');
  t.strictSame(
    [speakers(onCommit!), later(onCommit, 'edited'), later(onCommit, 'deleted')],
    ['github gitlab', 'gitlab', ''],
  );
  t.equal(speakers(onRepository!), '');
  t.equal(speakers(onIssue!, 'create'), '');
});

t.test('other kinds take every event, and no word', async t => {
  t.strictSame(
    [speaks('jenkins', sampleDeletedBranch('x'), null), speaks('jenkins', sampleNewBranch('x'), 'create')],
    [true, false],
  );
});
