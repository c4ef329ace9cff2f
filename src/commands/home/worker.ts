/** `belfry worker`: the worker in the foreground, for a service manager or cron. */
import type { Argv } from 'yargs';
import { flag } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['worker --once', 'Until nothing is due, then exit (for cron)'],
  ['worker --replace', 'In place of a worker that a push has started'],
  ['worker', 'Until nothing is pending for worker.linger seconds'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .option('once', flag('Run until nothing is due, then exit'))
    .option('replace', flag('Stop a running worker and take its place (for a service manager)'));
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const { runWorker } = await import('../../worker/run-worker.ts');
  const { home } = context;
  const say = await logAndSay(home, context);
  const status = await runWorker(home, { once: argv.once, replace: argv.replace, say });
  return status === 0 ? 0 : 1;
}

/** The worker's lines go to the home's log, whoever has started it, and to standard error. */
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
