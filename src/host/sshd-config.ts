/**
 * What sshd's configuration says of keys, as far as its files tell: sshd_config(5). What stands behind `Match` is left out,
 * since it holds for some only, and what sshd was told on its command line cannot be seen.
 */
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFileAt } from '../files/safe-directory.ts';

export interface SshdConfig {
  /** Whether a variable of `environment=` reaches the session (PermitUserEnvironment; by default none does). */
  permits(variable: string): boolean;
  /** Where an account's keys are, as they are written there: `%h` is its home, and so it is in front of a relative path. */
  keyFiles: string[];
  /** False: some accounts may have other keys (`Match`), or a program gives them (`AuthorizedKeysCommand`). */
  isAll: boolean;
}

export const SSHD_CONFIG = '/etc/ssh/sshd_config';
/** More is no configuration. */
const MOST_BYTES = 1_000_000;
const MOST_FILES = 100;

/** Null when there is none, or this account may not read all of it. */
export async function readSshdConfig(path = SSHD_CONFIG): Promise<SshdConfig | null> {
  const values = new Map<string, string[]>();
  try {
    await readInto(values, path, { path, left: MOST_FILES });
  } catch {
    return null;
  }
  const permitted = values.get('permituserenvironment')?.[0] ?? 'no';
  const keyFiles = values.get('authorizedkeysfile') ?? ['.ssh/authorized_keys', '.ssh/authorized_keys2'];
  return {
    permits: variable => permitted === 'yes' || (permitted !== 'no' && fits(variable, permitted)),
    keyFiles: keyFiles.filter(file => file !== 'none'),
    isAll: !values.has('match') && (values.get('authorizedkeyscommand')?.[0] ?? 'none') === 'none',
  };
}

/** The first value of a keyword counts. */
async function readInto(
  values: Map<string, string[]>,
  path: string,
  budget: { path: string; left: number },
): Promise<void> {
  if (budget.left-- <= 0) throw new Error(`more than ${MOST_FILES} files`);
  for (const line of (await read(path)).split('\n')) {
    const [keyword = '', ...more] = wordsOf(line);
    const name = keyword.toLowerCase();
    if (name === 'match') {
      values.set(name, more);
      return;
    }
    if (name === 'include') {
      for (const pattern of more) {
        const files = await Array.fromAsync(glob(join('/', inEtc(pattern, budget.path))));
        for (const file of files.sort()) await readInto(values, file, budget);
      }
    } else if (name !== '' && !values.has(name)) values.set(name, more);
  }
}

function inEtc(pattern: string, config: string): string {
  return pattern.startsWith('/') ? pattern : join(dirname(config), pattern);
}

async function read(path: string): Promise<string> {
  const bytes = await readFileAt(path, { most: MOST_BYTES, links: 'follow' });
  if (bytes === null) throw new Error(`${path} is missing`);
  return bytes.toString('utf8');
}

/** `Keyword value "a value"`, and `Keyword=value`. */
function wordsOf(line: string): string[] {
  const text = line.trim();
  if (text.startsWith('#')) return [];
  return [...text.replace(/^(\w+)\s*=\s*/, '$1 ').matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, plain]) => quoted ?? plain!)
    .filter((_, index, all) => !all.slice(0, index + 1).some(word => word.startsWith('#')));
}

/** A list of patterns, `BELFRY_*,LANG`; `!` in front excludes. */
function fits(variable: string, patterns: string): boolean {
  const matches = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(variable);
  const all = patterns.split(',');
  if (all.some(pattern => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return all.some(matches);
}
