/** From ref updates to pending deliveries: describe (git) → events → match → record. */
import { stat } from 'node:fs/promises';
import type { PushHistory } from '../git/push-history.ts';
import { buildPush } from '../gitee/build-push.ts';
import { accountName } from '../host/accounts.ts';
import { announceRequests, concernsRequests, type RequestNews } from '../merge-requests/announce-requests.ts';
import { isBranchOrTag, type RefUpdate } from '../model/change.ts';
import type { GapChanges } from '../model/ledger.ts';
import { wantsFacts } from '../model/names.ts';
import type { Recorded } from '../model/push.ts';
import type { Pusher } from '../model/pusher.ts';
import type { Repository } from '../model/repository.ts';
import { numberOfHead } from '../model/request-refs.ts';
import { describeRepository, ownerOf } from '../repositories/describe-repository.ts';
import { findUsers } from '../repositories/find-users.ts';
import { guardReading } from '../repositories/guard-reading.ts';
import type { PushSkip, Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { plural } from '../text/plural.ts';
import { asksToSkip } from '../webhooks/refusal.ts';
import type { Foresight } from './foresight.ts';
import { readPush } from './read-push.ts';
import type { readWaiting } from './read-waiting.ts';
import { recordPush } from './record-push.ts';

export interface Announcement {
  row: Repository;
  /** Makes it one push however often it is announced. */
  name: string;
  /** Milliseconds since 1970. */
  pushedAt: number;
  /** Null: nobody knows; the repository's owner stands in. */
  pusher: Pusher | null;
  options: string[];
  /** Any refs; only branches and tags become events. */
  updates: RefUpdate[];
  /** What the whole push has moved, when this is a part of it. */
  whole?: readonly RefUpdate[];
  /** What other pushes have moved, whose files are still to be read. */
  unread?: () => Promise<RefUpdate[]>;
  /** Found by a ref check, not announced by a hook. */
  recovered: boolean;
  /** The comparison was asked for by a hook: nothing was missed, and no mark of that is wanted. */
  asked?: boolean;
  /** Refs whose entry in the ledger is newer than what is announced. */
  overtaken?: Set<string>;
  /** Refs of which a ref check has reported this before: the hook was late. */
  reported?: Set<string>;
  /** Becomes known, or is done with, by this. */
  gaps?: GapChanges;
  /** Of all refs of the push, where this is a part of it. */
  history?: PushHistory;
}

export interface Announced extends Recorded {
  repository: string;
  notes: string[];
}

export interface AnnounceDeps {
  store: Store;
  settings: Settings;
  now: () => number;
  log?: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** As in `GuardDeps`. */
  patient?: boolean;
  foresight?: Foresight;
}

/**
 * A ref that moved is announced, whatever cannot be said about it.
 * @throws BelfryError `git` when there is no git or no repository; PassingTrouble as `guardReading`
 */
export async function announce(
  what: Announcement,
  { store, settings, now, patient, foresight }: AnnounceDeps,
): Promise<Announced> {
  const { row, pushedAt, recovered } = what;
  const owner = await ownerOf(row, await accountName((await stat(row.directory)).uid), store, now());
  const { login, ...known } = what.pusher ?? { login: owner.login };
  const pusher = await store.users.ensure(login, known, now());

  const updates = what.updates.filter(isBranchOrTag);
  const late = what.reported ?? new Set();
  const news = updates.filter(({ ref }) => !late.has(ref));
  const guard = { store, settings, patient };
  const { kinds, paths, skipCi, latest } = await store.webhooks.audience(row);
  const wantsMore = paths || kinds.some(wantsFacts);
  const around = { row, moved: what.whole ?? what.updates, unread: what.unread };
  const read = await readPush(row.directory, news, pushedAt, {
    ...guard,
    ...{ foresight, history: what.history, around: wantsMore ? around : null, paths },
  });
  const waiting = latest ? await waitingOf(what, news, { ...guard, around: wantsMore ? around : null }) : [];
  const { changes, facts, notes: left } = read;
  const described = describeRepository(row, { ...facts, owner }, pushedAt, settings);

  const allChanges = [...changes, ...waiting.flatMap(({ change }) => change ?? [])];
  const findUser = await findUsers(allChanges, described, store);
  const source = {
    ...described,
    pusher: described.person(pusher),
    findUser,
    recovered: recovered && !what.asked,
  };
  const events = function* () {
    for (const change of changes) yield buildPush(change, source);
  };

  const notes = [
    ...skippedRefs(what.updates),
    ...skipNotes(what.options, settings['push.skip']),
    ...(late.size > 0 ? [`${plural(late.size, 'ref')} already reported by a ref check`] : []),
    ...left,
  ];
  const push = {
    pushedAt,
    recovered,
    options: what.options,
    spoolName: what.name,
    repository: row,
    userId: pusher.id,
    updates: news.filter(({ ref }) => !what.overtaken?.has(ref)),
    gaps: what.gaps,
  };
  const seen = what.updates.filter(({ ref }) => !late.has(ref));
  const forced = new Set(changes.filter(change => change.forced).map(({ ref }) => ref));
  const { recovered: isMissed } = source;
  const requestPush = {
    ...{ ...push, row, updates: seen, forced, pusherId: pusher.id, recovered: isMissed },
    ...{ wantsFacts: wantsMore || skipCi, wantsPaths: paths },
  };
  const sourceOf = async (authorId: number) => ({
    ...described,
    author: described.person(await store.users.byId(authorId)),
    actor: source.pusher,
    offset: settings['time.offset'],
  });
  const [recorded, all] = await recordPush(
    { ...push, notes },
    {
      events: { [Symbol.iterator]: events },
      combined: waiting.map(({ change, ...of }) => ({ ...of, event: change && buildPush(change, source) })),
      occasion: {
        pusher: what.pusher === null ? null : pusher.login,
        options: what.options,
        skip: settings['push.skip'],
      },
    },
    store,
    now(),
    async () => {
      // Nearly no push touches one: the repository need not be looked through for that.
      if (!(await concernsRequests(requestPush, store))) return { events: [], records: [], notes: [] };
      const examine = () => announceRequests(requestPush, store, sourceOf);
      const isWhole = ({ notes }: RequestNews) => notes.length === 0;
      const requests = await guardReading(row.directory, { ...guard, writes: true }, examine, isWhole);
      if ('value' in requests) return requests.value;
      return { events: [], records: [], notes: [`merge requests are left out: ${requests.refused}`] };
    },
  );
  return { ...recorded, repository: row.full_name, notes: all.notes };
}

/** Few servers need it. */
async function waitingOf(...given: Parameters<typeof readWaiting>): ReturnType<typeof readWaiting> {
  return (await import('./read-waiting.ts')).readWaiting(...given);
}

/** A pusher who is not obeyed is to find out why. */
function skipNotes(options: readonly string[], skip: PushSkip): string[] {
  return skip === 'off' && asksToSkip(options)
    ? ['belfry.skip is ignored: the setting push.skip is off']
    : [];
}

const MOST_NOTES = 20;

function skippedRefs(updates: RefUpdate[]): string[] {
  const skipped = updates.filter(update => !isBranchOrTag(update) && numberOfHead(update.ref) === null);
  const notes = skipped
    .slice(0, MOST_NOTES)
    .map(({ ref }) =>
      ref.startsWith('refs/for/')
        ? `${ref} became an ordinary ref, which is not announced: merge requests are not enabled there (belfry install --merge-requests DIR)`
        : `${ref} is neither a branch nor a tag: no event`,
    );
  if (skipped.length > MOST_NOTES)
    notes.push(`and ${plural(skipped.length - MOST_NOTES, 'more ref')}, neither branch nor tag`);
  return notes;
}
