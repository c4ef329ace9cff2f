/** What a repository's configuration must say so that the hooks get to know what they need. One line for each. */
import type { HookName } from './hook-file.ts';

export interface WantedSetting {
  section: string;
  key: string;
  value: string;
  /** Without this hook in its place it would do harm. */
  hook: HookName;
  /** Whether the values that are in force, the last one strongest, do already. */
  holds(values: readonly string[]): boolean;
}

export const WANTED_SETTINGS: readonly WantedSetting[] = [
  // Without it Git refuses `git push -o ci.skip` and `-o belfry.wait`.
  {
    section: 'receive',
    key: 'advertisePushOptions',
    value: 'true',
    hook: 'post-receive',
    holds: values => isTrue(values.at(-1)),
  },
  // Git hands these refs to the hook in place of making them; older ones than 2.29 do not know it.
  {
    section: 'receive',
    key: 'procReceiveRefs',
    value: 'refs/for',
    hook: 'proc-receive',
    holds: values => values.some(value => /^refs\/for\/?$/.test(value)),
  },
  // Git does not know it: it says that this is a mirror, also when the repository is moved or the hook gets lost.
  {
    section: 'belfry',
    key: 'mirror',
    value: 'true',
    hook: 'reference-transaction',
    holds: values => isTrue(values.at(-1)),
  },
];

/** @param values of a repository's configuration, by section and key in lower case */
export function isMirror(values: ReadonlyMap<string, readonly string[]>): boolean {
  return isTrue(values.get('belfry.mirror')?.at(-1));
}

/** As Git reads a boolean; a key without `=` is true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && (/^(true|yes|on)$/i.test(value) || /^[-+]?0*[1-9]/.test(value));
}
