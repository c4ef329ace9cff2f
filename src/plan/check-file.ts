/** A whole file against its schema: what of it can be worked with, and everything that is wrong by itself. */
import { KIND_ALIASES } from '../model/names.ts';
import type { PlannedUser } from '../model/planned.ts';
import { SECRET_SETTINGS } from '../settings/settings.ts';
import { placedProblems } from '../text/input-problems.ts';
import { type Entry, fileSchema, type WantedFile, type WantedRoot } from './file-schema.ts';
import { apart, isHidden } from './input-mistakes.ts';
import type { Path, Problem } from './mistake.ts';
import { UNREADABLE } from './reference.ts';

/** Null: the file has no such section. In a list, null stands for what is wrong by itself. */
export interface CheckedFile {
  webhooks: (Entry | null)[] | null;
  users: (PlannedUser | null)[] | null;
  settings: Record<string, unknown> | null;
  roots: (WantedRoot | null)[] | null;
  problems: Problem[];
}

/** Without these nothing more can be said of a webhook. */
const NEEDED: readonly PropertyKey[] = ['name', 'url', 'kind'];

export function checkFile(value: unknown): CheckedFile {
  // An empty file wants nothing.
  const given = withKinds(value ?? {});
  const result = fileSchema.safeParse(given);
  const problems = result.success ? [] : placedProblems(result.error, fileSchema, given).map(found);
  const broken = new Set(problems.filter(({ path }) => path.length < 2).map(({ path }) => path[0]));
  const file = (broken.has(undefined) ? {} : given) as WantedFile;
  const by = Map.groupBy(
    problems.filter(({ path }) => path.length > 1),
    ({ path }) => path.slice(0, 2).join('\0'),
  );
  const wrongIn = (section: string, key: PropertyKey) => by.get([section, key].map(String).join('\0')) ?? [];
  const list = <T>(
    section: 'webhooks' | 'users' | 'roots',
    entries: T[] | null | undefined,
    repair: Repair<T>,
  ) =>
    entries == null || broken.has(section)
      ? null
      : entries.map((entry, at) => {
          const wrong = wrongIn(section, at);
          return wrong.length === 0 ? entry : repair(entry, wrong);
        });
  const settings = file.settings == null || broken.has('settings') ? null : Object.entries(file.settings);
  return {
    webhooks: list('webhooks', file.webhooks, repaired),
    users: list('users', file.users, () => null),
    roots: list('roots', file.roots, () => null),
    settings:
      settings && Object.fromEntries(settings.filter(([key]) => wrongIn('settings', key).length === 0)),
    problems,
  };
}

/** `forgejo` is `gitea`, as on the command line. */
function withKinds(file: unknown): unknown {
  const { webhooks } = file as { webhooks?: unknown };
  if (!Array.isArray(webhooks)) return file;
  const named = webhooks.map(entry => {
    const kind = KIND_ALIASES[String((entry as Entry | null)?.kind)];
    return kind === undefined ? entry : { ...entry, kind };
  });
  return { ...(file as object), webhooks: named };
}

type Repair<T> = (entry: T, problems: readonly Problem[]) => T | null;

function found({ keys, wanted: said, got: value }: { keys: Path; wanted: string; got: string }): Problem {
  const [wanted, came] = apart(said);
  const got = came ?? (isSecret(keys) ? valueWords(value) : value);
  return { path: keys, wanted: wanted!, got, isKey: value === 'an unknown key' };
}

/** What is no file at all, or no entry, may be anything. */
function isSecret(path: Path): boolean {
  const [section, key, field] = path;
  if (path.length < 2 || (section === 'webhooks' && path.length === 2)) return true;
  return section === 'webhooks'
    ? isHidden(field)
    : section === 'settings' && SECRET_SETTINGS.includes(String(key));
}

/** What came, without what it says. */
function valueWords(got: string): string {
  if (got.startsWith('"')) return 'a text';
  return /^[\d-]/.test(got) ? 'a number' : got;
}

/** Without what is wrong by itself, so that what does not fit together is found as well; a secret stays one that is there. */
function repaired(entry: Entry, problems: readonly Problem[]): Entry | null {
  const keys = new Set(problems.map(({ path }) => path[2]));
  if (keys.has(undefined) || NEEDED.some(key => keys.has(key))) return null;
  const kept = Object.entries(entry).filter(([key]) => !keys.has(key));
  const headers = Object.entries(keys.has('headers') ? Object(entry.headers) : {});
  return {
    ...(Object.fromEntries(kept) as Entry),
    ...(keys.has('secret') && { secret: UNREADABLE }),
    ...(keys.has('headers') && { headers: Object.fromEntries(headers.map(([name]) => [name, UNREADABLE])) }),
  };
}
