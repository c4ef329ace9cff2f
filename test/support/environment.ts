/**
 * An environment in which nothing of the person running the tests is left: no Git settings, no agent, no proxy, no
 * locale, no BELFRY_ variable. `dir` is a directory of the test; HOME is a directory in it.
 */
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

export function environment(dir: string, more: Record<string, string> = {}): Record<string, string> {
  const home = join(dir, 'user');
  mkdirSync(home, { recursive: true });
  return {
    PATH: barePath(),
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // The test's directories lie inside this checkout: a command in the wrong place must not find its repository.
    GIT_CEILING_DIRECTORIES: dir,
    ...more,
  };
}

/** npm puts the project's own Node in front of the PATH; no hook on a server has that. */
function barePath(): string {
  const path = process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin';
  return path
    .split(delimiter)
    .filter(directory => !directory.includes('node_modules'))
    .join(delimiter);
}
