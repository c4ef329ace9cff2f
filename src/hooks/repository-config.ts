/**
 * What Git itself says about a repository: where it looks for hooks, and which settings are in force from all its files.
 * One process for a repository, a second one only where `core.hooksPath` is set: there may be ten thousand.
 */
import { resolve } from 'node:path';
import { simpleGit } from 'simple-git';
import { BelfryError } from '../errors.ts';
import { WANTED_SETTINGS } from './wanted-settings.ts';

export interface RepositoryConfig {
  /** Absolute. It need not exist. */
  hooksDirectory: string;
  /** Where `core.hooksPath` was found set, as it is written there. */
  hooksPath: string | null;
  /** Values of the wanted settings by `section.key`, the strongest last. */
  values: Map<string, string[]>;
}

export async function readRepositoryConfig(directory: string): Promise<RepositoryConfig> {
  const git = gitIn(directory);
  // Named by --git-dir, a repository of another owner is not refused: nothing of it is run here.
  const repository = `--git-dir=${directory}`;
  const wanted = WANTED_SETTINGS.map(({ section, key }) => `${section}\\.${key}`.toLowerCase());
  try {
    const out = await git.raw([
      repository,
      'config',
      '--null',
      '--get-regexp',
      `^(core\\.hookspath|${wanted.join('|')})$`,
    ]);
    const values = parse(out);
    const hooksPath = values.get('core.hookspath')?.at(-1) ?? null;
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
