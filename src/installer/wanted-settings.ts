/** What a repository's configuration must say so that the hooks get to know what they need. One line for each. */
import type { HookName } from './hook-file.ts';

/**
 * Why a repository asks for a look at its refs whenever one moves: it is a mirror, or whatever moves them there is to be
 * announced.
 */
export type Watch = 'mirror' | 'allUpdates';

export interface WantedSetting {
  section: string;
  key: string;
  value: string;
  /** Without this hook in its place it would do harm. */
  hook: HookName;
  /** It says that the repository is watched so. */
  watch?: Watch;
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
  // Git does not know these: they say what the repository is, also when it is moved or the hook gets lost.
  ...(['mirror', 'allUpdates'] as const).map(
    (watch): WantedSetting => ({
      section: 'belfry',
      key: watch,
      value: 'true',
      hook: 'reference-transaction',
      watch,
      holds: values => isTrue(values.at(-1)),
    }),
  ),
];

/** @param values of a repository's configuration, by section and key in lower case */
export function watchesIn(values: ReadonlyMap<string, readonly string[]>): Set<Watch> {
  const found = WANTED_SETTINGS.flatMap(({ section, key, watch }) =>
    watch !== undefined && isTrue(values.get(`${section}.${key}`.toLowerCase())?.at(-1)) ? [watch] : [],
  );
  return new Set(found);
}

/** The settings that these hooks want, in a repository that is watched so. */
export function settingsFor(hooks: readonly HookName[], watches: ReadonlySet<Watch>): WantedSetting[] {
  return WANTED_SETTINGS.filter(
    ({ hook, watch }) => hooks.includes(hook) && (watch === undefined || watches.has(watch)),
  );
}

/** As Git reads a boolean; a key without `=` is true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && (/^(true|yes|on)$/i.test(value) || /^[-+]?0*[1-9]/.test(value));
}
