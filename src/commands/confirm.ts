/** A question before something that cannot be taken back. */
import { createInterface } from 'node:readline/promises';
import { BelfryError } from '../errors.ts';
import type { CommandContext } from './context.ts';

/**
 * True when somebody at a terminal said yes.
 * @throws BelfryError `usage` where there is no terminal
 */
export async function confirm(question: string, context: Pick<CommandContext, 'stderr'>): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new BelfryError('usage', `${question} Cannot ask: standard input is not a terminal.`, {
      hint: 'Use --yes to answer yes.',
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return true;
    context.stderr('belfry: Nothing was changed.');
    return false;
  } finally {
    lines.close();
  }
}
