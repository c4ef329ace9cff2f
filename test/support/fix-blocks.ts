/**
 * What is pasted as a block must do no damage: in a fix of `doctor` or `status` everything that has a condition, and every way
 * but the first, is a comment.
 */

const CHOICE = /^# (or|if|only|once|to)\b/;

/** Lines that would run although a person has to choose them. */
export function uncommentedChoices(fix: string): string[] {
  const lines = fix.split('\n');
  const first = lines.findIndex(line => CHOICE.test(line));
  const after = first < 0 ? [] : lines.slice(first).filter(line => !line.startsWith('#'));
  const besides = lines.filter(line => !line.startsWith('#') && / {3}# (or|only)\b/.test(line));
  return [...after, ...besides];
}
