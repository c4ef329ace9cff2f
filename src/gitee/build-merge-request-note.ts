/** Builds the event of a comment on a merge request (gitee-format.md §3.12 and §7). */
import type { CommentRecord, MergeRequestRecord } from '../model/merge-request.ts';
import { buildPullRequest, type MergeRequestSource } from './build-merge-request.ts';
import type { EventContent } from './event.ts';
import type { Note } from './note.ts';
import { giteeTime } from './time.ts';

/** @param record as it is with the comment @param source whose `actor` is who wrote it */
export function buildMergeRequestNote(
  record: MergeRequestRecord,
  written: Pick<CommentRecord, 'id' | 'body' | 'created_at'>,
  source: MergeRequestSource,
): EventContent {
  const pull = buildPullRequest(record, source);
  const at = giteeTime(written.created_at / 1_000, source.offset);
  const page = `${pull.html_url}#note_${written.id}`;
  const data: Note = {
    action: 'comment',
    author: source.actor,
    comment: {
      body: written.body,
      created_at: at,
      html_url: page,
      id: written.id,
      updated_at: at,
      user: source.actor,
    },
    enterprise: source.enterprise,
    issue: null,
    note: written.body,
    noteable_id: record.id,
    noteable_type: 'PullRequest',
    per_iid: `!${record.number}`,
    project: source.repository,
    pull_request: pull,
    push_data: null,
    repository: source.repository,
    sender: source.actor,
    short_commit_id: null,
    title: record.title,
    url: page,
  };
  return { name: 'note', data, facts: { recovered: false } };
}
