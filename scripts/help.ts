/** What the program says of itself, for the pages that are made from it. */
import process from 'node:process';
import { COMMANDS, GROUPS, main } from '../src/commands/main.ts';

/** A command as its page names it. */
export interface NamedCommand {
  /** `webhook add`. */
  name: string;
  /** `webhook add [url]`. */
  signature: string;
  describe: string;
}

export function namedCommands(): NamedCommand[] {
  const all = [
    ...COMMANDS.map(([signature, describe]) => ({ signature, describe })),
    ...GROUPS.flatMap(([group, , entries]) =>
      entries.map(([signature, describe]) => ({ signature: `${group} ${signature}`, describe })),
    ),
  ];
  return all.map(one => ({ ...one, name: one.signature.replace(/ [[<].*/, '') }));
}

/** What `belfry NAME --help` prints into a window of a fixed width, in English. @param width in columns */
export async function help(name: string, width: number): Promise<string> {
  const said: string[] = [];
  const print = console.log;
  // Yargs prints by itself.
  console.log = (text: string) => void said.push(text);
  const locale = process.env.LC_ALL;
  process.env.LC_ALL = 'en_US.UTF-8';
  try {
    const stdout = Object.create(process.stdout, { columns: { value: width } });
    await main(
      Object.create(process, {
        argv: { value: [process.execPath, 'belfry', ...name.split(' '), '--help'] },
        stdout: { value: stdout },
      }),
    );
  } finally {
    console.log = print;
    if (locale === undefined) delete process.env.LC_ALL;
    else process.env.LC_ALL = locale;
  }
  return said.join('\n').replace(/[ \t]+$/gm, '');
}
