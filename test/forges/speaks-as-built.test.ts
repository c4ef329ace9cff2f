/** What is asked when deliveries are made, and what is built when they are sent, are one and the same. */
import t from 'tap';
import { giteaPayload } from '../../src/forges/gitea-forgejo/gitea-payload.ts';
import { gitlabPayload } from '../../src/forges/gitlab/gitlab-payload.ts';
import { speaks } from '../../src/forges/speaks.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import { goldenDeletion, goldenPush, goldenTag, SOURCE, Z } from '../support/golden-events.ts';
import { sampleIssue, sampleMergeRequest, sampleNote, sampleNotes } from '../support/sample-events.ts';

const REQUESTS = [
  ...(['open', 'update', 'close', 'merge', 'reopen', 'approved', 'tested', 'test', 'assign'] as const),
].map(action => sampleMergeRequest({ action }));
const ISSUES = (['open', 'assign', 'state_change', 'delete', 'add_label'] as const).map(action =>
  sampleIssue({ action }),
);
const NOTES = (['comment', 'edited', 'deleted'] as const).flatMap(action =>
  [...sampleNotes(), sampleNote()].map(note => ({ ...note, data: { ...note.data, action } }) as EventContent),
);
const PUSHES = [
  goldenPush(),
  goldenPush({ ref: 'refs/heads/x', old: Z }),
  goldenDeletion(),
  goldenTag(),
  goldenTag({ old: 'b'.repeat(40) }),
  goldenDeletion('refs/tags/v1'),
];

t.test('a forge has a payload for exactly what it speaks of', async t => {
  for (const [kind, payload] of [
    ['gitlab', gitlabPayload],
    ['gitea', giteaPayload],
  ] as const) {
    let spoken = 0;
    for (const content of [...PUSHES, ...REQUESTS, ...ISSUES, ...NOTES])
      for (const word of [null, 'create', 'delete'] as const) {
        const { name, data } = content;
        const what = `${kind}: ${name} ${'action' in data ? data.action : data.ref} ${word}`;
        const isSpoken = speaks(kind, content, word);
        t.equal(payload(content, word, SOURCE) !== null, isSpoken, what);
        if (isSpoken) spoken++;
      }
    t.ok(spoken > 10, `${kind} speaks`);
  }
});
