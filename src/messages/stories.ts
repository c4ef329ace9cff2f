/** Sorts events into stories: one for each ref and each thread that they are about, in order of first appearance. */
import type { EventContent } from '../gitee/event.ts';
import { laterStory, type RefStory, refStory } from './ref-story.ts';
import { type ThreadStory, threadKey, threadStory } from './thread-story.ts';

export type Story = RefStory | ThreadStory;

/** @param events oldest first */
export function stories(events: EventContent[]): Story[] {
  const found = new Map<string, Story>();
  for (const event of events) {
    const key = storyKey(event);
    const known = found.get(key);
    const story = storyOf(event);
    if (known === undefined) found.set(key, story);
    else if (known.about === 'ref' && story.about === 'ref') found.set(key, laterStory(known, story));
    else if (known.about === 'thread' && story.about === 'thread') known.events.push(...story.events);
  }
  return [...found.values()];
}

/** The same text for all events that make one story. */
export function storyKey(event: EventContent): string {
  const where = event.data.repository.full_name;
  const what = event.name === 'push' || event.name === 'tag_push' ? event.data.ref : threadKey(event);
  return `${where}\n${what}`;
}

function storyOf(event: EventContent): Story {
  if (event.name === 'push') return refStory('branch', event.data, event.facts);
  if (event.name === 'tag_push') return refStory('tag', event.data, event.facts);
  return threadStory(event);
}
