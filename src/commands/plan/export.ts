/** `belfry export`: webhooks, users, settings and roots as a file for `belfry apply`; nothing secret stands in it. */
import { basename, dirname, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { isDirectory } from '../../files/may.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { openDirectory } from '../../files/safe-directory.ts';
import { exportFile } from '../../plan/export-file.ts';
import { plural } from '../../text/plural.ts';
import { STREAM } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { readState } from './read-state.ts';

export const examples: [string, string][] = [
  ['export belfry.yaml', 'Into a file that can be kept in Git'],
  ['export > belfry.yaml', 'For root, who acts as the owner of the home'],
];

export const options = (yargs: Argv): Argv =>
  yargs.positional('file', { type: 'string', describe: 'File; default: standard output' });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const state = await readState(await context.store());
  const text = exportFile(state);
  const file = argv.file === undefined || argv.file === STREAM ? null : argv.file;
  if (file !== null) await writeExport(file, text);
  const counts = {
    webhooks: state.webhooks.length,
    users: state.users.length,
    settings: state.settings.size,
    roots: state.roots.length,
  };
  if (argv.json) return context.json(file === null ? { ...counts, text } : { file, ...counts });
  if (file === null) await context.write(Buffer.from(text));
  else context.print(`Exported ${plural(counts.webhooks, 'webhook')} to ${file}`);
  return 0;
}

async function writeExport(given: string, text: string): Promise<void> {
  const file = resolve(given);
  if (given === '' || (await isDirectory(file)))
    throw new BelfryError('usage', `${given || 'FILE'}: wanted the name of a file`);
  try {
    await using directory = await openDirectory(dirname(file), { links: 'follow' });
    await replaceFile(directory, basename(file), text, 0o644);
  } catch (cause) {
    throw new BelfryError('permission', `${given} cannot be written (${(cause as { code?: string }).code})`, {
      hint: 'Run by root, belfry writes as the owner of the home. Let the shell write the file: belfry export > FILE',
      cause,
    });
  }
}
