/** What the builders of a forge's payloads are given beside the event, and what they give (spec: docs/forges.md). */

export interface ForgeSource {
  /** Where the web front end is (`web.url`), without a slash at its end. */
  web: string;
  /** A webhook's own bases of clone URLs; null: as the event says. */
  clone: { http: string | null; ssh: string | null };
  webhook: {
    id: number;
    /** Masked: the URL itself is a secret. */
    shownUrl: string;
    /** Milliseconds since 1970. */
    createdAt: number;
  };
  /** Asked for by `webhook test`: nothing has happened. */
  test: boolean;
}

export interface ForgePayload {
  /** Value of the event header. */
  event: string;
  /** Gitea's finer name, `X-Gitea-Event-Type`. */
  type?: string;
  body: unknown;
}
