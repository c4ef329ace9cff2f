/** `belfry completion`: the script that a shell needs to complete what is typed. It is made by `npm run pages`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';

export const SHELLS = ['bash', 'zsh'] as const;

export const examples: [string, string][] = [
  ['completion bash > ~/.local/share/bash-completion/completions/belfry', 'For bash, where it looks itself'],
  ['completion zsh > ~/.zfunc/_belfry', 'For zsh: a directory of its fpath, before compinit runs'],
];

export const options = (yargs: Argv): Argv =>
  yargs.positional('shell', { choices: SHELLS, demandOption: true, describe: 'Which one is used' });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const script = await readFile(join(import.meta.dirname, `belfry.${argv.shell}`), 'utf8');
  if (argv.json) return context.json({ shell: argv.shell, script });
  await context.write(Buffer.from(script));
  return 0;
}
