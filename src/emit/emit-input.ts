/** The events that another system may announce. Pushes and tag pushes come from Git, and from nowhere else. */
import type { z } from 'zod';
import { type IssueInput, issueInput } from './issue-input.ts';
import { type MergeRequestInput, mergeRequestInput } from './merge-request-input.ts';
import { type NoteInput, noteInput } from './note-input.ts';

export const EMITTED_NAMES = ['issue', 'merge_request', 'note'] as const;
export type EmittedName = (typeof EMITTED_NAMES)[number];

export type EmitInput =
  | { name: 'issue'; input: IssueInput }
  | { name: 'merge_request'; input: MergeRequestInput }
  | { name: 'note'; input: NoteInput };

export const emitSchemas: Record<EmittedName, z.ZodType> = {
  issue: issueInput,
  merge_request: mergeRequestInput,
  note: noteInput,
};

export function isEmittedName(name: string): name is EmittedName {
  return (EMITTED_NAMES as readonly string[]).includes(name);
}
