/** A setting's value as it is shown. */
import { shownSetting } from '../../settings/settings.ts';

export function settingText(key: string, value: unknown): string {
  const shown = shownSetting(key, value);
  return Array.isArray(shown) ? shown.join(' ') : String(shown);
}
