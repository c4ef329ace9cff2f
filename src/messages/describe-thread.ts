/** Describes what happened to an issue or a merge request. */
import type { EventContent } from '../gitee/event.ts';
import type { Issue } from '../gitee/issue.ts';
import type { MergeRequest } from '../gitee/merge-request.ts';
import type { PhraseKey } from './catalogue.ts';
import { cleanLines } from './clean-text.ts';
import { labelLine, personName, QUOTE, refName, repositoryName, repositorySpan, titleText } from './names.ts';
import { type Entry, type Line, span, type Tone } from './outline.ts';
import type { Phrases } from './phrases.ts';
import { safeUrl } from './safe-url.ts';

type IssueEvent = Extract<EventContent, { name: 'issue' }>;
type MergeRequestEvent = Extract<EventContent, { name: 'merge_request' }>;

/** `did`: the headline as one word or two, for lists. */
type Action = readonly [headline: PhraseKey, did: PhraseKey, tone: Tone];

export function describeIssue({ data, facts }: IssueEvent, phrases: Phrases): Entry {
  const [headline, , tone] = issueAction(data);
  const url = safeUrl(data.url);
  const it = span(titleText(`#${data.iid}`, data.title), url);
  const details: Line[] = [];
  if (data.issue.labels.length > 0) details.push(labelLine(data.issue.labels, phrases));
  if (facts.recovered) details.push(phrases.say('recovered'));
  return {
    title: `${repositoryName(data.repository)} · ${titleText(`#${data.iid}`, '')}`,
    tone,
    headline: phrases.say(headline, {
      who: personName(data.sender, phrases),
      issue: it,
      repo: repositorySpan(data.repository),
      assignee: data.assignee === null ? '' : personName(data.assignee, phrases),
    }),
    brief: [it],
    details,
    quote: data.action === 'open' ? cleanLines(data.description, QUOTE.characters, QUOTE.lines) : [],
    commits: null,
    link: url === null ? null : { text: phrases.word('viewIssue'), url },
  };
}

/** Closing and reopening are `state_change` with the new state (gitee-format.md §5). */
const STATES: Record<Issue['issue']['state'], Action> = {
  open: ['issueReopen', 'didReopen', 'new'],
  progressing: ['issueStart', 'didStart', 'push'],
  closed: ['issueClose', 'didClose', 'gone'],
  rejected: ['issueReject', 'didReject', 'gone'],
};

export function issueAction(data: Issue): Action {
  switch (data.action) {
    case 'open':
      return ['issueOpen', 'didOpen', 'new'];
    case 'assign':
      return data.assignee === null
        ? ['issueUnassign', 'didUnassign', 'talk']
        : ['issueAssign', 'didAssign', 'talk'];
    case 'delete':
      return ['issueDelete', 'didDelete', 'gone'];
    case 'add_label':
      return ['issueLabel', 'didLabels', 'talk'];
    case 'state_change':
      return STATES[data.issue.state];
  }
}

export function describeMergeRequest({ data, facts }: MergeRequestEvent, phrases: Phrases): Entry {
  const [headline, , tone] = mergeRequestAction(data);
  const url = safeUrl(data.url);
  const it = span(titleText(`!${data.number}`, data.title), url);
  const details: Line[] = [branchesLine(data)];
  if (facts.draft) details.push(phrases.say('draft'));
  if (data.pull_request.labels.length > 0) details.push(labelLine(data.pull_request.labels, phrases));
  if (facts.inferred) details.push(phrases.say('inferred'));
  if (facts.recovered) details.push(phrases.say('recovered'));
  return {
    title: `${repositoryName(data.repository)} · !${data.number}`,
    tone,
    headline: phrases.say(headline, {
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
      if (action_desc === 'assign' || action_desc === 'test') return UPDATES.get(action_desc)!;
      return ['mrOpen', 'didOpen', 'new'];
    case 'reopen':
      return ['mrReopen', 'didReopen', 'new'];
    case 'close':
      return ['mrClose', 'didClose', 'gone'];
    case 'merge':
      return ['mrMerge', 'didMerge', 'merged'];
    default:
      // Other actions were kept from an older belfry: now they are updates.
      return UPDATES.get(action === 'update' ? action_desc : action) ?? ['mrUpdate', 'didUpdate', 'push'];
  }
}

/** The last four are what Gitee has as updates, too (gitee-format.md §6). */
const UPDATES = new Map<string | null, Action>([
  ['source_branch_changed', ['mrCommits', 'didCommits', 'push']],
  ['update_label', ['mrLabels', 'didLabels', 'talk']],
  ['target_branch_changed', ['mrTarget', 'didTarget', 'push']],
  ['update_link_issue', ['mrIssues', 'didIssues', 'talk']],
  ['approved', ['mrApproved', 'didApprove', 'new']],
  ['tested', ['mrTested', 'didTest', 'new']],
  ['test', ['mrTest', 'didAskTest', 'talk']],
  ['assign', ['mrAssign', 'didAssign', 'talk']],
]);

/** `feature → main`; with the source's namespace when it comes from another repository. */
function branchesLine(data: MergeRequest): Line {
  const head = data.pull_request.head;
  const foreign = head !== null && head.repo.full_name !== data.repository.full_name;
  const source = (foreign ? head.label : data.source_branch) ?? '?';
  return [span(`${refName(source)} → ${refName(data.target_branch)}`)];
}
