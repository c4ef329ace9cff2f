/** All rows, in the order of the table. */
import type { Row } from '../parts/line.ts';
import { commands } from './commands.ts';
import { commits } from './commits.ts';
import { drain } from './drain.ts';
import { history } from './history.ts';
import { hook } from './hook.ts';
import { idle } from './idle.ts';
import { intake } from './intake.ts';
import { latency } from './latency.ts';
import { matching } from './matching.ts';
import { refs } from './refs.ts';
import { size } from './size.ts';

export const rows: readonly Row[] = [
  hook,
  latency,
  drain,
  intake,
  refs,
  commits,
  matching,
  history,
  size,
  idle,
  commands,
];
