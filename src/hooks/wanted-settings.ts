/** What a repository's configuration must say so that the hooks get to know what they need. One line for each. */

export interface WantedSetting {
  section: string;
  key: string;
  value: string;
  /** Whether the values that are in force, the last one strongest, do already. */
  holds(values: readonly string[]): boolean;
}

export const WANTED_SETTINGS: readonly WantedSetting[] = [
  // Without it Git refuses `git push -o ci.skip` and `-o belfry.wait`.
  { section: 'receive', key: 'advertisePushOptions', value: 'true', holds: values => isTrue(values.at(-1)) },
];

/** As Git reads a boolean; a key without `=` is true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && (/^(true|yes|on)$/i.test(value) || /^[-+]?0*[1-9]/.test(value));
}
