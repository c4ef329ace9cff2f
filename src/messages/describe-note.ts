/** Describes a comment: on an issue, a merge request, a commit or the repository. */
import type { EventContent } from '../gitee/event.ts';
import type { Note } from '../gitee/note.ts';
import type { PhraseKey } from './catalogue.ts';
import { cleanLines } from './clean-text.ts';
import { personName, QUOTE, repositoryName, repositorySpan, shortId, titleText } from './names.ts';
import { type Entry, span } from './outline.ts';
import type { Phrases } from './phrases.ts';
import { safeUrl } from './safe-url.ts';

export type NoteEvent = Extract<EventContent, { name: 'note' }>;

export function describeNote({ data, facts }: NoteEvent, phrases: Phrases): Entry {
  const { phrase, name, url } = targetOf(data);
  const it = span(name, safeUrl(url));
  const comment = safeUrl(data.url);
  const deleted = data.action === 'deleted';
  return {
    title: `${repositoryName(data.repository)}${phrase === 'targetRepository' ? '' : ` · ${shortName(data)}`}`,
    tone: deleted ? 'gone' : 'talk',
    headline: phrases.say(headlineKey(data), {
      who: personName(data.author, phrases),
      target: phrases.say(phrase, { it }),
      repo: repositorySpan(data.repository),
    }),
    brief: phrase === 'targetRepository' ? phrases.say(phrase) : [it],
    details: facts.recovered ? [phrases.say('recovered')] : [],
    quote: deleted ? [] : cleanLines(data.note, QUOTE.characters, QUOTE.lines),
    commits: null,
    link: comment === null || deleted ? null : { text: phrases.word('viewComment'), url: comment },
  };
}

function headlineKey({ action, noteable_type }: Note): PhraseKey {
  const repository = noteable_type === 'Comment';
  if (action === 'edited') return repository ? 'noteEditedOnRepository' : 'noteEdited';
  if (action === 'deleted') return repository ? 'noteDeletedOnRepository' : 'noteDeleted';
  return repository ? 'noteOnRepository' : 'noteNew';
}

interface Target {
  phrase: PhraseKey;
  name: string;
  url: string | null;
}

function targetOf(data: Note): Target {
  switch (data.noteable_type) {
    case 'Issue':
      return {
        phrase: 'targetIssue',
        name: titleText(data.per_iid ?? '', data.title ?? ''),
        url: data.issue?.html_url ?? null,
      };
    case 'PullRequest':
      return {
        phrase: 'targetMr',
        name: titleText(data.per_iid ?? '', data.title ?? ''),
        url: data.pull_request?.html_url ?? null,
      };
    case 'Commit':
      return { phrase: 'targetCommit', name: shortName(data), url: data.url };
    case 'Comment':
      return { phrase: 'targetRepository', name: '', url: null };
  }
}

/** `#I4CF12`, `!7` or seven digits of a commit. */
function shortName(data: Note): string {
  return titleText(data.per_iid ?? data.short_commit_id ?? shortId(data.comment.commit_id ?? ''), '');
}
