/** One story, told: as a whole message, and as one line of a list. */
import type { Line, Section, Tone } from './outline.ts';

export interface Entry {
  title: string;
  tone: Tone;
  /** A sentence with person and repository. */
  headline: Line;
  /** Without them: a list says them once. */
  brief: Line;
  details: Line[];
  quote: string[];
  /** The commits, where there are any to list. */
  commits: Section | null;
  link: { text: string; url: string } | null;
}
