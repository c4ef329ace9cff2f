/** An external object: an issue, a label … of another system that `belfry emit` has named. It has one number here for ever. */

export interface ExternalObjectKey {
  kind: 'issue' | 'merge_request' | 'note' | 'label' | 'milestone';
  tracker: string;
  externalId: string;
  /** What people call it, when it is known. */
  number?: string | undefined;
  /** What is to be sent when a later announcement leaves it out: a label's colour, where a merge request comes from. */
  lastKnown?: string | undefined;
}

export interface ExternalObject {
  /** Below 2^31, the same for ever. */
  id: number;
  number: string | null;
  lastKnown: string | null;
  firstSeenAt: number;
}

export interface Emitted {
  /** False: the key was there already, and nothing was recorded. */
  fresh: boolean;
  eventId: number;
  deliveries: number;
}
