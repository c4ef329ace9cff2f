/** What a file wants of users. None is ever removed: pushes have made most of them. */
import type { PlannedUser } from '../model/planned.ts';
import type { User } from '../model/user.ts';
import { type Change, differences, type Fields, shown } from './change.ts';
import type { Problem } from './mistake.ts';

export function planUsers(
  wanted: readonly (PlannedUser | null)[] | null,
  users: readonly User[],
): { changes: Change[]; users: PlannedUser[]; problems: Problem[] } {
  const known = new Map(users.map(user => [user.login, user]));
  const problems: Problem[] = [];
  const planned: PlannedUser[] = [];
  const changes: Change[] = [];
  const seen = new Set<string>();
  const named = new Map((wanted ?? []).flatMap(user => (user === null ? [] : [[user.login, user] as const])));
  const holders = holdersOf(users, named);
  for (const [at, user] of (wanted ?? []).entries()) {
    if (user === null) continue;
    const { login, name, emails } = user;
    const before = known.get(login);
    const wrong = (keys: PropertyKey[], what: string, got: string) =>
      void problems.push({ path: ['users', at, ...keys], wanted: what, got });
    if (seen.has(login)) wrong(['login'], 'each login once', `${JSON.stringify(login)} again`);
    seen.add(login);
    if (before === undefined && !/^[^\s\p{Cc}]+$/u.test(login))
      wrong(['login'], 'a word without spaces', JSON.stringify(login));
    for (const [place, email] of (emails ?? []).entries()) {
      const isKnown = before?.emails.includes(email) === true;
      if (!isKnown && !/^[^\s@]+@[^\s@]+$/.test(email))
        wrong(['emails', place], 'an address', JSON.stringify(email));
      const holder = holders.get(email.toLowerCase());
      if (holder !== undefined && holder !== login)
        wrong(['emails', place], 'an address of this user alone', `one of ${JSON.stringify(holder)} too`);
    }
    const now = new Map([...fieldsOf(before ?? { name: login, emails: [] }), ...fieldsOf(user)]);
    const fields = differences(fieldsOf(before ?? {}), now, before === undefined);
    if (fields.length === 0) continue;
    planned.push({ login, name, emails });
    const action = before === undefined ? 'create' : 'change';
    changes.push({ action, what: 'user', name: login, id: null, fields });
  }
  return { changes, users: planned, problems };
}

function fieldsOf({ name, emails }: Pick<PlannedUser, 'name' | 'emails'>): Fields {
  const given = { ...(name !== undefined && { name }), ...(emails !== undefined && { emails }) };
  return new Map(Object.entries(given).map(([key, value]) => [key, { value, shown: shown(value) }]));
}

/** Who has an address in the end: of several in the file the first. SQLite's case is that of ASCII. */
function holdersOf(users: readonly User[], named: ReadonlyMap<string, PlannedUser>): Map<string, string> {
  const holders = new Map<string, string>();
  const all = [...named.values(), ...users.filter(({ login }) => named.get(login)?.emails === undefined)];
  for (const { login, emails } of all)
    for (const email of emails ?? []) {
      const key = email.toLowerCase();
      if (!holders.has(key)) holders.set(key, login);
    }
  return holders;
}
