/** Describes what was pushed to a branch or a tag. */
import type { RefChange } from './changes.ts';
import {
  commitLine,
  peopleText,
  personName,
  refName,
  repositoryName,
  repositorySpan,
  shortId,
  subjectText,
} from './names.ts';
import { type Entry, type Line, plain, type Section, span, type Tone } from './outline.ts';
import type { Phrases } from './phrases.ts';
import { safeUrl } from './safe-url.ts';

export function describeRef(change: RefChange, phrases: Phrases): Entry {
  const keys = phraseKeys(change);
  const changes = commitCounts(change, phrases);
  const values = {
    who: peopleText(
      change.people.map(one => personName(one, phrases)),
      phrases,
    ),
    repo: repositorySpan(change.repository),
    ref: span(refName(change.name), change.deleted ? null : safeUrl(change.url)),
    old: shortId(change.before),
    changes,
  };
  return {
    title: `${repositoryName(change.repository)} · ${refName(change.name)}`,
    tone: toneOf(change),
    headline: phrases.say(keys.headline, values),
    brief: [...phrases.say(keys.brief, values), ...briefSubject(change, phrases)],
    details: detailsOf(change, phrases),
    quote: change.tag === null ? [] : [subjectText(change.tag.subject, phrases)],
    commits: commitsOf(change, phrases),
    link: linkOf(change, phrases),
  };
}

function phraseKeys(change: RefChange) {
  const bare = change.total === 0 && change.removed === 0;
  if (change.sort === 'tag') {
    if (change.created) return { headline: 'tagCreated', brief: 'shortTagCreated' } as const;
    if (change.deleted) return { headline: 'tagDeleted', brief: 'shortTagDeleted' } as const;
    return { headline: 'tagMoved', brief: 'shortTagMoved' } as const;
  }
  if (change.created) return { headline: 'branchCreated', brief: 'shortBranchCreated' } as const;
  if (change.deleted) return { headline: 'branchDeleted', brief: 'shortBranchDeleted' } as const;
  if (change.forced && bare) return { headline: 'forcePushedBare', brief: 'shortForcedBare' } as const;
  if (change.forced) return { headline: 'forcePushed', brief: 'shortForced' } as const;
  if (bare) return { headline: 'updated', brief: 'shortUpdatedBare' } as const;
  return { headline: 'pushed', brief: 'shortUpdated' } as const;
}

/** `3 new commits, 2 commits removed`, with the comparison behind it. */
function commitCounts(change: RefChange, phrases: Phrases): Line {
  const parts: Line[] = [];
  if (change.total > 0) parts.push(phrases.count('newCommits', change.total));
  if (change.removed > 0) parts.push(phrases.count('removedCommits', change.removed));
  const text = plain(phrases.join(parts));
  return text === '' ? [] : [span(text, safeUrl(change.compare))];
}

/** What a tag in a list says: the first line of its own message, or of its commit's. */
function briefSubject(change: RefChange, phrases: Phrases): Line {
  if (change.sort === 'branch' || change.deleted) return [];
  const subject = change.tag?.subject ?? change.head?.message;
  return subject === undefined ? [] : [span(` — ${subjectText(subject, phrases)}`)];
}

function detailsOf(change: RefChange, phrases: Phrases): Line[] {
  const details: Line[] = [];
  if (change.pushes > 1) details.push(phrases.count('pushes', change.pushes));
  if (change.recovered) details.push(phrases.say('recovered'));
  return details;
}

function commitsOf(change: RefChange, phrases: Phrases): Section | null {
  const newOne = change.tag === null && !change.deleted && change.commits.length === 0 && change.total === 0;
  const commits = newOne && change.head !== null ? [change.head] : change.commits;
  if (commits.length === 0) return null;
  return {
    head: null,
    items: commits.map(one => commitLine(one, phrases)),
    hidden: Math.max(0, change.total - commits.length),
    more: hidden => [span(plain(phrases.count('moreCommits', hidden)), safeUrl(change.compare))],
    standsFor: 'one',
  };
}

function linkOf(change: RefChange, phrases: Phrases): Entry['link'] {
  if (change.deleted) return null;
  const update = !change.created && change.sort === 'branch';
  const url = safeUrl(update ? change.compare : change.head?.url);
  return url === null ? null : { text: phrases.word(update ? 'viewChanges' : 'viewCommit'), url };
}

function toneOf(change: RefChange): Tone {
  if (change.deleted) return 'gone';
  if (change.created) return 'new';
  return change.forced ? 'forced' : 'push';
}
