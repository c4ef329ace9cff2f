/** One line of the table, and the row that makes several of them. */
import type { Workshop } from './workshop.ts';

export interface Line {
  /** What was measured, the same words for all that is compared. */
  what: string;
  /** Which of those that are compared. */
  which: string;
  /** How often. */
  runs: number;
  median: number;
  p95: number | null;
  unit: 'ms' | 's' | '/s' | 'MB' | 'B' | '';
  /** In numbers, against whom: `+3.1 ms over the no-op hook`, `62 % of the ceiling`. */
  against: string;
  /** What it has to reach, where there is a bar; `met` says whether. */
  bar: string;
  met: boolean | null;
}

export interface Row {
  /** As it is named on the command line. */
  name: string;
  about: string;
  run(workshop: Workshop): Promise<Line[]>;
}
