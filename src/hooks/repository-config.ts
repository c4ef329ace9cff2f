/**
 * What Git says about a repository: where it looks for hooks, and which settings are in force from all its files. A
 * server may have ten thousand repositories, and a process for each takes most of a minute: so Git is asked only where
 * the repository's own file could say something about these settings, or include another file that does. For all others
 * the answer is that of the user's and the system's files, which is the same every time.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { simpleGit } from 'simple-git';
import { BelfryError } from '../errors.ts';
import { removeBlocks, settingsInBlocks } from './config-block.ts';
import { WANTED_SETTINGS } from './wanted-settings.ts';

export interface RepositoryConfig {
  /** Absolute. It need not exist. */
  hooksDirectory: string;
  /** Where `core.hooksPath` was found set, as it is written there. */
  hooksPath: string | null;
  /** Values of the wanted settings by `section.key` in small letters, the strongest last. */
  values: Map<string, string[]>;
}

/** What holds for a repository whose own file is silent; null: that depends on the repository. */
export type CommonConfig = Map<string, string[]> | null;

const SECTIONS = [...new Set(WANTED_SETTINGS.map(({ section }) => section))];
/** Words without which a file can say nothing of interest, in whichever notation. */
const TELLING = new RegExp(`hookspath|include|worktreeconfig|${SECTIONS.join('|')}`, 'i');
const HOOKS_PATH = 'core.hookspath';
const INCLUDES = '^includeif\\.';

/** Read once for many repositories; it holds as long as nobody changes the user's or the system's settings. */
export async function readCommonConfig(): Promise<CommonConfig> {
  // No name of a directory: somebody might make one, and Git would want to read its settings.
  const nowhere = '--git-dir=/dev/null';
  const values = parse(
    await gitIn('/').raw([nowhere, 'config', '--null', '--get-regexp', `${INCLUDES}|${wanted()}`]),
  );
  const conditional = [...values.keys()].some(key => key.startsWith('includeif.'));
  return conditional || values.has(HOOKS_PATH) ? null : values;
}

export async function readRepositoryConfig(
  directory: string,
  common: CommonConfig = null,
): Promise<RepositoryConfig> {
  const text = await readFile(join(directory, 'config'), 'latin1').catch(() => null);
  if (common !== null && text !== null && !TELLING.test(removeBlocks(text))) {
    const values = new Map(common);
    for (const { section, key, value } of settingsInBlocks(text)) {
      const name = `${section}.${key}`.toLowerCase();
      values.set(name, [...(values.get(name) ?? []), value]);
    }
    return { hooksDirectory: join(directory, 'hooks'), hooksPath: null, values };
  }
  const git = gitIn(directory);
  // Named by --git-dir, a repository of another owner is not refused: nothing of it is run here.
  const repository = `--git-dir=${directory}`;
  try {
    const values = parse(await git.raw([repository, 'config', '--null', '--get-regexp', wanted()]));
    const hooksPath = values.get(HOOKS_PATH)?.at(-1) ?? null;
    const found =
      hooksPath === null ? 'hooks' : await git.raw([repository, 'rev-parse', '--git-path', 'hooks']);
    return { hooksDirectory: resolve(directory, found.replace(/\n$/, '')), hooksPath, values };
  } catch (cause) {
    throw new BelfryError('git', `git cannot read the configuration of ${directory}: ${reason(cause)}`, {
      cause,
    });
  }
}

/** simple-git waits 50 ms for late output by default, which here is most of the time. */
export function gitIn(directory: string) {
  return simpleGit({
    baseDir: directory,
    completion: { onClose: true, onExit: false },
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeTemplateDir: true },
  });
}

function wanted(): string {
  const keys = WANTED_SETTINGS.map(({ section, key }) => `${section}\\.${key}`.toLowerCase());
  return `^(core\\.hookspath|${keys.join('|')})$`;
}

/** `key LF value NUL`, or `key NUL` for a key without `=`, which is true. */
function parse(out: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const entry of out.split('\0').filter(Boolean)) {
    const [key = '', value = 'true'] = entry.split(/\n(.*)/s);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n')[0] ?? '';
}
