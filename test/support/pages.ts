/** The project's pages and sources as texts, for tests that hold one against the other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './belfry.ts';

/** README and its like, and all of `docs/`: path from the root of the checkout to text. */
export function pages(): Map<string, string> {
  return texts(
    [...readdirSync(PROJECT), ...readdirSync(join(PROJECT, 'docs')).map(name => `docs/${name}`)].filter(
      name => name.endsWith('.md'),
    ),
  );
}

/** All TypeScript and shell below the given directories. */
export function sources(...directories: string[]): Map<string, string> {
  return texts(
    directories.flatMap(directory =>
      readdirSync(join(PROJECT, directory), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && !/\.(md|json|js\.map)$/.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name).slice(PROJECT.length + 1))
        .filter(path => !path.includes('node_modules')),
    ),
  );
}

/** The headings of a page, without code blocks, in order. */
export function headings(page: string): string[] {
  return [...page.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, text]) => text!);
}

/** What stands below a heading that begins with a number, `3.10`, up to the next heading. */
export function section(page: string, number: string): string {
  const [, text = ''] =
    new RegExp(`^##+ ${number.replace('.', '\\.')}\\.? [^\\n]*\\n(.*?)(?=^##|(?![^]))`, 'ms').exec(page) ??
    [];
  return text;
}

/** What a forge makes of a heading, to be linked to. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** Everything in code that begins with `belfry`: lines of blocks, and spans. */
export function typed(page: string): string[] {
  const blocks = [...page.matchAll(/^ *```(?:sh|console)\n(.*?)^ *```$/gms)].flatMap(([, text]) =>
    text!.split('\n'),
  );
  const spans = [...page.replace(/^ *```.*?^ *```$/gms, '').matchAll(/`([^`]+)`/g)].map(([, text]) =>
    text!.replace(/\s+/g, ' '),
  );
  return [...blocks, ...spans].flatMap(text => {
    const [, command] = /(?:^|[|({;] ?|\$ |sudo )belfry ((?!COMMAND)[a-z].*)$/.exec(text.trim()) ?? [];
    return command === undefined ? [] : [command.replace(/\s+#.*/, '')];
  });
}

function texts(paths: string[]): Map<string, string> {
  return new Map(paths.map(path => [path, readFileSync(join(PROJECT, path), 'utf8')]));
}
