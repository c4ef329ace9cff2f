/**
 * What Git says about a repository: where it looks for hooks, and which settings are in force from all its files. A
 * server may have ten thousand repositories, and a process for each takes most of a minute: so Git is asked only where
 * the repository's own file could say something about these settings, or include another file that does. For all others
 * the answer is that of the user's and the system's files, which is the same every time.
 */
import { join, resolve } from 'node:path';
import { simpleGit } from 'simple-git';
import { BelfryError } from '../errors.ts';
import { RefusedFile } from '../files/file-error.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { CONFIG, CONFIG_BYTES } from './config-file.ts';
import { nameOf, readBlocks, WANTED_SETTINGS } from './own-settings.ts';

export interface RepositoryConfig {
  /** Absolute. It need not exist. */
  hooksDirectory: string;
  /** Where `core.hooksPath` was found set, as it is written there. */
  hooksPath: string | null;
  /** Who said so: `admin` in a file of the user's or the system's, `repository` in its own, where others may write. */
  hooksScope: 'admin' | 'repository' | null;
  /** It stands in the settings of the account that asks, and counts for pushes of that account alone. */
  isPersonal: boolean;
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

/** @throws BelfryError `git` when git cannot read it; RefusedFile for a configuration that is no file */
export async function readRepositoryConfig(
  repository: SafeDirectory,
  common: CommonConfig = null,
): Promise<RepositoryConfig> {
  const directory = repository.path;
  const text = await readText(repository);
  const own = text === null ? null : readBlocks(text);
  if (common !== null && own !== null && !TELLING.test(own.rest)) {
    const values = new Map(common);
    for (const setting of own.settings) {
      const name = nameOf(setting);
      values.set(name, [...(values.get(name) ?? []), setting.value]);
    }
    return { ...usual(directory), values };
  }
  const git = gitIn(directory);
  // Named by --git-dir, a repository of another owner is not refused: nothing of it is run here.
  const ask = (...args: string[]) => git.raw([`--git-dir=${directory}`, ...args]);
  try {
    const values = parse(await ask('config', '--null', '--get-regexp', wanted()));
    const hooksPath = values.get(HOOKS_PATH)?.at(-1) ?? null;
    if (hooksPath === null) return { ...usual(directory), values };
    const found = await ask('rev-parse', '--git-path', 'hooks');
    const hooksDirectory = resolve(directory, found.replace(/\n$/, ''));
    // Pairs of a scope and a value, each ended by NUL. Git before 2.26 does not tell.
    const scope = await ask('config', '--null', '--show-scope', '--get-all', HOOKS_PATH).catch(() => 'local');
    const last = scope.split('\0').at(-3) ?? 'local';
    const hooksScope = ['local', 'worktree'].includes(last) ? 'repository' : 'admin';
    return { hooksDirectory, hooksPath, hooksScope, isPersonal: last === 'global', values };
  } catch (cause) {
    throw new BelfryError('git', `git cannot read the configuration of ${directory}: ${reason(cause)}`, {
      cause,
    });
  }
}

function usual(directory: string): Omit<RepositoryConfig, 'values'> {
  return { hooksDirectory: join(directory, 'hooks'), hooksPath: null, hooksScope: null, isPersonal: false };
}

/** Null when it is missing, or cannot be read or is large: then git says what is wrong. */
async function readText(repository: SafeDirectory): Promise<string | null> {
  try {
    const bytes = await repository.readFile(CONFIG, { most: CONFIG_BYTES, links: 'follow' });
    return bytes?.toString('latin1') ?? null;
  } catch (error) {
    // Git would wait for a pipe.
    if (error instanceof RefusedFile) throw error;
    return null;
  }
}

/** simple-git waits 50 ms for late output by default, which here is most of the time. */
export function gitIn(directory: string, block = GIT_MS) {
  return simpleGit({
    baseDir: directory,
    completion: { onClose: true, onExit: false },
    // A file that a configuration includes may be a pipe.
    timeout: { block },
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeTemplateDir: true },
  });
}

/** Git answers these questions in milliseconds. */
const GIT_MS = 10_000;

function wanted(): string {
  const keys = WANTED_SETTINGS.map(setting => nameOf(setting).replace('.', '\\.'));
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
