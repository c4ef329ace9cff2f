/** `belfry apply`: makes webhooks, users, settings and roots what a file says, all of it or nothing. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import type { Applied } from '../../model/planned.ts';
import { settleNames } from '../../model/settle-names.ts';
import type { Plan } from '../../plan/make-plan.ts';
import { placeAt } from '../../repositories/locate-repository.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { flag, text } from '../arguments.ts';
import { settingsChanged } from '../config.ts';
import { confirm } from '../confirm.ts';
import type { Args, CommandContext } from '../context.ts';
import { hooksOfRoots } from './hooks-of-roots.ts';
import { planJson, printChanges, summary } from './print-plan.ts';
import { planOptions, readPlan } from './read-plan.ts';
import { writeSecrets } from './write-secrets.ts';

export const examples: [string, string][] = [
  ['apply belfry.yaml', 'What the file names is made as it says; nothing else is touched'],
  ['apply belfry.yaml --prune', 'Also removes what the file does not name, after a question'],
  ['apply belfry.yaml --secrets /etc/belfry/secrets', 'For files of which the file has { file: NAME }'],
  ['apply --schema > belfry.schema.json', 'A JSON Schema for editors'],
];

export const options = (yargs: Argv): Argv =>
  planOptions(yargs)
    .option('yes', flag('Remove without asking'))
    .option('secrets-out', text('New file, of mode 0600, for secrets that are made ({ generate: true })'))
    .option('schema', flag('Print the JSON Schema of such a file, and do nothing'));

/** Others may put something else where a repository is. */
const TRIES = 10;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  if (argv.schema) {
    const { fileJsonSchema } = await import('../../plan/file-schema.ts');
    return context.json(fileJsonSchema());
  }
  const plan = await readPlan(argv, context);
  if (plan === null) return 1;
  const { changes, generated, planned } = plan;
  if (generated.length > 0 && argv.secretsOut === undefined)
    throw new BelfryError(
      'usage',
      `Missing --secrets-out FILE: ${plural(generated.length, 'secret')} would be made, and nobody would know`,
    );
  if (!argv.json) printChanges(plan, context);
  if (changes.length === 0) {
    if (argv.json) return context.json({ applied: planJson(plan), failed_deliveries: 0, hooks: null });
    context.print('Nothing to do');
    return 0;
  }
  if (
    !argv.yes &&
    changes.some(({ action }) => action === 'remove') &&
    !(await confirm(question(plan), context))
  )
    return 1;
  const applied = await commit(plan, argv, context);
  const keys = planned.settings.map(([key]) => key);
  await settingsChanged(keys, context, argv.json);
  const roots = { made: planned.roots.map(({ path }) => path), removed: planned.removedRoots };
  const { hooks, status } = await hooksOfRoots(roots, argv, context);
  await context.wakeWorker();
  if (argv.json)
    return context.json({ applied: planJson(plan), failed_deliveries: applied.failed, hooks }, status);
  context.print(`Applied: ${summary(changes, true)}`);
  if (applied.failed > 0) context.print(`Gave up ${plural(applied.failed, 'pending delivery')}`);
  if (generated.length > 0)
    context.print(`Wrote ${plural(generated.length, 'secret')} to ${printable(argv.secretsOut)}`);
  return status;
}

function question({ changes }: Plan): string {
  const removed = changes.filter(({ action }) => action === 'remove');
  const counts = [...Map.groupBy(removed, ({ what }) => what)].map(([what, those]) =>
    plural(those.length, what),
  );
  return `Remove ${counts.join(' and ')} that the file does not name?`;
}

/** A secret that was made is in its file before it is in use: nobody else could say what it is. */
async function commit({ planned, generated }: Plan, argv: Args, context: CommandContext): Promise<Applied> {
  const store = await context.store();
  const takeBack = generated.length > 0 ? await writeSecrets(argv.secretsOut, generated) : async () => {};
  try {
    const places = [...planned.places];
    const examined = new Set(places.map(({ path }) => path));
    for (let tries = 0; tries < TRIES; tries++) {
      const applied = await store.plan.apply({ ...planned, places, examined }, settleNames, context.now());
      if (!('unexamined' in applied)) return applied;
      for (const path of applied.unexamined) {
        const there = await placeAt(path, store);
        if (there !== null) places.push(there);
        examined.add(path);
      }
    }
    throw new BelfryError(
      'conflict',
      'Names of repositories kept changing: stop what changes them, then retry',
    );
  } catch (error) {
    await takeBack();
    throw error;
  }
}
