/** Examples below a command's help: whole command lines that can be copied into a shell as they stand. */
import { wrap } from '../text/wrap.ts';

/** What is put in front of each line. */
const INDENT = '  ';
/** In front of what goes on with the line above. */
const FURTHER = '    ';

/** What somebody types. An example that pipes something into belfry begins with that; every other one with belfry. */
export function commandLine(example: string): string {
  return /\|\s*belfry /.test(example) ? example : `belfry ${example}`;
}

/**
 * The part of a help that yargs cannot print: it would put command and meaning side by side, and cut both into pieces.
 * @param width columns of the terminal
 */
export function examplesText(examples: readonly [command: string, what: string][], width: number): string {
  const shown = examples.map(([example, what]) =>
    [
      ...wrap(what, width - INDENT.length, '# ').split('\n'),
      ...commandLines(commandLine(example), width - INDENT.length),
    ]
      .map(line => INDENT + line)
      .join('\n'),
  );
  return shown.length === 0 ? '' : ['Examples:', ...shown].join('\n');
}

/** One that is too long goes on behind a backslash, as a shell has it; one of several lines is broken already. */
function commandLines(command: string, width: number): string[] {
  if (command.includes('\n')) return command.split('\n');
  const lines: string[] = [];
  let line = '';
  for (const word of shellWords(command)) {
    const longer = line === '' ? word : `${line} ${word}`;
    // Room for the backslash.
    if (line !== '' && longer.length > width - 2) {
      lines.push(`${line} \\`);
      line = FURTHER + word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Between blanks that stand in no quotes; an option keeps its value beside it. */
function shellWords(command: string): string[] {
  return command.match(/(?:--[\w-]+ (?=[^-\s]))?(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
}
