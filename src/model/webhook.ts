/** A subscription: who is told (target), of what (scope, events, branches), and how (kind, authentication). */
import type { EventName, KindName, Language } from './names.ts';

export const AUTH_MODES = ['none', 'signature', 'password'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** A webhook without its secrets. Times in milliseconds since 1970. */
export interface Webhook {
  id: number;
  name: string;
  /** `all`, `company:NAME` or `repository:ID`. */
  scope: string;
  kind: KindName;
  /** The URL as it may be shown. */
  url_masked: string;
  events: EventName[];
  branches: string[];
  auth: AuthMode;
  language: Language | null;
  keyword: string | null;
  timeout_ms: number | null;
  active: boolean;
  disabled_at: number | null;
  disabled_reason: string | null;
  failures: number;
  failing_since: number | null;
  /** `none`, a URL without its password, or null: as the settings say. */
  proxy: string | null;
  /** Names of the authority and of the client certificate that were given for it. */
  ca: string | null;
  client_certificate: string | null;
  /** Any certificate of its target will do. */
  insecure: boolean;
  /** While a secret is being replaced: until when the old one is valid, and from when Gitee's token is made anew. */
  old_secret_until: number | null;
  token_from: number | null;
  created_at: number;
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
