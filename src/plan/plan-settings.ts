/** What a file wants of the settings. */
import { readSetting } from '../settings/parse-setting.ts';
import {
  isSettingKey,
  SECRET_SETTINGS,
  type SettingKey,
  settingHelp,
  shownSetting,
} from '../settings/settings.ts';
import type { Change } from './change.ts';
import type { Problem } from './mistake.ts';
import type { Surroundings } from './plan-context.ts';
import { asReference, sourceOf } from './reference.ts';

export interface PlannedSettings {
  changes: Change[];
  /** Null: back to the default. */
  texts: [key: string, text: string | null][];
  /** What holds then. */
  after: Map<string, string>;
  /** The same, but as it is now where the value comes from outside: whoever gives it there may choose it. */
  chosen: Map<string, string>;
  /** Set, and not named by the file. */
  unnamed: string[];
  problems: Problem[];
}

export function planSettings(
  wanted: Readonly<Record<string, unknown>> | null,
  { state: { settings }, resolved }: Pick<Surroundings, 'state' | 'resolved'>,
  prune: boolean,
): PlannedSettings {
  const planned: PlannedSettings = {
    ...{ changes: [], texts: [], unnamed: [], problems: [] },
    ...{ after: new Map(settings), chosen: new Map(settings) },
  };
  const { problems, after, chosen } = planned;
  const put = (key: SettingKey, text: string | null, to: string) => {
    const before = settings.get(key);
    if (text === null ? before === undefined : isSame(key, before, text)) return;
    planned.texts.push([key, text]);
    const action = text === null ? 'remove' : before === undefined ? 'create' : 'change';
    const from = before === undefined ? null : shownText(key, before);
    planned.changes.push({
      action,
      what: 'setting',
      name: key,
      id: null,
      fields: [{ field: 'value', from, to }],
    });
    if (text === null) after.delete(key);
    else after.set(key, text);
  };
  for (const [key, value] of Object.entries(wanted ?? {})) {
    if (!isSettingKey(key)) continue;
    const path = ['settings', key];
    const reference = asReference(value);
    let [text, to] = [textOf(value), ''];
    if (reference !== null && !Array.isArray(value)) {
      if ('keep' in reference) {
        if (!settings.has(key))
          problems.push({ path, wanted: 'another reference', got: 'keep, but nothing is set' });
        continue;
      }
      const source = sourceOf(reference)!;
      const found = resolved.get(source)!;
      if (!('value' in found)) {
        problems.push({ path, ...found });
        continue;
      }
      [text, to] = [found.value, `from ${source}`];
    } else if (SECRET_SETTINGS.includes(key) && text?.includes('@'))
      problems.push({ path, wanted: 'a reference: it has a password', got: 'the URL itself' });
    const read = text === null ? { value: null } : readSetting(key, text);
    if (!('value' in read)) {
      const got =
        to === '' ? (read.got === null ? 'another value' : JSON.stringify(read.got)) : 'another value';
      problems.push({ path, wanted: `${read.wanted} (${settingHelp[key]})`, got });
      continue;
    }
    put(key, text, to || (text === null ? 'the default' : shownText(key, text)));
    if (reference === null || Array.isArray(value)) {
      if (text === null) chosen.delete(key);
      else chosen.set(key, text);
    }
  }
  for (const key of settings.keys()) {
    if (wanted === null || Object.hasOwn(wanted, key) || !isSettingKey(key)) continue;
    if (prune) {
      put(key, null, 'the default');
      chosen.delete(key);
    } else planned.unnamed.push(key);
  }
  return planned;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** Blanks and commas separate lists alike. */
function isSame(key: SettingKey, before: string | undefined, text: string): boolean {
  if (before === undefined || before === text) return before === text;
  const [old, now] = [readSetting(key, before), readSetting(key, text)];
  return 'value' in old && 'value' in now && JSON.stringify(old.value) === JSON.stringify(now.value);
}

function shownText(key: string, text: string): string {
  return String(shownSetting(key, text)) || 'empty';
}
