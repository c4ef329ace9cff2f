/**
 * In CI every run tries the same values, so that what fails there failed because of what was changed. Anywhere else each run
 * tries others, and what fails names its seed.
 */
import process from 'node:process';
import * as fc from 'fast-check';

export const SEED = process.env.CI ? 20_261_127 : Date.now() % 2 ** 31;

fc.configureGlobal({ seed: SEED });
