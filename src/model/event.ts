/** An event as it is kept: Gitee's body, and the facts that Gitee has no field for, both as JSON. */
import type { EventName } from './names.ts';

export interface StoredEvent {
  id: number;
  name: EventName;
  /** Full name, e.g. `acme/app`. */
  repository: string;
  /** Where it stands, for its links: see `addressOf`. */
  path: string;
  root: string | null;
  /** Gitee's body without the envelope; for a robot only what a message can say. */
  data: string;
  facts: string;
}
