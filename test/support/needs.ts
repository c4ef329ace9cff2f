/**
 * Says what a test needs from the machine. Where a program is missing the test is skipped with the reason; in CI it
 * fails instead, because there a skipped test would be a hole that nobody sees.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';

/** True when the test may go on: `if (!needs(t, 'sshd')) return;` */
export function needs(t: Pick<Test, 'pass' | 'fail'>, ...programs: string[]): boolean {
  const missing = programs.filter(program => findProgram(program) === null);
  if (missing.length === 0) return true;
  const reason = `needs ${missing.join(', ')}, which this machine does not have`;
  if (process.env.CI) t.fail(reason);
  else t.pass('skipped', { skip: reason });
  return false;
}

/** Full path of a program, or null. Looks into the sbin directories too: sshd lives there, and a user's PATH has none. */
export function findProgram(program: string): string | null {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const directory of directories) {
    if (directory === '') continue;
    const path = join(directory, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next directory may have it.
    }
  }
  return null;
}
