/**
 * belfry's lines in a Git configuration: a block of its own at the end, between two comments. So it can be taken out
 * again to the byte, also after somebody else has edited the file, and no copy of the file need be kept for that.
 */
import { WANTED_SETTINGS, type WantedSetting } from './wanted-settings.ts';

const BEGIN = '# belfry begin: `belfry uninstall` takes these lines out';
/** The file did not end with a line feed before. */
const BEGIN_AFTER_CUT = `${BEGIN}, and the line feed before them`;
const END = '# belfry end';

/** @param text the configuration, one character per byte */
export function addBlock(text: string, settings: readonly WantedSetting[]): string {
  if (settings.length === 0) return text;
  // A backslash at the end would draw the next line into its value.
  const whole = text === '' || (text.endsWith('\n') && !text.endsWith('\\\n'));
  return [
    `${text}${whole ? '' : '\n'}${whole ? BEGIN : BEGIN_AFTER_CUT}`,
    ...linesOf(settings),
    END,
    '',
  ].join('\n');
}

/** The wanted settings that stand in a block of belfry's. */
export function settingsInBlocks(text: string): WantedSetting[] {
  const lines = text.split('\n');
  return WANTED_SETTINGS.filter(setting =>
    lines.some((line, at) => line === lineOf(setting) && insideBlock(lines, at)),
  );
}

/** Takes all blocks out. What others have written into one stays, and so does a value that they have changed. */
export function removeBlocks(text: string): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  let cut = -1;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (line !== BEGIN && line !== BEGIN_AFTER_CUT) {
      kept.push(line);
      continue;
    }
    const { end, foreign } = readBlock(lines, at + 1);
    if (line === BEGIN_AFTER_CUT && foreign.length === 0) cut = kept.length;
    kept.push(...foreign);
    at = end;
  }
  // The line feed that was added goes only when nothing has come behind it.
  if (cut > 0 && kept.length === cut + 1 && kept[cut] === '') kept.pop();
  return kept.join('\n');
}

/** @param from the line behind the first comment; where the last one is missing, the block ends with belfry's lines */
function readBlock(lines: string[], from: number): { end: number; foreign: string[] } {
  const mine = new Set(WANTED_SETTINGS.flatMap(setting => linesOf([setting])));
  let end = lines.indexOf(END, from);
  if (end < 0) {
    end = from - 1;
    while (mine.has(lines[end + 1]!)) end++;
  }
  const inside = lines.slice(from, end + 1).filter(line => line !== END);
  const settings = new Set(WANTED_SETTINGS.map(lineOf));
  const foreign = inside.filter(line => !settings.has(line));
  return { end, foreign: foreign.every(line => mine.has(line)) ? [] : foreign };
}

function insideBlock(lines: string[], at: number): boolean {
  const before = lines.slice(0, at);
  const begin = Math.max(before.lastIndexOf(BEGIN), before.lastIndexOf(BEGIN_AFTER_CUT));
  return begin >= 0 && begin > before.lastIndexOf(END);
}

function linesOf(settings: readonly WantedSetting[]): string[] {
  const sections = [...new Set(settings.map(({ section }) => section))];
  return sections.flatMap(section => [
    `[${section}]`,
    ...settings.filter(setting => setting.section === section).map(lineOf),
  ]);
}

function lineOf({ key, value }: WantedSetting): string {
  return `\t${key} = ${value}`;
}
