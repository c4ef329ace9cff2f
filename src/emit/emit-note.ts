/** Another system's comment, completed to Gitee's (gitee-format.md §3.12 and §7). */
import { createHash } from 'node:crypto';
import type { EventContent } from '../gitee/event.ts';
import type { IssueObject } from '../gitee/issue.ts';
import type { PullRequest } from '../gitee/merge-request.ts';
import type { Comment, Note } from '../gitee/note.ts';
import type { FullUser } from '../gitee/user.ts';
import type { EmitContext } from './emit-context.ts';
import { issueObjectOf } from './emit-issue.ts';
import { pullRequestOf } from './emit-merge-request.ts';
import type { Tips } from './emit-tips.ts';
import type { NoteInput } from './note-input.ts';

export async function emitNote(
  input: NoteInput,
  tips: Tips | null,
  context: EmitContext,
): Promise<EventContent> {
  const actor = await context.person(input.actor);
  const author = await context.person(input.comment.author);
  const subject = await subjectOf(input, actor, tips, context);
  const { id } = await context.externalObject('note', input.comment.id);
  const url = input.comment.url ?? `${subject.page}#note_${id}`;
  const comment: Comment = {
    body: input.comment.body,
    created_at: context.time(input.comment.created_at),
    html_url: url,
    id,
    updated_at: context.time(input.comment.updated_at),
    user: author,
    ...subject.place,
  };
  const data: Note = {
    ...context.common,
    ...subject.fields,
    action: input.action,
    author,
    comment,
    note: comment.body,
    sender: actor,
    url,
  };
  return { name: 'note', data, facts: { recovered: false } };
}

type Fields = Pick<
  Note,
  'issue' | 'pull_request' | 'noteable_id' | 'noteable_type' | 'per_iid' | 'short_commit_id' | 'title'
>;

interface Subject {
  fields: Fields;
  page: string;
  /** Only for a comment on a commit. */
  place: Pick<Comment, 'commit_id' | 'position'>;
}

const NONE = {
  issue: null,
  pull_request: null,
  noteable_id: null,
  per_iid: null,
  short_commit_id: null,
  title: null,
};

async function subjectOf(
  input: NoteInput,
  actor: FullUser,
  tips: Tips | null,
  context: EmitContext,
): Promise<Subject> {
  if (input.issue !== undefined) return onIssue(await issueObjectOf(input.issue, context));
  if (input.merge_request !== undefined)
    return onRequest(await pullRequestOf(input.merge_request, actor, tips!, context));
  if (input.commit !== undefined) return onCommit(input.commit, context);
  return { fields: { ...NONE, noteable_type: 'Comment' }, page: context.links.html, place: {} };
}

function onIssue(issue: IssueObject): Subject {
  const { id, title, number, html_url: page } = issue;
  const names = { noteable_id: id, noteable_type: 'Issue', per_iid: `#${number}`, title } as const;
  return { fields: { ...NONE, ...names, issue }, page, place: {} };
}

function onRequest(request: PullRequest): Subject {
  const { id, title, number, html_url: page } = request;
  const names = { noteable_id: id, noteable_type: 'PullRequest', per_iid: `!${number}`, title } as const;
  return { fields: { ...NONE, ...names, pull_request: request }, page, place: {} };
}

function onCommit({ sha, path, line }: NonNullable<NoteInput['commit']>, context: EmitContext): Subject {
  const position =
    path === undefined || line === undefined
      ? {}
      : { position: `${createHash('sha1').update(path).digest('hex')}_${line}_${line}` };
  const fields = { ...NONE, noteable_type: 'Commit' as const, short_commit_id: sha.slice(0, 7) };
  return { fields, page: context.links.commit(sha), place: { commit_id: sha, ...position } };
}
