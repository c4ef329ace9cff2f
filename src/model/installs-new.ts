/** What the setting `install.new` says of a repository that has no hooks. */
import { isBelow } from './full-name.ts';

/** @param setting `on`, `off`, or directories @param path of a repository below a root, as that was given */
export function installsNew(setting: readonly string[], path: string): boolean {
  if (setting.includes('on')) return true;
  return setting.filter(word => word !== 'off').some(word => isAtOrBelow(path, withoutSlash(word)));
}

/** Directories that the setting names and that have nothing to do with any root. */
export function besideRoots(setting: readonly string[], roots: readonly string[]): string[] {
  return setting
    .filter(word => word.startsWith('/'))
    .filter(word => !roots.some(root => isAtOrBelow(withoutSlash(word), root)))
    .filter(word => !roots.some(root => isAtOrBelow(root, withoutSlash(word))));
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || isBelow(path, directory);
}

function withoutSlash(directory: string): string {
  return directory.replace(/\/+$/, '') || '/';
}
