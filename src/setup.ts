/**
 * Entry of what install.sh hands over once there is a Node to run it: `check`, `install` or `uninstall`. It needs no
 * packages, so that a checkout can be asked before anything of the installed program is replaced.
 */
import { text } from 'node:stream/consumers';
import { answerStep, STEP } from './commands/setup/as-owner.ts';
import { check, install } from './commands/setup/install.ts';
import { parseOptions } from './commands/setup/options.ts';
import { uninstall } from './commands/setup/uninstall.ts';
import { BelfryError } from './errors.ts';
import { printable } from './text/printable.ts';

const say = (line: string) => void process.stdout.write(`${printable(line)}\n`);
const warn = (line: string) => void process.stderr.write(`${printable(line)}\n`);
const [first, ...rest] = process.argv.slice(2);
if (first === STEP) process.stdout.write(await answerStep(rest, await text(process.stdin)));
else process.exitCode = await setup(process.argv.slice(2)).catch(explain);

async function setup(args: string[]): Promise<number> {
  const { action, options } = parseOptions(args);
  process.umask(0o022);
  if (action === 'uninstall') return uninstall(options, say);
  if (action === 'install') return install(options, say, warn);
  await check(options);
  return 0;
}

function explain(error: unknown): number {
  if (!(error instanceof BelfryError)) throw error;
  warn(`install.sh: ${error.message}`);
  if (error.hint !== undefined) warn(`  ${error.hint}`);
  return 1;
}
