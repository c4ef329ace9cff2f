/** One thing that `doctor` found: what was wanted, what is, and what mends it. */

export const AREAS = [
  'runtime',
  'home',
  'database',
  'key',
  'spool',
  'worker',
  'clock',
  'space',
  'service',
  'ssh',
  'repositories',
] as const;
export type Area = (typeof AREAS)[number];

export interface Finding {
  area: Area;
  /** What it is about: a path, a webhook. */
  subject: string;
  /** A note is worth knowing; everything else is wrong and makes the exit status 1. */
  level: 'wrong' | 'note';
  wanted: string;
  got: string;
  /** The command, or in words what to do. Several lines where there are several ways. */
  mend: string;
  /** What `--fix` does; absent where a person has to decide. */
  fix?: () => Promise<void>;
}
