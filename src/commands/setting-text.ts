/** A setting's value as it is typed. */
export function settingText(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') : String(value);
}
