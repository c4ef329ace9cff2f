/** Repositories that are not announced: the setting `repo.exclude`, globs over their full names, `!` in front takes back. */
import { compileGlob, splitGlobs } from '../text/glob.ts';

type Test = (name: string) => boolean;

/** A stored glob that cannot be read excludes nothing. */
export function isExcluded(setting: string, fullName: string): boolean {
  if (last.setting !== setting) last = { setting, test: read(setting) };
  return last.test(fullName);
}

/** Every push asks, and nearly always with the same setting. */
let last: { setting: string; test: Test } = { setting: '', test: () => false };

function read(setting: string): Test {
  const globs = globsOf(setting);
  const some = (wanted: string[]): Test => {
    const tests = wanted.map(compileGlob).filter(one => typeof one !== 'string');
    return name => tests.some(test => test(name));
  };
  const excludes = some(globs.filter(glob => !glob.startsWith('!')));
  const takesBack = some(globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1)));
  return name => excludes(name) && !takesBack(name);
}

/** What is wrong with the setting, in words; null: nothing. */
export function problemOfExclude(setting: string): string | null {
  for (const glob of globsOf(setting)) {
    const pattern = glob.replace(/^!/, '');
    const problem = pattern === '' ? 'it is empty' : compileGlob(pattern);
    if (typeof problem === 'string') return `globs over names of repositories, got "${glob}": ${problem}`;
    if (/^\/|\.git$/.test(pattern))
      return `globs over names as \`belfry repo list\` has them, without root and .git, got "${glob}"`;
  }
  return null;
}

/** The setting with which this repository is announced again. */
export function withoutExclusion(setting: string, fullName: string): string {
  const literal = fullName.replace(/[\\*?[\]{},!]/g, char => `\\${char}`);
  const others = globsOf(setting).filter(glob => glob !== literal);
  const rest = others.join(',');
  return isExcluded(rest, fullName) ? [...others, `!${literal}`].join(',') : rest;
}

function globsOf(setting: string): string[] {
  return setting.trim() === '' ? [] : splitGlobs(setting);
}
