/** Checks the name of a setting. */
import { BelfryError } from '../../errors.ts';
import { isSettingKey, SETTING_KEYS, type SettingKey } from '../../settings/settings.ts';
import { nearest } from '../../text/nearest.ts';

/** @throws BelfryError `not-found` with the nearest names */
export function settingKey(key: string): SettingKey {
  if (isSettingKey(key)) return key;
  const near = nearest(key, SETTING_KEYS);
  throw new BelfryError('not-found', `there is no setting ${key}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '`belfry config list` shows them all.',
  });
}
