/** Describes what happened to an issue. */
import type { EventContent } from '../gitee/event.ts';
import type { Issue } from '../gitee/issue.ts';
import type { PhraseKey } from './catalogue.ts';
import { cleanLines } from './clean-text.ts';
import { labelLine, personName, QUOTE, repositoryName, repositorySpan, titleText } from './names.ts';
import { type Entry, type Line, span, type Tone } from './outline.ts';
import type { Phrases } from './phrases.ts';
import { safeUrl } from './safe-url.ts';

export type IssueEvent = Extract<EventContent, { name: 'issue' }>;

interface Action {
  headline: PhraseKey;
  did: PhraseKey;
  tone: Tone;
}

export function describeIssue({ data, facts }: IssueEvent, phrases: Phrases): Entry {
  const action = issueAction(data);
  const url = safeUrl(data.url);
  const it = span(titleText(`#${data.iid}`, data.title), url);
  const details: Line[] = [];
  if (data.issue.labels.length > 0) details.push(labelLine(data.issue.labels, phrases));
  if (facts.recovered) details.push(phrases.say('recovered'));
  return {
    title: `${repositoryName(data.repository)} · ${titleText(`#${data.iid}`, '')}`,
    tone: action.tone,
    headline: phrases.say(action.headline, {
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
export function issueAction(data: Issue): Action {
  switch (data.action) {
    case 'open':
      return { headline: 'issueOpen', did: 'didOpen', tone: 'new' };
    case 'assign':
      return data.assignee === null
        ? { headline: 'issueUnassign', did: 'didUnassign', tone: 'talk' }
        : { headline: 'issueAssign', did: 'didAssign', tone: 'talk' };
    case 'delete':
      return { headline: 'issueDelete', did: 'didDelete', tone: 'gone' };
    case 'add_label':
      return { headline: 'issueLabel', did: 'didLabels', tone: 'talk' };
    case 'state_change':
      return stateAction(data.issue.state);
  }
}

function stateAction(state: Issue['issue']['state']): Action {
  switch (state) {
    case 'open':
      return { headline: 'issueReopen', did: 'didReopen', tone: 'new' };
    case 'progressing':
      return { headline: 'issueStart', did: 'didStart', tone: 'push' };
    case 'closed':
      return { headline: 'issueClose', did: 'didClose', tone: 'gone' };
    case 'rejected':
      return { headline: 'issueReject', did: 'didReject', tone: 'gone' };
  }
}
