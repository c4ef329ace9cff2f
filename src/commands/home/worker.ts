/** `belfry worker`: the worker in the foreground, for a service manager or cron. */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['worker --once', 'until nothing is due, then exit (for cron)'],
  ['worker --replace', 'in the place of one that a push has started'],
  ['worker', 'stays while anything is owed, then lingers and leaves'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .option('once', {
      type: 'boolean',
      default: false,
      describe: 'until nothing is due, then exit',
    })
    .option('replace', {
      type: 'boolean',
      default: false,
      describe: 'ask a worker that runs to leave, and take its place: for a service manager',
    });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const { runWorker } = await import('../../worker/run-worker.ts');
  const { home } = context;
  const say = await logAndSay(home, context);
  const status = await runWorker(home, { once: argv.once, replace: argv.replace, say });
  return status === 0 ? 0 : 1;
}

/** Whoever has started it, its lines stand in the home's log; who looks on sees them too. */
async function logAndSay(home: string, context: CommandContext) {
  const { requireHome } = await import('../../host/home.ts');
  const { prepareHome } = await import('../../host/home.ts');
  const { openLines } = await import('../../host/worker-log.ts');
  await requireHome(home);
  await prepareHome(home);
  try {
    return openLines(home, { shown: true });
  } catch (error) {
    context.stderr(`note: ${(error as Error).message}`);
    return undefined;
  }
}
