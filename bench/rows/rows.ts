/** All rows, in the order of the table. */
import type { Row } from '../parts/line.ts';
import { hook } from './hook.ts';
import { latency } from './latency.ts';

export const rows: readonly Row[] = [hook, latency];
