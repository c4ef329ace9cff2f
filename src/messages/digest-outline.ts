/** Several pushes, and whatever else waited, in one message: repository by repository, everything at least counted. */
import type { EventContent } from '../gitee/event.ts';
import type { Change } from './changes.ts';
import { describeChange, peopleIn } from './describe-change.ts';
import { digestCounts } from './event-counts.ts';
import { peopleText, repositorySpan } from './names.ts';
import { type Line, type Outline, plain, type Section } from './outline.ts';
import type { Phrases } from './phrases.ts';

/** What is beyond this many repositories, or lines for one of them, is counted. */
const MOST = { repositories: 6, lines: 12 };

/** @param all the changes in `events`, at least one */
export function digestOutline(events: EventContent[], all: Change[], phrases: Phrases): Outline {
  const groups = [...Map.groupBy(all, change => change.repository.full_name).values()];
  const shown = groups.slice(0, MOST.repositories);
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
    hidden: groups.slice(MOST.repositories).reduce((sum, group) => sum + group.length, 0),
    more: hidden => phrases.count('moreThings', hidden),
    link: null,
  };
}

function repositorySection(group: Change[], only: boolean, phrases: Phrases): Section {
  const shown = group.slice(0, MOST.lines);
  return {
    head: only ? null : [repositorySpan(group[0]!.repository)],
    items: shown.map(change => changeLine(change, phrases)),
    hidden: group.length - shown.length,
    more: hidden => phrases.count('moreThings', hidden),
    standsFor: 'items',
  };
}

/** `main: 14 new commits (Zhang San, Li Si)` */
function changeLine(change: Change, phrases: Phrases): Line {
  const who = peopleText(peopleIn(change, phrases), phrases);
  return phrases.say('withWho', { it: describeChange(change, phrases).brief, who });
}
