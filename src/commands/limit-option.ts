/** How many rows a list has at most. */
import type { Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import type { Args } from './context.ts';

export function limitOption(yargs: Argv): Argv {
  return yargs.option('limit', { type: 'number', default: 30, describe: 'at most so many' });
}

/** @throws BelfryError `usage` */
export function limitOf({ limit }: Args): number {
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new BelfryError('usage', `--limit: a whole number from 1 on is wanted, not ${limit}`);
}
