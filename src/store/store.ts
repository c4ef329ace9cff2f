/**
 * The port to what belfry remembers. Its operations are coarse, return promises and are one transaction each, so that the same
 * steps run on any database that keeps the contract (`test/store/contract/`). SQLite does, in the rest of this folder; nothing
 * outside of it sees SQL or a code of SQLite. Every operation waits for a lock of another process, and throws BelfryError
 * `database` when the database cannot be used.
 */
// long: the whole port, for whoever writes or changes an adapter.
import type { EventContent } from '../gitee/event.ts';
import type { Digest, WaitingMessage } from '../kinds/merge-waiting.ts';
import type { Pace } from '../kinds/pace.ts';
import type {
  Delivery,
  DeliveryDetail,
  DeliveryFilter,
  LogMark,
  NewDelivery,
  PushDelivery,
  Redelivered,
} from '../model/delivery.ts';
import type { Emitted, ExternalObject, ExternalObjectKey } from '../model/external-object.ts';
import type { QueueRules, Turn, TurnInput } from '../model/job.ts';
import type { Gap, LedgerEntry } from '../model/ledger.ts';
import type { CommentRecord, MergeRequestRecord, TopicKey } from '../model/merge-request.ts';
import type { KindName } from '../model/names.ts';
import type { Identity, Place } from '../model/place.ts';
import type { Applied, Planned, RootDetails, WholeWebhook } from '../model/planned.ts';
import type {
  LoggedEvent,
  LoggedPush,
  PushRecord,
  PutOff,
  Recorded,
  ToldEvent,
  WaitingRef,
} from '../model/push.ts';
import type { Reach } from '../model/reach.ts';
import type { LostInput, Repository, RootFinding, SettledRepositories } from '../model/repository.ts';
import type { RequestChoice } from '../model/request-choice.ts';
import type { settleNames as SettleNames } from '../model/settle-names.ts';
import type { User } from '../model/user.ts';
import type { Subject, Target, Webhook, WebhookInput } from '../model/webhook.ts';
import type { DeliveriesFor } from '../webhooks/deliveries-for.ts';

export interface Store {
  /** Versions of the schema that were applied just now. */
  migrated: number[];
  /** A sentence about a database that was brought up to date, for the log; null when it was new or is as it was. */
  note: string | null;
  settings: SettingStore;
  roots: RootStore;
  repositories: RepositoryStore;
  users: UserStore;
  webhooks: WebhookStore;
  key: KeyStore;
  pushes: PushStore;
  putOff: PutOffStore;
  emissions: EmissionStore;
  ledger: LedgerStore;
  mergeRequests: MergeRequestStore;
  queue: QueueStore;
  pause: PauseStore;
  backup: BackupStore;
  plan: PlanStore;
  deliveries: DeliveryStore;
  replay: ReplayStore;
  robots: RobotStore;
  status: StatusStore;
  prune: PruneStore;
  close(): void;
}

/** Settings as they were set; defaults and checks are in `settings/`. What is secret in them is sealed. */
export interface SettingStore {
  /** What was set, as text, by key. */
  all(): Promise<Map<string, string>>;
  /** Those that cannot be read any more, because the key is lost. */
  lost(): Promise<string[]>;
  set(key: string, value: string): Promise<void>;
  /** Back to the default. */
  unset(key: string): Promise<void>;
}

/** The directories below which bare repositories lie, and what the last walk over them found. */
export interface RootStore {
  /** Absolute paths as they were given, shortest first: the outermost root names a repository. */
  list(): Promise<string[]>;
  /** Whether merge requests were chosen for any of them. */
  takeRequests(): Promise<boolean>;
  /** What was chosen for each, in the order of their paths. */
  details(): Promise<RootDetails[]>;
  /** False when it was a root already. */
  add(path: string): Promise<boolean>;
  /** Those below which whatever moves refs is announced. */
  withAllUpdates(): Promise<string[]>;
  setAllUpdates(path: string): Promise<void>;
  remove(path: string): Promise<boolean>;
  /** In the order of the paths. */
  findings(): Promise<RootFinding[]>;
  /** In place of all that were there. */
  setFindings(findings: readonly RootFinding[]): Promise<void>;
}

/** Repositories that were installed or have pushed, one for ever. What is seen of them is judged by `settleNames`. */
export interface RepositoryStore {
  /**
   * What is known, after these places were seen, each path once.
   * @param examined paths of which is known what stands there: those of the places, and where nothing is
   * @param asked paths of places whose rows are wanted
   * @param settleNames which of them is which
   * @returns paths that have to be examined first, when a repository there could be meant
   */
  settle(
    places: readonly Place[],
    examined: ReadonlySet<string>,
    asked: readonly string[],
    settleNames: typeof SettleNames,
    now: number,
  ): Promise<SettledRepositories | { unexamined: string[] }>;
  /** The same for everything that is known, when the places are all that there are. What is new stays unknown. */
  settleAll(
    places: readonly Place[],
    settleNames: typeof SettleNames,
    now: number,
  ): Promise<SettledRepositories>;
  /** What could be meant by these places, and stands as it was seen: nothing has to be written. */
  sameAs(place: Place): Promise<Repository | null>;
  /** What was recorded of the repository at a path; null: nothing. */
  knownAt(path: string): Promise<{ identity: Identity | null; root: string | null } | null>;
  /**
   * A repository gets another place by an admin's command. Who stood there under a row of its own becomes a part of it.
   * @throws BelfryError `conflict` when that one has webhooks or merge requests of its own
   */
  move(id: number, place: Place): Promise<Repository>;
  /** Its own webhooks are switched off, its events stay in the log. Gives the ids of those webhooks. */
  remove(id: number, now: number): Promise<number[]>;
  byName(fullName: string): Promise<Repository | null>;
  /** Also one that was removed. */
  byId(id: number): Promise<Repository | null>;
  list(): Promise<Repository[]>;
  /** Those below a root. */
  inside(): Promise<Repository[]>;
  /** What was missing when the last push of a repository was read, or of all of them; none of those that are gone. */
  inputsLost(id?: number): Promise<(LostInput & { repository_id: number; full_name: string })[]>;
  /** @param lost null: its last push came whole */
  setInputLost(id: number, lost: LostInput | null): Promise<void>;
  /** An admin took the hooks out of this directory; null: has put them in again. Milliseconds since 1970. */
  setHooksRemoved(directory: string, at: number | null): Promise<void>;
  /** Whether an admin took them out, and nobody has put them in again. */
  hooksAreRemoved(directory: string): Promise<boolean>;
  companies(): Promise<string[]>;
}

/** People by login and e-mail address. A login seen for the first time becomes a user. */
export interface UserStore {
  /** The user of a login; made when it is new. An address that nobody has yet becomes the user's own. */
  ensure(login: string, seen: { name?: string; email?: string }, now: number): Promise<User>;
  /** The user of an address. A new one is named for its local part, or for all of it where that login is taken. */
  ensureByEmail(email: string, name: string | undefined, now: number): Promise<User>;
  /** One that is known. */
  byId(id: number): Promise<User>;
  byEmails(emails: Iterable<string>): Promise<Map<string, User>>;
  list(): Promise<User[]>;
  /** @throws BelfryError `conflict` when the login, or an address, is taken */
  add(user: { login: string; name: string; emails: string[] }, now: number): Promise<User>;
  /** Changes what is given. @throws BelfryError `not-found`, `conflict` */
  edit(login: string, change: { name?: string; emails?: string[] }): Promise<User>;
}

/** Webhooks, their secrets sealed. A webhook that belfry gave up on is disabled: its pending deliveries are held. */
export interface WebhookStore {
  /** @throws BelfryError `conflict` for a name that another one has */
  add(input: WebhookInput, masked: string, now: number): Promise<Webhook>;
  /**
   * Replaces everything that an admin may set.
   * @param revision what the new values were made from; another one by now is a conflict
   * @throws BelfryError `not-found`, `conflict`
   */
  replace(id: number, input: WebhookInput, masked: string, now: number, revision?: string): Promise<Webhook>;
  get(id: number): Promise<Webhook>;
  /** Changes with what an admin, or a new key, changes; not with what the worker finds out. Read before the rest. */
  revision(id: number): Promise<string>;
  /** All with what an admin has set, secrets included, in the order of their ids. Never printed. */
  whole(): Promise<WholeWebhook[]>;
  /** @throws BelfryError `not-found`; `key` when the key file is not the one that sealed it */
  target(id: number): Promise<Target>;
  /** What can be said without the key of how it is reached. */
  clearReach(id: number): Promise<Reach>;
  /** Why its secrets cannot be opened; null when they can. */
  problem(id: number): Promise<string | null>;
  /**
   * A new secret; the one it replaces stays valid for a while.
   * @throws BelfryError `invalid` without a secret, `conflict` while one is being replaced, `key`
   */
  rotate(
    id: number,
    secret: string,
    times: { until: number; tokenFrom: number },
    now: number,
  ): Promise<Webhook>;
  /**
   * One of Gitee's timestamps, greater than all that may have been sent, for a request that does not go through the queue:
   * receivers take a repeated one for a replay. It is stored, so that the worker goes on above it, and lies ahead of the
   * clock, so that a busy worker knows of it before it gets there.
   * @param most the last one that may be
   */
  takeStamp(id: number, now: number, most: number): Promise<number>;
  /** Secrets that were replaced and are no longer valid are gone after that. Gives their number. */
  forgetOld(now: number): Promise<number>;
  list(): Promise<Webhook[]>;
  /** All in whose scope a repository is, whether they are switched on or not. */
  inScope(repository: Subject): Promise<Webhook[]>;
  /** What is to be found out for those that are switched on and hear of a repository. */
  audience(repository: Subject): Promise<Audience>;
  /** What was still pending can no longer be sent, and its deliveries say why. Gives their number. */
  remove(id: number, now: number): Promise<number>;
  /**
   * On again, with a clean slate: what was held is pending now. Gives the number of deliveries set free.
   * @throws BelfryError `conflict` while something is missing
   */
  enable(id: number, now: number): Promise<number>;
  /** Off by the admin: nothing new becomes pending for it; what is pending already is held. Gives the number held. */
  disable(id: number, now: number): Promise<number>;
}

export interface Audience {
  kinds: KindName[];
  /** Whether one of them filters by paths. */
  paths: boolean;
  /** Whether one of them wants nothing that asks for no CI. */
  skipCi: boolean;
  /** Whether one of them is told of a ref once it is quiet. */
  latest: boolean;
}

/** The key that seals secrets, and its change. */
export interface KeyStore {
  /** Everything that no key opens. */
  lost(): Promise<string[]>;
  /**
   * @throws BelfryError `key` when nothing can be opened: then there is nothing to save, and no key to replace;
   *   `conflict` while another process does the same
   */
  rotate(now: number): Promise<KeyRotation>;
}

export interface KeyRotation {
  resealed: number;
  /** What no key opens any more: it stays as it is. */
  lost: string[];
  /** File name of the old key, when something is lost; null: the old key is gone. */
  kept: string | null;
}

/** What came in. A push is recorded with its events and their deliveries, in one transaction. */
export interface PushStore {
  /**
   * @param events each is asked for once, and let go before the next: together they may be larger than the memory
   * @param combined what webhooks are told of refs together with what waited before
   * @throws BelfryError `conflict` when a merge request was changed since it was read: nothing is recorded then
   */
  record(
    push: PushRecord,
    events: Iterable<EventContent>,
    deliveriesFor: DeliveriesFor,
    now: number,
    combined?: readonly Combined[],
  ): Promise<Recorded>;
  /** What waits until its ref is quiet: one entry for each webhook and ref, the events oldest first. */
  waiting(repository: Subject, refs: readonly string[]): Promise<WaitingRef[]>;
  /** Repository and pusher of the newest push that a webhook of this scope hears of; null when none is kept. */
  newest(scope: string): Promise<{ repositoryId: number; userId: number } | null>;
  /** True when the spool file's push stands in the database. */
  known(spoolName: string): Promise<boolean>;
  /** Newest first. @param since milliseconds since 1970 */
  list(filter: { repositoryId?: number | undefined; since: number; limit: number }): Promise<LoggedPush[]>;
  /** The push of this number or name, or those whose names begin so: at most two. */
  find(id: string): Promise<LoggedPush[]>;
  /** The same with all that is kept of each event. What a webhook was told of a ref together with others stands with the ref. */
  told(number: number, limit: number): Promise<ToldEvent[]>;
  /** The push that a delivery is of, and its event there; null: no push made it. @throws BelfryError `not-found` */
  ofDelivery(id: string): Promise<{ push: LoggedPush; ref: string | null } | null>;
  /** What a push did, in the order in which it was recorded. @param number of the push */
  events(number: number, limit: number): Promise<LoggedEvent[]>;
}

/** What a webhook is told of a ref in place of what waits; it counts only while all of that still does. */
export interface Combined extends Pick<WaitingRef, 'webhookId' | 'ref' | 'seqs'> {
  /** Null: all together came to nothing. */
  event: EventContent | null;
}

/** Pushes that wait for another try: how often it was tried, and when the next one is due, whoever makes it. */
export interface PutOffStore {
  all(): Promise<PutOff[]>;
  /** Whether a repository has ever stood there. */
  isKnown(at: string): Promise<boolean>;
  put(one: PutOff): Promise<void>;
  forget(name: string): Promise<void>;
  /** It is due now, and has all its tries before it. False: it does not wait for one. */
  hurry(name: string): Promise<boolean>;
}

/** Events of other systems: the ids that external objects have here, and the event with its deliveries. */
export interface EmissionStore {
  /** The external object with this identity; made on first sight. What is given of it replaces what was before. */
  externalObject(repositoryId: number, key: ExternalObjectKey, now: number): Promise<ExternalObject>;
  /** The event of a key, or null. */
  known(repositoryId: number, key: string): Promise<number | null>;
  record(emission: Emission, deliveriesFor: DeliveriesFor, now: number): Promise<Emitted>;
  /** When the repository was last pushed to, as far as pushes are kept: milliseconds since 1970, or null. */
  lastPushAt(repositoryId: number): Promise<number | null>;
}

export interface Emission {
  repository: Subject;
  /** The same key twice is one event; null: every time a new one. */
  key: string | null;
  event: EventContent;
}

/** The last reported tip of every branch and tag, and the gaps before it (`model/ledger.ts`). */
export interface LedgerStore {
  /** A part of a repository's entries, in the order of the bytes of their names. @param after a ref, or '' */
  page(repositoryId: number, after: string, limit: number): Promise<LedgerEntry[]>;
  /** The first sight of a repository: what it has now is known, and no event. What a push said already stays. */
  adopt(repositoryId: number, entries: { ref: string; id: string }[]): Promise<void>;
  /** When the repository was first seen whole; null before that. Milliseconds since 1970. */
  baselineAt(repositoryId: number): Promise<number | null>;
  setBaseline(repositoryId: number, now: number): Promise<void>;
  /** Whatever is seen of it next is its first sight again. */
  forget(repositoryId: number): Promise<void>;
  /** The last reported tips of these refs; those that have none are left out. */
  tips(repositoryId: number, refs: { ref: string }[]): Promise<Map<string, string>>;
  /** What of these refs' ways is known to lie before their entries, by ref. */
  gaps(repositoryId: number, refs: { ref: string }[]): Promise<Map<string, Gap[]>>;
  /** When all repositories were last compared; 0: never. Milliseconds since 1970. */
  scannedAt(): Promise<number>;
  setScanned(now: number): Promise<void>;
}

/** Merge requests and what is said about them. Two pushers at once never get the same number. */
export interface MergeRequestStore {
  /** What was chosen for a repository, else for the innermost root that holds it; null: nothing was. */
  choice(repository: { id: number; path: string; directory: string }): Promise<RequestChoice | null>;
  /** For a root and everything below it: what was chosen there before is forgotten. */
  chooseBelow(root: string, choice: RequestChoice): Promise<void>;
  chooseFor(repositoryId: number, choice: RequestChoice | null): Promise<void>;
  /** Whether a repository has any, whatever became of them. */
  any(repositoryId: number): Promise<boolean>;
  /** The number of a topic's request, or the one that a new request would have. @param first as for `reserve` */
  next(key: TopicKey, first: number): Promise<number>;
  /** The request that a push for this topic moves, or null. */
  ofTopic(key: TopicKey): Promise<MergeRequestRecord | null>;
  /**
   * The request of a topic, with a number of its own when there was none.
   * @param first the lowest number that is free outside of belfry
   * @param only the number that it may have; null is given where it would be another one, and nothing is reserved
   */
  reserve(
    key: TopicKey,
    commits: { head: string; base: string },
    first: number,
    now: number,
    only?: number | null,
  ): Promise<MergeRequestRecord | null>;
  /** A further push for its topic makes a new request: this one is merged, although that is not yet announced. */
  release(id: number): Promise<void>;
  /** Null: there is none of that number, or the push that makes it is not yet announced (unless `withNew`). */
  get(repositoryId: number, number: number, withNew?: boolean): Promise<MergeRequestRecord | null>;
  /** The open requests for any of these branches. */
  openOn(repositoryId: number, targets: readonly string[]): Promise<MergeRequestRecord[]>;
  /** Those that a push can still move, announced or not. */
  taking(repositoryId: number): Promise<MergeRequestRecord[]>;
  /** Newest first. */
  list(filter: MergeRequestFilter): Promise<MergeRequestRecord[]>;
  /** The tip of a branch as it was last reported; null when it was not. */
  reportedTip(repositoryId: number, branch: string): Promise<string | null>;
  comments(id: number): Promise<CommentRecord[]>;
  /**
   * What an admin does: the request's new state and what is announced of it, in one transaction.
   * @param comment text of a comment that comes with it; its id goes into the events
   * @throws BelfryError `conflict` when the request was changed meanwhile
   */
  change(
    repository: Subject,
    request: MergeRequestRecord,
    eventsOf: (commentId: number) => EventContent[],
    deliveriesFor: DeliveriesFor,
    now: number,
    comment?: { userId: number; body: string },
  ): Promise<{ deliveries: number; webhookIds: number[]; commentId: number }>;
}

export interface MergeRequestFilter {
  repositoryId?: number | undefined;
  state?: string | undefined;
  limit: number;
}

/** What is due, claimed and settled. Between turns it is asked many times a second. */
export interface QueueStore {
  /** Webhooks with a first attempt waiting, or a retry that is due: found by skipping from one to the next. */
  ready(now: number): Promise<number[]>;
  /** Those of these webhooks that nothing may be sent to now: switched off, removed, or all sending is held. */
  off(webhookIds: number[]): Promise<number[]>;
  /**
   * Whether any delivery waits for an attempt, now or later, or was claimed by a worker that may be dead. While sending is
   * held there is nothing for a worker to do.
   */
  hasPending(): Promise<boolean>;
  /** When the next retry is due; null when nothing waits. */
  nextRetryAt(): Promise<number | null>;
  /** Changes whenever another process has written: what was read before may be stale. */
  version(): Promise<number>;
  turn(input: TurnInput, rules: QueueRules, now: number): Promise<Turn>;
  /** Retries that a clock ahead of its time has put off are due now. Gives their number. */
  pullIn(now: number): Promise<number>;
  /** At the start of a worker: what its predecessor had claimed is pending again. Gives the number of deliveries. */
  recover(now: number): Promise<number>;
}

/** Sending as a whole can be held: pushes are taken in and deliveries recorded, and the queue gives none of them out. */
export interface PauseStore {
  /** Null while sending goes on. `restored_pending`: how many still wait that waited in the backup. */
  get(): Promise<(Pause & { restored_pending: number }) | null>;
  /** Nothing is sent from now on. False: it was held before, and stays held for that reason. */
  begin(why: string, now: number): Promise<boolean>;
  /**
   * Sending goes on. @param drop what waited in the backup is given up before that; what came later is not
   * @returns how many were given up; null when sending was not held
   */
  end(drop: boolean, now: number): Promise<number | null>;
}

export interface Pause {
  since: number;
  /** A sentence for people. */
  why: string;
  /** The last delivery of the backup that was restored; null when none was. */
  restored_seq: number | null;
}

/** What a file wants of webhooks, users, settings and roots (`belfry apply`). */
export interface PlanStore {
  /**
   * All of it, or nothing.
   * @param settleNames as for `RepositoryStore.settle`
   * @returns paths that have to be examined first, as there: nothing was done then
   * @throws BelfryError `conflict` when what it was made from was changed meanwhile, or a name or an address is taken
   */
  apply(
    planned: Planned,
    settleNames: typeof SettleNames,
    now: number,
  ): Promise<Applied | { unexamined: string[] }>;
}

export interface BackupStore {
  /**
   * Writes a whole copy into a new file, which knows when it was made and of which home.
   * @throws BelfryError `database`
   */
  copy(file: string, home: string, now: number): Promise<BackupFacts>;
}

export interface BackupFacts {
  bytes: number;
  schema: number;
  webhooks: number;
  deliveries: number;
  pending: number;
}

/** The delivery log: every delivery, what became of it, and sending it again. */
export interface DeliveryStore {
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<Delivery[]>;
  /** Where the log ends now. */
  mark(): Promise<LogMark>;
  /** @param id whole, or a beginning that fits only one. @throws BelfryError `not-found` */
  show(id: string): Promise<DeliveryDetail>;
  /** Of a push, by the name of its spool file: which deliveries it has, and what came of them so far. */
  ofPush(spoolName: string): Promise<PushDelivery[]>;
  /** How many there are of a push, at most `most`: a push of very many refs has very many. */
  countOfPush(spoolName: string, most: number): Promise<number>;
  /** Changes whenever anybody has written into the database, this process or another one. */
  moment(): Promise<string>;
  /**
   * On the schedule again with the same id, in whatever state it was; one that is being sent, or was never sent, stays as it is.
   * @throws BelfryError `not-found`
   */
  redeliver(ids: string[], now: number): Promise<Redelivered[]>;
  /** All that failed, but what an admin gave up. */
  redeliverFailed(
    filter: { since?: number | undefined; webhookId?: number | undefined },
    now: number,
  ): Promise<Redelivered[]>;
}

/** Past events for a webhook that is to be told of them now. */
export interface ReplayStore {
  /** What lies in the webhook's scope, in the order in which it happened. @param page.after an event's id, or 0 */
  past(
    webhookId: number,
    page: { since?: number; push?: number; after: number; limit: number },
  ): Promise<PastEvent[]>;
  /** New deliveries, which say that they are replayed. */
  owe(deliveries: readonly NewDelivery[], now: number): Promise<void>;
}

export interface PastEvent {
  id: number;
  /** Null: no push made it. */
  pushId: number | null;
  /** Login. */
  pusher: string | null;
  options: string[];
  /** Whether the webhook was owed it before, alone or with others. */
  isTold: boolean;
  content: EventContent;
}

/** The pace of each robot, so that a restart does not send faster than the chat allows; and messages that become one. */
export interface RobotStore {
  /** @param key hash of what identifies the robot (or the host). Null: none was stored */
  pace(key: string): Promise<Pace | null>;
  setPace(key: string, pace: Pace): Promise<void>;
  /** How many messages are due for a webhook. */
  backlog(webhookId: number, now: number): Promise<number>;
  /**
   * The messages that are due for a webhook become fewer: the first delivery of each digest carries the others, which
   * say so.
   * @param choose what goes out as one, of those that wait, oldest first
   */
  merge(webhookId: number, choose: (waiting: WaitingMessage[]) => Digest[], now: number): Promise<void>;
}

/** Numbers for `belfry status`. */
export interface StatusStore {
  /** @param since failures before it are history */
  queue(since: number): Promise<QueueStatus>;
  /** Most recent failures first. */
  lastErrors(
    since: number,
    limit: number,
  ): Promise<{ id: string; webhook_id: number; error: string; at: number }[]>;
}

export interface QueueStatus {
  pending: number;
  sending: number;
  held: number;
  /** Failed within the time asked for, and can be sent again: not what went with its webhook or was given up. */
  failed: number;
  /** Creation time of the oldest delivery that is still pending, milliseconds since 1970. */
  oldest_pending_at: number | null;
  next_attempt_at: number | null;
  /** End of the last attempt of all. */
  last_delivered_at: number | null;
}

/** Housekeeping: finished deliveries go by age and by number, in small batches so that nobody waits for long. */
export interface PruneStore {
  /**
   * One batch, oldest first. What is still pending is never removed; what is held goes by age.
   * @param before milliseconds since 1970: what was created earlier is too old
   * @param most how many deliveries are kept at most
   */
  step(from: { deliveries: number; events: number }, before: number, most: number): Promise<PruneStep>;
  /** Hands free pages back to the file system, a bounded number at a time. */
  shrink(): Promise<void>;
}

export interface PruneStep {
  removed: number;
  /** Where to go on; null at the end. */
  next: { deliveries: number; events: number } | null;
}
