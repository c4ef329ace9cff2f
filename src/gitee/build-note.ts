/** Builds the event of a comment (gitee-format.md §3.12 and §7). */
import { type EventPlace, eventPlace } from './build-repository.ts';
import type { EventContent } from './event.ts';
import type { IssueObject } from './issue.ts';
import type { PullRequest } from './merge-request.ts';
import type { Comment, Note } from './note.ts';
import type { FullUser } from './user.ts';

/** What a comment is on. */
export interface NoteSubject {
  fields: Pick<
    Note,
    'issue' | 'pull_request' | 'noteable_id' | 'noteable_type' | 'per_iid' | 'short_commit_id' | 'title'
  >;
  page: string;
  /** Only for a comment on a commit. */
  place?: Pick<Comment, 'commit_id' | 'position'>;
}

/** Of a subject that has none of it. */
export const NO_SUBJECT = {
  issue: null,
  pull_request: null,
  noteable_id: null,
  per_iid: null,
  short_commit_id: null,
  title: null,
};

export function onIssue(issue: IssueObject): NoteSubject {
  const { id, title, number, html_url: page } = issue;
  const names = { noteable_id: id, noteable_type: 'Issue', per_iid: `#${number}`, title } as const;
  return { fields: { ...NO_SUBJECT, ...names, issue }, page };
}

export function onRequest(request: PullRequest): NoteSubject {
  const { id, title, number, html_url: page } = request;
  const names = { noteable_id: id, noteable_type: 'PullRequest', per_iid: `!${number}`, title } as const;
  return { fields: { ...NO_SUBJECT, ...names, pull_request: request }, page };
}

/** @param written with Gitee's times; without a URL it stands on the page of what it is on @param actor who did `action` */
export function buildNote(
  action: Note['action'],
  written: Omit<Comment, 'html_url'> & { html_url?: string | undefined },
  subject: NoteSubject,
  place: EventPlace,
  actor: FullUser,
): EventContent {
  const url = written.html_url ?? `${subject.page}#note_${written.id}`;
  const data: Note = {
    ...eventPlace(place, actor),
    ...subject.fields,
    action,
    author: written.user,
    comment: { ...written, html_url: url, ...subject.place },
    note: written.body,
    url,
  };
  return { name: 'note', data, facts: { recovered: false } };
}
