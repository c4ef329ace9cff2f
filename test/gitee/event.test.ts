import t from 'tap';
import type { EventContent } from '../../src/gitee/event.ts';
import { eventContent } from '../../src/gitee/event-schema.ts';
import {
  sampleDeletedBranch,
  sampleIssue,
  sampleMergeRequest,
  sampleNewBranch,
  sampleNotes,
  samplePullRequest,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

const SAMPLES: EventContent[] = [
  samplePush(),
  sampleNewBranch('x'),
  sampleDeletedBranch('x'),
  sampleTag(),
  sampleMergeRequest(),
  sampleIssue(),
  ...sampleNotes(),
];

t.test('every sample is complete', async t => {
  for (const sample of SAMPLES) t.same(eventContent.parse(sample), sample, sample.name);
});

t.test('a key too many or too few is refused', async t => {
  for (const sample of SAMPLES) {
    const { sender: _, ...fewer } = sample.data;
    t.notOk(eventContent.safeParse({ ...sample, data: { ...sample.data, extra: 1 } }).success, sample.name);
    t.notOk(eventContent.safeParse({ ...sample, data: fewer }).success, sample.name);
    t.notOk(eventContent.safeParse({ ...sample, facts: {} }).success, sample.name);
  }
});

t.test('what strict clients would stumble over is refused (gitee-format.md §3 and §12)', async t => {
  const sample = sampleMergeRequest();
  t.equal(sample.name, 'merge_request');
  const data = sample.data as Extract<EventContent, { name: 'merge_request' }>['data'];
  const bad: object[] = [
    { action_desc: null },
    { languages: null },
    { number: '12' },
    { number: 2 ** 31 },
    { action: 'drafted' },
    { pull_request: { ...samplePullRequest(), tester: [] } },
    { pull_request: { ...samplePullRequest(), assignees: null } },
    { pull_request: { ...samplePullRequest(), created_at: '2026-11-23T16:08:32.5+08:00' } },
    { pull_request: { ...samplePullRequest(), closed_at: '' } },
  ];
  for (const changes of bad)
    t.notOk(
      eventContent.safeParse({ ...sample, data: { ...data, ...changes } }).success,
      Object.keys(changes).join(),
    );
});

t.test('the number of keys is the wire’s', async t => {
  const keys = (value: object) => Object.keys(value).length;
  const request = sampleMergeRequest().data as Extract<EventContent, { name: 'merge_request' }>['data'];
  const issue = sampleIssue().data as Extract<EventContent, { name: 'issue' }>['data'];
  t.equal(keys(request.pull_request), 38);
  t.equal(keys(issue.issue), 16);
});
