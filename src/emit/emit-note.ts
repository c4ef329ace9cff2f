/** Another system's comment, completed to Gitee's (gitee-format.md §3.12 and §7). */
import { createHash } from 'node:crypto';
import { buildNote, NO_SUBJECT, type NoteSubject, onIssue, onRequest } from '../gitee/build-note.ts';
import type { EventContent } from '../gitee/event.ts';
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
  const { comment } = input;
  const actor = await context.person(input.actor);
  const user = await context.person(comment.author);
  const subject = await subjectOf(input, actor, tips, context);
  const written = {
    body: comment.body,
    created_at: context.time(comment.created_at),
    html_url: comment.url,
    id: (await context.externalObject('note', comment.id)).id,
    updated_at: context.time(comment.updated_at),
    user,
  };
  return buildNote(input.action, written, subject, context, actor);
}

async function subjectOf(
  input: NoteInput,
  actor: FullUser,
  tips: Tips | null,
  context: EmitContext,
): Promise<NoteSubject> {
  if (input.issue !== undefined) return onIssue(await issueObjectOf(input.issue, context));
  if (input.merge_request !== undefined)
    return onRequest(await pullRequestOf(input.merge_request, actor, tips!, context));
  if (input.commit !== undefined) return onCommit(input.commit, context);
  return { fields: { ...NO_SUBJECT, noteable_type: 'Comment' }, page: context.links.html };
}

function onCommit({ sha, path, line }: NonNullable<NoteInput['commit']>, context: EmitContext): NoteSubject {
  const position =
    path === undefined || line === undefined
      ? {}
      : { position: `${createHash('sha1').update(path).digest('hex')}_${line}_${line}` };
  const fields = { ...NO_SUBJECT, noteable_type: 'Commit' as const, short_commit_id: sha.slice(0, 7) };
  return { fields, page: context.links.commit(sha), place: { commit_id: sha, ...position } };
}
