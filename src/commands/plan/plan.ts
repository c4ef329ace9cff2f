/** `belfry plan`: what `belfry apply` would do. Exit status 0: nothing; 3: something; 1: the file has a mistake. */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';
import { planJson, printChanges, summary } from './print-plan.ts';
import { planOptions, readPlan } from './read-plan.ts';

export const examples: [string, string][] = [
  ['plan belfry.yaml', 'What `belfry apply belfry.yaml` would create and change'],
  ['plan belfry.yaml --prune', 'Also what it would remove'],
];

export const options = (yargs: Argv): Argv => planOptions(yargs);

const MISTAKE = 1;
const CHANGES = 3;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const plan = await readPlan(argv, context);
  if (plan === null) return MISTAKE;
  const status = plan.changes.length === 0 ? 0 : CHANGES;
  if (argv.json) return context.json(planJson(plan), status);
  printChanges(plan, context);
  context.print(status === 0 ? 'Nothing to do' : summary(plan.changes));
  return status;
}
