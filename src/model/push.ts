/** What one `git push` did, or what a comparison of the refs has found instead: to be recorded, and as the log has it. */
import type { RefUpdate } from './change.ts';
import type { GapChanges } from './ledger.ts';
import type { MergeRequestRecord } from './merge-request.ts';
import type { EventName } from './names.ts';
import type { Subject } from './webhook.ts';

export interface PushRecord {
  spoolName: string;
  repository: Subject;
  userId: number;
  pushedAt: number;
  options: string[];
  notes: string[];
  /** Of branches and tags: what the ledger learns. */
  updates: RefUpdate[];
  /** Found by a comparison: recorded only while the ledger still lacks it. */
  recovered: boolean;
  gaps?: GapChanges | undefined;
  /** Merge requests that it changed, as they are after it. */
  mergeRequests?: MergeRequestRecord[];
}

/** What waits for one webhook until a ref is quiet. */
export interface WaitingRef {
  webhookId: number;
  ref: string;
  /** Of the deliveries. */
  seqs: number[];
  /** From the oldest state to the newest. */
  old: string;
  new: string;
  forced: boolean;
}

export interface Recorded {
  /** False when this spool file had been recorded before, or a comparison is out of date. */
  fresh: boolean;
  pushId: number;
  events: number;
  deliveries: number;
  /** Those with something new to send. */
  webhookIds: number[];
}

export interface LoggedPush {
  /** Its number in the database. */
  number: number;
  /** Name of the spool file that it came by. */
  id: string;
  pushed_at: number;
  repository: string;
  /** Login. */
  pusher: string;
  options: string[];
  /** What was left out, one sentence each. */
  notes: string[];
  /** Updates of branches and tags, and what became of merge requests. */
  events: number;
  deliveries: number;
}

export interface LoggedEvent {
  event: string;
  ref: string | null;
  /** Of a push or a tag push: ids before and after. */
  before: string | null;
  after: string | null;
  /** Ids of what went out for it. */
  deliveries: { id: string; webhook_id: number; state: string }[];
}

/** An event of a push with who was told of it, for `belfry explain`. */
export interface ToldEvent {
  id: number;
  name: EventName;
  ref: string | null;
  /** As in `StoredEvent`. */
  data: string;
  facts: string;
  deliveries: { id: string; webhook_id: number; state: string }[];
}

/** A push whose file waits in the spool for another try. */
export interface PutOff {
  /** Of its file in the spool. */
  name: string;
  tries: number;
  next_at: number;
  /** What it last failed with. */
  reason: string;
  /** When it first failed, milliseconds since 1970. */
  since: number;
}
