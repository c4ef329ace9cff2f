/** `belfry key backup`: the key by itself, since together with a backup of the database it opens every secret. */
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import type { Args, CommandContext } from '../context.ts';
import { STREAM } from '../odd-arguments.ts';
import { checkTarget } from './backup.ts';

export const examples: [string, string][] = [
  ['key backup /safe/belfry.key', 'not where the backups of the database lie'],
  ['key backup - > belfry.key', 'for root, who acts as the owner of the home'],
];

export const options = (yargs: Argv): Argv =>
  yargs.positional('file', { type: 'string', demandOption: true, describe: 'or - for standard output' });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const { keyToBackUp, writeKeyBackup } = await import('../../store/key-backup.ts');
  await context.store();
  const toStdout = argv.file === STREAM;
  if (toStdout && argv.json)
    throw new BelfryError('usage', 'standard output takes the key or --json, not both');
  const file = toStdout ? null : await checkTarget(argv.file, context);
  const { name, text } = keyToBackUp(join(context.home, 'key'));
  if (file === null) await context.write(Buffer.from(text));
  else writeKeyBackup(text, file);
  if (argv.json) context.json({ file, key: name });
  else
    (toStdout ? context.stderr : context.print)(
      `this is the key ${name}${file === null ? '' : `: ${file}`}; keep it apart from backups of the database`,
    );
  return 0;
}
