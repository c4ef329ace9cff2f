/**
 * `belfry/receiver`: for whoever receives deliveries, of belfry, of gitee.com or of another forge. `verify` says whether a delivery is
 * genuine and needs nothing but Node; `parse` gives it as a typed event, and loads zod for that.
 */
import type { z } from 'zod';
import type { Issue } from '../gitee/issue.ts';
import type { MergeRequest } from '../gitee/merge-request.ts';
import type { Note } from '../gitee/note.ts';
import type { Push } from '../gitee/push.ts';
import type { giteaBodies } from './gitea-bodies.ts';
import type { githubBodies } from './github-bodies.ts';
import type { gitlabBodies } from './gitlab-bodies.ts';
import { type RequestHeaders } from './read-headers.ts';
import type { Dialect, Proof, Verified } from './verdict.ts';
export interface DialectOptions<D extends Dialect> {
    /**
     * Whose deliveries are taken: by default Gitee's, as before there were others. A delivery of belfry's kind `gitea` has GitHub's
     * headers too, and is `gitea`; one with the headers of two other forges is refused.
     */
    dialects?: readonly D[];
}
export interface VerifyOptions {
    /** Milliseconds since 1970; default: the clock. */
    now?: number;
    /** How far the delivery's time may be from now; default: one hour, as Gitee advises (gitee-format.md §2.1). */
    toleranceMs?: number;
    /**
     * Which proofs count; default: all. Name `['standard']` for deliveries of belfry: Gitee's own proofs do not cover
     * the body, so whoever has seen one could send another body with it for an hour. Those of GitHub and Gitea cover no time:
     * whoever has seen one can send it again at any time.
     */
    proofs?: readonly Proof[];
}
/**
 * Checks a delivery in constant time: by its Standard Webhooks signature when it has those headers, else by Gitee's
 * signature or password, GitHub's `X-Hub-Signature-256`, GitLab's token, or Gitea's signature. Why one is refused is a
 * value, and never holds a secret.
 * @param body the exact bytes that came
 * @param secret the webhook's secret; two of them while one replaces the other
 * @throws TypeError for a secret that is empty or none: it would let everybody in
 */
export declare function verify<D extends Dialect | null = 'gitee' | null>(headers: RequestHeaders, body: string | Uint8Array, secret: string | readonly string[], { now, toleranceMs, proofs, dialects, }?: VerifyOptions & DialectOptions<D & Dialect>): Verified<D>;
/** The keys of the webhook that stand in every body. */
export interface Hook {
    hook_id: number;
    hook_name: string;
    hook_url: string;
    password: string;
    sign: string;
    timestamp: string | null;
}
interface Delivered {
    /** To de-duplicate by; null from gitee.com. Of other forges the signature does not cover it, unless it is `webhook-id`. */
    id: string | null;
    /** Sent by a test button or by `belfry webhook test`; GitLab says it nowhere. */
    test: boolean;
}
export type GiteeEvent = Delivered & {
    dialect: 'gitee';
} & ({
    name: 'push';
    data: Push & Hook;
} | {
    name: 'tag_push';
    data: Push & Hook;
}
/** `source_branch` may be a topic and no branch: fetch `refs/pull/<number>/head`, check out `pull_request.head.sha`. */
 | {
    name: 'merge_request';
    data: MergeRequest & Hook;
} | {
    name: 'issue';
    data: Issue & Hook;
} | {
    name: 'note';
    data: Note & Hook;
});
/** One type for each body, told apart by `name`. */
type ForgeEvent<D extends Dialect, Bodies extends Record<string, z.ZodType>> = {
    [Name in keyof Bodies]: Delivered & {
        dialect: D;
        name: Name;
        data: z.infer<Bodies[Name]>;
    };
}[keyof Bodies];
/** `name` is that of `X-GitHub-Event`. */
export type GithubEvent = ForgeEvent<'github', typeof githubBodies>;
/** `name` is that of `object_kind`. */
export type GitlabEvent = ForgeEvent<'gitlab', typeof gitlabBodies>;
/** `name` is that of `X-Gitea-Event`. */
export type GiteaEvent = ForgeEvent<'gitea', typeof giteaBodies>;
interface EventIn {
    gitee: GiteeEvent;
    github: GithubEvent;
    gitlab: GitlabEvent;
    gitea: GiteaEvent;
}
interface Unparsed {
    ok: false;
    reason: 'not-json' | 'unknown-event' | 'wrong-body';
    message: string;
    problems: string[];
}
export type Parsed<D extends Dialect = 'gitee'> = {
    ok: true;
    event: EventIn[D];
} | Unparsed;
/**
 * A delivery as a typed event, told apart by `dialect` and `name`. What the data model knows must be as it should be; keys that
 * it does not know pass, and stay in the data. What is wrong is a value.
 * @param body the bytes that were verified
 */
export declare function parse<D extends Dialect = 'gitee'>(headers: RequestHeaders, body: string | Uint8Array, { dialects }?: DialectOptions<D>): Promise<Parsed<D>>;
export {};
