/** A word behind a group that is none of its commands, and what was meant: by the habits of another program, or by a slip. */
import { BelfryError } from '../errors.ts';
import { isNear, nearest } from '../text/nearest.ts';
import { shellWord } from '../text/printable.ts';

/** Words for one thing, as other programs have them. */
const HABITS: readonly string[][] = [
  ['add', 'create', 'new', 'register', 'insert'],
  ['remove', 'delete', 'del', 'rm', 'destroy', 'drop', 'forget'],
  ['list', 'ls', 'all', 'index'],
  ['show', 'get', 'info', 'view', 'cat', 'describe', 'inspect'],
  ['edit', 'set', 'update', 'change', 'modify', 'rename', 'unset'],
  ['enable', 'on', 'start', 'activate'],
  ['disable', 'off', 'stop', 'deactivate', 'pause'],
  ['retry', 'redo', 'again', 'resend', 'redeliver', 'requeue'],
  ['test', 'ping', 'try', 'send'],
  ['move', 'mv'],
  ['rotate', 'renew', 'replace'],
  ['backup', 'save'],
];

/** What another program would have in the group, and belfry has elsewhere. */
const ELSEWHERE: Record<string, string> = {
  'delivery list': 'deliveries',
  'delivery ls': 'deliveries',
  'delivery retry': 'redeliver',
  'delivery resend': 'redeliver',
  'repo add': 'install',
  'repo create': 'install',
};

/**
 * The error for it; null when there is none to be said here.
 * @param words as they were typed
 * @param groups by name, with the names of their commands
 * @param others commands that belong to no group
 */
export function unknownBelow(
  words: readonly string[],
  groups: ReadonlyMap<string, readonly string[]>,
  others: readonly string[],
): BelfryError | null {
  if (words.some(word => ['--help', '-h', '--'].includes(word))) return null;
  const at = words.flatMap((word, i) => (word.startsWith('-') || words[i - 1] === '--home' ? [] : [i]));
  const [group = '', name = ''] = at.map(i => words[i]!);
  const names = groups.get(group);
  if (names === undefined || name === '' || names.includes(name)) return null;
  const rest = words.slice(at[1]! + 1).map(shellWord);
  const meant = meantBy(group, name, names, others).map(
    command => `\`belfry ${[command, ...rest].join(' ')}\``,
  );
  return new BelfryError('usage', `Unknown command: \`${['belfry', ...words.map(shellWord)].join(' ')}\``, {
    hint:
      meant.length > 0
        ? `Did you mean ${meant.join(' or ')}?`
        : `\`belfry ${group}\` has ${names.join(', ')}; \`belfry ${group} --help\` says what each does.`,
  });
}

/** Whole commands, the likeliest first. */
function meantBy(group: string, name: string, names: readonly string[], others: readonly string[]): string[] {
  const elsewhere = ELSEWHERE[`${group} ${name}`];
  if (elsewhere !== undefined) return [elsewhere];
  const same = HABITS.filter(words => words.includes(name)).flatMap(words =>
    words.filter(one => names.includes(one)),
  );
  if (same.length > 0) return same.map(one => `${group} ${one}`);
  if (others.includes(name)) return [name];
  return nearest(name, names)
    .filter(one => isNear(name, one))
    .map(one => `${group} ${one}`);
}
