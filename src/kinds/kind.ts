/**
 * What a target speaks. A kind is one file with three pure functions: `render` or `compose` (events to a message that may be
 * stored), `seal` (message, secret and time to the final request, anew for every attempt), `judge` (answer to verdict).
 */
import type { ForgePayload, ForgeSource } from '../forges/forge.ts';
import type { EventContent } from '../gitee/event.ts';
import type { Form } from '../messages/outline-of.ts';
import type { CustomTarget } from '../model/custom-target.ts';
import type { JenkinsOptions } from '../model/jenkins-options.ts';
import type { KindName, RefWord } from '../model/names.ts';
import type { HttpAnswer, HttpRequest } from '../model/request.ts';
import type { Problem, Verdict } from '../model/verdict.ts';

export interface Kind {
  name: KindName;
  /** A delivery carries one event, or all events of one push in one message. */
  grouping: 'event' | 'push';
  /**
   * What the webhook sends, without anything secret or bound to a time: the same text for every attempt.
   * @param url where the message goes: a look-alike of Slack gets less than Slack; without it the chat itself is meant
   */
  render?(events: EventContent[], form: Form, url?: string): string;
  /**
   * Of kinds that do not send what is stored of the event: made of it at the attempt. Its body is the message. Null: such a kind says
   * nothing of this.
   */
  compose?(
    content: EventContent,
    word: Word | null,
    source: ForgeSource,
    custom: CustomTarget | null,
  ): Composition | null | Promise<Composition | null>;
  seal(message: string, seal: Seal): HttpRequest;
  /**
   * @param now milliseconds since 1970
   * @param url where the message went: Slack itself has to say more than a look-alike; without it any look-alike will do
   */
  judge(answer: HttpAnswer, now: number, url?: string, sent?: Sent): Verdict;
}

/** A body to be written as JSON, a message as it stands, or why there is none. */
export type Composition = ForgePayload | { event: string; text: string } | { refused: Problem };

/** What was sent, for kinds whose answers mean what was asked. */
export interface Sent {
  request: HttpRequest;
  seal: Seal;
}

export type RenderingKind = Kind & Required<Pick<Kind, 'render'>>;

/** What a delivery says where it is not its event; `ping` only for a test. */
export type Word = RefWord | 'ping';

export interface Seal {
  /** The webhook's URL, a secret itself for robots. */
  url: string;
  secret: string | null;
  /**
   * Secrets whose signatures go into the Standard Webhooks header, newest first: two while one replaces the other, when
   * `secret` is still the old one. Default: `secret`.
   */
  signWith?: readonly string[];
  /** How the secret is used; `gitee` and `gitlab` know `password`. */
  auth: 'signature' | 'password' | 'none';
  now: number;
  /** Gitee's timestamp, greater than any before of the same webhook: it may be ahead of the clock. Default: `now`. */
  stamp?: number;
  /** The same over all attempts of one delivery. */
  deliveryId: string;
  /** How often an admin had it sent again: the id is the same, but in a chat it is a new message. */
  redeliveries: number;
  event: EventContent['name'];
  webhook: { id: number; url: string };
  /** Set by `webhook test`, with the form of Gitee's event header that is wanted (gitee-format.md §12, D1). */
  test: false | 'hook' | 'underscore';
  /** Of what was composed, what stands outside of the message. */
  composed?: Composed;
  /** Of the kind `custom`. */
  custom?: CustomTarget | null;
  /** Of the kind `jenkins`: what it is asked, and whether about one repository alone. */
  jenkins?: JenkinsOptions & { clones: ForgeSource['clone']; oneRepository: boolean };
}

export interface Composed extends Pick<ForgePayload, 'event' | 'type'> {
  eventId: number;
  repositoryId: number;
  source: ForgeSource;
}
