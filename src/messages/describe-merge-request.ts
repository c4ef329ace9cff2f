/** Describes what happened to a merge request. */
import type { EventContent } from '../gitee/event.ts';
import type { MergeRequest } from '../gitee/merge-request.ts';
import type { PhraseKey } from './catalogue.ts';
import { labelLine, personName, refName, repositoryName, repositorySpan, titleText } from './names.ts';
import { type Entry, type Line, span, type Tone } from './outline.ts';
import type { Phrases } from './phrases.ts';
import { safeUrl } from './safe-url.ts';

export type MergeRequestEvent = Extract<EventContent, { name: 'merge_request' }>;

interface Action {
  headline: PhraseKey;
  /** The same as one word or two, for lists. */
  did: PhraseKey;
  tone: Tone;
}

export function describeMergeRequest({ data, facts }: MergeRequestEvent, phrases: Phrases): Entry {
  const action = mergeRequestAction(data);
  const url = safeUrl(data.url);
  const it = span(titleText(`!${data.number}`, data.title), url);
  const details: Line[] = [branchesLine(data)];
  if (facts.draft) details.push(phrases.say('draft'));
  if (data.pull_request.labels.length > 0) details.push(labelLine(data.pull_request.labels, phrases));
  if (facts.inferred) details.push(phrases.say('inferred'));
  if (facts.recovered) details.push(phrases.say('recovered'));
  return {
    title: `${repositoryName(data.repository)} · !${data.number}`,
    tone: action.tone,
    headline: phrases.say(action.headline, {
      who: personName(data.sender, phrases),
      mr: it,
      repo: repositorySpan(data.repository),
    }),
    brief: [it],
    details,
    quote: [],
    commits: null,
    link: url === null ? null : { text: phrases.word('viewMr'), url },
  };
}

/** `action`, and for an update `action_desc` (gitee-format.md §6). */
export function mergeRequestAction({ action, action_desc }: MergeRequest): Action {
  switch (action) {
    case 'open':
      // Gitee announces a new request three times; its companions only name a reviewer and a tester.
      if (action_desc === 'assign') return { headline: 'mrAssign', did: 'didAssign', tone: 'talk' };
      if (action_desc === 'test') return { headline: 'mrTest', did: 'didAskTest', tone: 'talk' };
      return { headline: 'mrOpen', did: 'didOpen', tone: 'new' };
    case 'reopen':
      return { headline: 'mrReopen', did: 'didReopen', tone: 'new' };
    case 'close':
      return { headline: 'mrClose', did: 'didClose', tone: 'gone' };
    case 'merge':
      return { headline: 'mrMerge', did: 'didMerge', tone: 'merged' };
    case 'update':
      return updateAction(action_desc);
    default:
      // Kept from an older belfry: now they are updates.
      return updateAction(action);
  }
}

function updateAction(description: string): Action {
  switch (description) {
    case 'source_branch_changed':
      return { headline: 'mrCommits', did: 'didCommits', tone: 'push' };
    case 'update_label':
      return { headline: 'mrLabels', did: 'didLabels', tone: 'talk' };
    case 'target_branch_changed':
      return { headline: 'mrTarget', did: 'didTarget', tone: 'push' };
    // What Gitee has as updates, too (gitee-format.md §6).
    case 'approved':
      return { headline: 'mrApproved', did: 'didApprove', tone: 'new' };
    case 'tested':
      return { headline: 'mrTested', did: 'didTest', tone: 'new' };
    case 'test':
      return { headline: 'mrTest', did: 'didAskTest', tone: 'talk' };
    case 'assign':
      return { headline: 'mrAssign', did: 'didAssign', tone: 'talk' };
    case 'update_link_issue':
      return { headline: 'mrIssues', did: 'didIssues', tone: 'talk' };
    default:
      return { headline: 'mrUpdate', did: 'didUpdate', tone: 'push' };
  }
}

/** `feature → main`; with the source's namespace when it comes from another repository. */
function branchesLine(data: MergeRequest): Line {
  const head = data.pull_request.head;
  const foreign = head !== null && head.repo.full_name !== data.repository.full_name;
  const source = (foreign ? head.label : data.source_branch) ?? '?';
  return [span(`${refName(source)} → ${refName(data.target_branch)}`)];
}
