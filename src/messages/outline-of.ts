/**
 * Events to what the message says: one event as a sentence with its commits or its quote; all events of a push as one
 * sentence with counts, then ref by ref; several pushes as a digest, repository by repository.
 */
import type { EventContent } from '../gitee/event.ts';
import type { Language } from '../model/names.ts';
import { type Change, changesIn } from './changes.ts';
import { describeChange, peopleIn } from './describe-change.ts';
import { digestCounts, eventCounts } from './event-counts.ts';
import { peopleText, repositoryName, repositorySpan } from './names.ts';
import { type Entry, type Line, type Outline, plain, type Section } from './outline.ts';
import { type Phrases, phrasesIn } from './phrases.ts';

/** How a message is to be rendered. The kind `gitee` reads nothing of it. */
export interface Form {
  language: Language;
  /** A word the chat's robot insists on; appended when no part of the message holds it. */
  keyword: string | null;
  /** 0: full; 1: half the size budget; 2: plain text, one line per event. Raised after a `payload` verdict. */
  fallback: 0 | 1 | 2;
  /** More than one push in this message (a digest). */
  digest: boolean;
  /** Sent by `webhook test`: the message says so. */
  test: boolean;
}

/** Refs of one push whose commits are listed, and refs that get a line of their own; the rest is counted. */
const MOST_LISTED = { withCommits: 4, lines: 10 };
/** Commits in the whole message, shared by its refs. */
const MOST_COMMITS = 10;

/** What is beyond this many repositories of a digest, or lines for one of them, is counted. */
const MOST_IN_DIGEST = { repositories: 6, lines: 12 };

/** @param events oldest first; none at all only in a test message */
export function outlineOf(events: EventContent[], form: Form): Outline {
  const phrases = phrasesIn(form.language);
  const message = events.length === 0 ? null : messageOutline(events, form.digest, phrases);
  return form.test || message === null ? testOutline(message, phrases) : message;
}

function messageOutline(events: EventContent[], digest: boolean, phrases: Phrases): Outline {
  const all = changesIn(events);
  const only = all.length === 1 ? all[0]! : null;
  // Pushes to one ref are described as one; comments on one thread are only counted, as a digest does it.
  if (only !== null && (only.about === 'ref' || only.events.length === 1))
    return entryOutline(describeChange(only, phrases), phrases);
  return digest || only !== null ? digestOutline(events, all, phrases) : pushOutline(events, all, phrases);
}

function entryOutline(entry: Entry, phrases: Phrases): Outline {
  const { title, tone, headline, details, quote, commits, link } = entry;
  const sections = commits === null ? [] : [commits];
  return { title, tone, headline, details, quote, sections, hidden: 0, more: moreThings(phrases), link };
}

/** Several refs in one push: those with commits first, the others as one list. */
function pushOutline(events: EventContent[], all: Change[], phrases: Phrases): Outline {
  const repository = all[0]!.repository;
  const listed = all.filter(hasCommits).slice(0, MOST_LISTED.withCommits);
  const others = all.filter(change => !listed.includes(change));
  const each = Math.max(1, Math.floor(MOST_COMMITS / Math.max(1, listed.length)));
  const sections = listed.map(change => commitSection(describeChange(change, phrases), each));
  // Without a head of its own it would read as more commits of the branch above.
  const also = sections.length > 0 ? phrases.say('also') : null;
  if (others.length > 0) sections.push({ ...listSection(others, phrases), head: also });
  return {
    title: repositoryName(repository),
    tone: all.some(change => change.about === 'ref' && change.forced && change.sort === 'branch')
      ? 'forced'
      : 'push',
    headline: phrases.say('pushedMany', {
      who: peopleText(peopleIn(all[0]!, phrases), phrases),
      repo: repositorySpan(repository),
      counts: eventCounts(events, phrases),
    }),
    details: [],
    quote: [],
    sections,
    hidden: 0,
    more: moreThings(phrases),
    link: null,
  };
}

function hasCommits(change: Change): boolean {
  return change.about === 'ref' && change.commits.length > 0;
}

function commitSection(entry: Entry, most: number): Section {
  const { items, hidden, ...section } = entry.commits!;
  return {
    ...section,
    head: entry.brief,
    items: items.slice(0, most),
    hidden: hidden + Math.max(0, items.length - most),
  };
}

function listSection(all: Change[], phrases: Phrases): Section {
  const shown = all.slice(0, MOST_LISTED.lines);
  return {
    head: null,
    items: shown.map(change => describeChange(change, phrases).brief),
    hidden: all.length - shown.length,
    more: moreThings(phrases),
    standsFor: 'items',
  };
}

/**
 * Several pushes, and whatever else waited: repository by repository, everything at least counted.
 * @param all the changes in `events`, at least one
 */
function digestOutline(events: EventContent[], all: Change[], phrases: Phrases): Outline {
  const groups = [...Map.groupBy(all, change => change.repository.full_name).values()];
  const shown = groups.slice(0, MOST_IN_DIGEST.repositories);
  const only = groups.length === 1 ? groups[0]![0]!.repository : null;
  const where = only === null ? phrases.count('repositories', groups.length) : [repositorySpan(only)];
  const headline = phrases.say('digest', { repo: where, counts: digestCounts(events, phrases) });
  return {
    title: plain(phrases.say('digestTitle', { repo: plain(where) })),
    tone: 'push',
    headline,
    details: [],
    quote: [],
    sections: shown.map(group => repositorySection(group, only !== null, phrases)),
    hidden: groups.slice(MOST_IN_DIGEST.repositories).reduce((sum, group) => sum + group.length, 0),
    more: moreThings(phrases),
    link: null,
  };
}

function repositorySection(group: Change[], only: boolean, phrases: Phrases): Section {
  const shown = group.slice(0, MOST_IN_DIGEST.lines);
  return {
    head: only ? null : [repositorySpan(group[0]!.repository)],
    items: shown.map(change => changeLine(change, phrases)),
    hidden: group.length - shown.length,
    more: moreThings(phrases),
    standsFor: 'items',
  };
}

/** `main: 14 new commits (Zhang San, Li Si)` */
function changeLine(change: Change, phrases: Phrases): Line {
  const who = peopleText(peopleIn(change, phrases), phrases);
  return phrases.say('withWho', { it: describeChange(change, phrases).brief, who });
}

/** Says that it is a test, and shows under it what a real message looks like. */
function testOutline(sample: Outline | null, phrases: Phrases): Outline {
  const title = phrases.word('testTitle');
  const headline = phrases.say('testLine');
  const empty = { quote: [], sections: [], hidden: 0, more: moreThings(phrases), link: null };
  const details = sample === null ? [] : [sample.headline, ...sample.details];
  return { ...empty, ...sample, title, tone: 'test', headline, details };
}

function moreThings(phrases: Phrases): (hidden: number) => Line {
  return hidden => phrases.count('moreThings', hidden);
}
