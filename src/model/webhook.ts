/**
 * A subscription: who is notified (target), of what (scope, events, branches), and how (kind, authentication). What an admin may
 * set is named once, in `WebhookSettings`; the other shapes are that and what the place needs where they are used.
 */
import type { CustomTarget, Payload } from './custom-target.ts';
import type { JenkinsOptions } from './jenkins-options.ts';
import type { EventWord, KindName, Language } from './names.ts';
import type { OwnHeader } from './own-header.ts';
import type { Reach } from './reach.ts';

export const AUTH_MODES = ['none', 'signature', 'password'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** What an admin sets and everybody may see. */
export interface WebhookSettings {
  name: string;
  /** `all`, `company:NAME` or `repository:ID`. */
  scope: string;
  kind: KindName;
  events: EventWord[];
  /** Filters, each a list of globs (`webhooks/filters.ts`); an empty one wants all. By full name. */
  repos: string[];
  branches: string[];
  tags: string[];
  paths: string[];
  /** By login. */
  pushers: string[];
  /** Not what asks for no CI. */
  skip_ci: boolean;
  /** Seconds for which a ref has to be quiet before its newest state is sent; null: each push is sent. */
  latest_only: number | null;
  auth: AuthMode;
  language: Language | null;
  keyword: string | null;
  timeout_ms: number | null;
  /** What clone URLs begin with for its receiver; null: as the settings say. */
  clone_http: string | null;
  clone_ssh: string | null;
  /** A header that signs the body: `NAME=ALGORITHM:FORM`. */
  hmac_header: string | null;
  /** Only of the kind `custom`. */
  custom: CustomTarget | null;
  /** Only of the kind `jenkins`. */
  jenkins: JenkinsOptions | null;
  active: boolean;
}

/** All that an admin sets, with the secrets. */
export interface WebhookInput extends WebhookSettings {
  url: string;
  secret: string | null;
  /** Without it: as the machine and the settings say. */
  reach?: Reach | undefined;
  /** Request headers of its own; without it: none. */
  headers?: readonly OwnHeader[] | undefined;
  /** What is still to be given (`missing.ts`): until then nothing is sent. Without it: nothing. */
  missing?: readonly string[] | undefined;
}

/** A webhook without its secrets. Times in milliseconds since 1970. */
export interface Webhook extends WebhookSettings {
  id: number;
  /** The URL as it may be shown. */
  url_masked: string;
  disabled_at: number | null;
  disabled_reason: string | null;
  failures: number;
  failing_since: number | null;
  /** `none`, a URL without its password, or null: as the settings say. */
  proxy: string | null;
  /** PEM texts: the authorities, and the client certificate, that were given for it. */
  ca: string | null;
  client_cert: string | null;
  /** Any certificate of its target will do. */
  insecure: boolean;
  /** Its own request headers, with *** for each value. */
  headers: OwnHeader[];
  /** While a secret is being replaced: until when the old one is valid, and from when Gitee's token is made anew. */
  old_secret_until: number | null;
  token_from: number | null;
  /** What it has to have and nobody has given yet (`missing.ts`): what it is owed is held. */
  missing: string[];
  created_at: number;
}

/** What of a webhook decides which deliveries it gets. */
export type Subscriber = Pick<
  Webhook,
  | 'id'
  | 'name'
  | 'scope'
  | 'kind'
  | 'events'
  | 'repos'
  | 'branches'
  | 'tags'
  | 'paths'
  | 'pushers'
  | 'skip_ci'
  | 'latest_only'
  | 'disabled_at'
> & {
  /** Of the kind `custom`: in whose words it is told. */
  payload?: Payload | null;
};

/** What is needed to send to a webhook. Only this holds secrets in clear; it is never printed. */
export interface Target
  extends Pick<
    Webhook,
    | 'id'
    | 'kind'
    | 'auth'
    | 'language'
    | 'keyword'
    | 'clone_http'
    | 'clone_ssh'
    | 'hmac_header'
    | 'custom'
    | 'jenkins'
    | 'scope'
    | 'created_at'
  > {
  url: string;
  secret: string | null;
  /** The secret that is being replaced. */
  old: OldSecret | null;
  reach: Reach;
  headers: OwnHeader[];
  timeoutMs: number | null;
  /** Timestamps up to this one may have been sent: milliseconds since 1970. */
  lastTimestamp: number;
}

export interface OldSecret {
  secret: string;
  /** Valid before that, milliseconds since 1970. */
  until: number;
  /** Before that, Gitee's single token is made with it. */
  tokenFrom: number;
}

/** Receivers take a timestamp that they have seen for a replay. */
export interface StampCeiling {
  webhookId: number;
  /** No stamp above this one goes out before the next ceiling is stored: milliseconds since 1970. */
  stamp: number;
}

/** What decides who hears of a repository. `root`: null outside all roots. */
export interface Subject {
  id: number;
  company: string | null;
  root: string | null;
}

/** The scopes whose webhooks hear of a repository. Outside all roots anybody could make one: only its own hear of it. */
export function scopesOf({ id, company, root }: Subject): string[] {
  const own = `repository:${id}`;
  if (root === null) return [own];
  return company === null ? ['all', own] : ['all', own, `company:${company}`];
}
