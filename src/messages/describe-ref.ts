/** Tells a push to a branch or a tag. */
import type { Entry } from './entry.ts';
import {
  commitLine,
  personName,
  refName,
  repositoryName,
  repositorySpan,
  shortId,
  subjectText,
} from './names.ts';
import { type Line, plain, type Section, span, type Tone } from './outline.ts';
import { peopleText } from './people-text.ts';
import type { Phrases } from './phrases.ts';
import type { RefStory } from './ref-story.ts';
import { safeUrl } from './safe-url.ts';

export function describeRef(story: RefStory, phrases: Phrases): Entry {
  const keys = phraseKeys(story);
  const changes = changesOf(story, phrases);
  const values = {
    who: peopleText(
      story.people.map(one => personName(one, phrases)),
      phrases,
    ),
    repo: repositorySpan(story.repository),
    ref: span(refName(story.name), story.deleted ? null : safeUrl(story.url)),
    old: shortId(story.before),
    changes,
  };
  return {
    title: `${repositoryName(story.repository)} · ${refName(story.name)}`,
    tone: toneOf(story),
    headline: phrases.say(keys.headline, values),
    brief: [...phrases.say(keys.brief, values), ...briefSubject(story, phrases)],
    details: detailsOf(story, phrases),
    quote: story.tag === null ? [] : [subjectText(story.tag.subject, phrases)],
    commits: commitsOf(story, phrases),
    link: linkOf(story, phrases),
  };
}

function phraseKeys(story: RefStory) {
  const bare = story.total === 0 && story.removed === 0;
  if (story.sort === 'tag') {
    if (story.created) return { headline: 'tagCreated', brief: 'shortTagCreated' } as const;
    if (story.deleted) return { headline: 'tagDeleted', brief: 'shortTagDeleted' } as const;
    return { headline: 'tagMoved', brief: 'shortTagMoved' } as const;
  }
  if (story.created) return { headline: 'branchCreated', brief: 'shortBranchCreated' } as const;
  if (story.deleted) return { headline: 'branchDeleted', brief: 'shortBranchDeleted' } as const;
  if (story.forced && bare) return { headline: 'forcePushedBare', brief: 'shortForcedBare' } as const;
  if (story.forced) return { headline: 'forcePushed', brief: 'shortForced' } as const;
  if (bare) return { headline: 'updated', brief: 'shortUpdatedBare' } as const;
  return { headline: 'pushed', brief: 'shortUpdated' } as const;
}

/** `3 new commits, 2 commits removed`, with the comparison behind it. */
function changesOf(story: RefStory, phrases: Phrases): Line {
  const parts: Line[] = [];
  if (story.total > 0) parts.push(phrases.count('newCommits', story.total));
  if (story.removed > 0) parts.push(phrases.count('removedCommits', story.removed));
  const text = plain(phrases.join(parts));
  return text === '' ? [] : [span(text, safeUrl(story.compare))];
}

/** What a tag in a list says: the first line of its own message, or of its commit's. */
function briefSubject(story: RefStory, phrases: Phrases): Line {
  if (story.sort === 'branch' || story.deleted) return [];
  const subject = story.tag?.subject ?? story.head?.message;
  return subject === undefined ? [] : [span(` — ${subjectText(subject, phrases)}`)];
}

function detailsOf(story: RefStory, phrases: Phrases): Line[] {
  const details: Line[] = [];
  if (story.pushes > 1) details.push(phrases.count('pushes', story.pushes));
  if (story.recovered) details.push(phrases.say('recovered'));
  return details;
}

function commitsOf(story: RefStory, phrases: Phrases): Section | null {
  const newOne = story.tag === null && !story.deleted && story.commits.length === 0 && story.total === 0;
  const commits = newOne && story.head !== null ? [story.head] : story.commits;
  if (commits.length === 0) return null;
  return {
    head: null,
    items: commits.map(one => commitLine(one, phrases)),
    hidden: Math.max(0, story.total - commits.length),
    more: hidden => [span(plain(phrases.count('moreCommits', hidden)), safeUrl(story.compare))],
    standsFor: 'one',
  };
}

function linkOf(story: RefStory, phrases: Phrases): Entry['link'] {
  if (story.deleted) return null;
  const update = !story.created && story.sort === 'branch';
  const url = safeUrl(update ? story.compare : story.head?.url);
  return url === null ? null : { text: phrases.word(update ? 'viewChanges' : 'viewCommit'), url };
}

function toneOf(story: RefStory): Tone {
  if (story.deleted) return 'gone';
  if (story.created) return 'new';
  return story.forced ? 'forced' : 'push';
}
