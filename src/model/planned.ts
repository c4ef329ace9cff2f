/** What `belfry apply` is going to do, all of it in one transaction. */
import type { Place } from './place.ts';
import type { RequestChoice } from './request-choice.ts';
import type { Target, Webhook, WebhookInput } from './webhook.ts';

export interface Planned {
  webhooks: PlannedWebhook[];
  removed: Pick<WholeWebhook, 'id' | 'revision'>[];
  users: PlannedUser[];
  /** Null: back to the default. */
  settings: [key: string, text: string | null][];
  roots: RootDetails[];
  removedRoots: string[];
  /** Repositories that become known with it, and the paths of which is known what stands there. */
  places: readonly Place[];
  examined: ReadonlySet<string>;
}

export interface PlannedWebhook {
  /** Null: it is made. */
  id: number | null;
  input: WebhookInput;
  /** The URL as it may be shown. */
  masked: string;
  /** Of what the change was made from: another one by now is a conflict. Null for what is made. */
  revision: string | null;
  /** Path of a repository that becomes known with it, and that its scope is; null: the scope is the input's. */
  place: string | null;
}

/** One that is not known is made. What is left out stays as it is. */
export interface PlannedUser {
  login: string;
  name?: string | undefined;
  emails?: string[] | undefined;
}

export interface RootDetails {
  /** Absolute. */
  path: string;
  /** Whatever moves refs below it is announced. */
  all_updates: boolean;
  /** Null: nothing was chosen for it. */
  merge_requests: RequestChoice | null;
}

/** A webhook with all that its admin has set. */
export interface WholeWebhook {
  id: number;
  webhook: Webhook;
  /** Null: its key is lost. */
  target: Target | null;
  /** As `WebhookStore.revision`. */
  revision: string;
}

export interface Applied {
  /** Ids of the planned webhooks, in their order. */
  webhooks: number[];
  /** Deliveries that were pending for what was removed. */
  failed: number;
}
