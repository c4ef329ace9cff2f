/** What setup does as the owner of the home. Arguments and answers go through JSON. */
import { prepareHome } from '../../host/prepare-home.ts';
import { checkDirectory } from './check-directory.ts';
import { checkSchema } from './check-schema.ts';
import { emptyHome } from './purge-home.ts';
import { countShellKeys } from './shell-keys.ts';
import { stopWorker } from './stop-worker.ts';

export const STEPS = {
  prepareHome,
  checkDirectory,
  checkSchema,
  countShellKeys,
  emptyHome,
  stopWorker,
} as const;

export type StepName = keyof typeof STEPS;
export type Step<Name extends StepName> = (typeof STEPS)[Name];
