/** Tells one story, and who is in it. */
import { describeRef } from './describe-ref.ts';
import { describeThread, threadPeople } from './describe-thread.ts';
import type { Entry } from './entry.ts';
import { personName } from './names.ts';
import type { Phrases } from './phrases.ts';
import type { Story } from './stories.ts';

export function describeStory(story: Story, phrases: Phrases): Entry {
  return story.about === 'ref' ? describeRef(story, phrases) : describeThread(story, phrases);
}

export function storyPeople(story: Story, phrases: Phrases): string[] {
  if (story.about === 'thread') return threadPeople(story, phrases);
  return story.people.map(one => personName(one, phrases));
}
