/** From the file that a command was given to its plan; what is wrong with it is printed, all of it. */
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { codeOf } from '../../files/file-error.ts';
import { readAtMost } from '../../files/safe-directory.ts';
import { checkFile } from '../../plan/check-file.ts';
import { readDocument } from '../../plan/document.ts';
import { makePlan, type Plan } from '../../plan/make-plan.ts';
import { type Mistake, placed } from '../../plan/mistake.ts';
import { referencesIn } from '../../plan/reference.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { STREAM, text } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { readReferences } from './read-references.ts';
import { readState, readSurroundings } from './read-state.ts';

/** Hundreds of thousands of webhooks. */
const LARGEST = 64 * 1024 * 1024;

export function planOptions(yargs: Argv): Argv {
  return yargs
    .positional('file', { type: 'string', describe: 'YAML or JSON; - for standard input' })
    .option('prune', {
      type: 'boolean',
      default: false,
      describe: 'Also remove webhooks, settings and roots that the file does not name',
    })
    .option('secrets', text('Directory of the files that the file refers to with { file: NAME }'));
}

/** @returns null when something is wrong: that was printed. @throws BelfryError */
export async function readPlan(argv: Args, context: CommandContext): Promise<Plan | null> {
  if (argv.file === undefined || argv.file === '')
    throw new BelfryError('usage', 'Missing file: name one, or - for standard input.');
  const source = await readSource(argv.file, context);
  const document = readDocument(source.replace(/^\ufeff/, ''));
  if (document.value === undefined && document.mistakes.length > 0)
    return refuse(document.mistakes, argv, context);
  const file = checkFile(document.value);
  const store = await context.store();
  const state = await readState(store);
  const resolved = await readReferences(referencesIn(file), argv.secrets, context);
  const plan = await makePlan(file, await readSurroundings(file, state, resolved), argv.prune);
  const mistakes = [...document.mistakes, ...placed(plan.problems, document.at)];
  return mistakes.length === 0 ? plan : refuse(mistakes, argv, context);
}

/** As the owner of the home, as whom the process runs. */
async function readSource(file: string, context: CommandContext): Promise<string> {
  const bytes = file === STREAM ? await context.stdinBytes(LARGEST) : await readWhole(file);
  const name = nameOf(file);
  if (bytes === null || bytes.length > LARGEST)
    throw new BelfryError('invalid', `${name}: wanted at most ${LARGEST} bytes, got more`);
  if (!isUtf8(bytes)) throw new BelfryError('invalid', `${name}: wanted UTF-8, got other bytes`);
  return bytes.toString('utf8');
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    return await readAtMost(handle, LARGEST + 1);
  } catch (cause) {
    const code = codeOf(cause);
    throw new BelfryError(
      code === 'ENOENT' ? 'not-found' : 'permission',
      `${file} cannot be read (${code})`,
      {
        hint: 'Run by root, belfry reads it as the owner of the home: - reads standard input.',
        cause,
      },
    );
  }
}

function nameOf(file: string): string {
  return file === STREAM ? 'Standard input' : file;
}

function refuse(mistakes: readonly Mistake[], { file, json }: Args, context: CommandContext): null {
  if (json) context.json({ mistakes });
  else {
    for (const { line, column, path, wanted, got } of mistakes) {
      const what = path === '' ? '' : ` ${path}:`;
      context.stderr(printable(`${nameOf(file)}:${line}:${column}:${what} wanted ${wanted}, got ${got}`));
    }
    context.stderr(`belfry: ${plural(mistakes.length, 'mistake')}; nothing was changed.`);
  }
  return null;
}
