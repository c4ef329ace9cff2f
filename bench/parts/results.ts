/** Puts a run into results.md, between its two marks; what people wrote around it stays. */
import { readFile, writeFile } from 'node:fs/promises';

const BEGIN = '<!-- written by npm run bench -->';
const END = '<!-- end -->';

/** @throws when the file has no marks */
export async function writeResults(file: string, text: string): Promise<void> {
  const old = await readFile(file, 'utf8');
  const [from, to] = [old.indexOf(BEGIN), old.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file} wants the lines ${BEGIN} and ${END}`);
  await writeFile(file, `${old.slice(0, from + BEGIN.length)}\n\n${text}\n\n${old.slice(to)}`);
}
