/**
 * `belfry/receiver`: for whoever receives deliveries, of belfry or of gitee.com. `verify` says whether a delivery is
 * genuine and needs nothing but Node; `parse` gives it as a typed event, and loads zod for that.
 */
import type { Issue } from '../gitee/issue.ts';
import type { MergeRequest } from '../gitee/merge-request.ts';
import type { Note } from '../gitee/note.ts';
import type { Push } from '../gitee/push.ts';
import { type RequestHeaders } from './read-headers.ts';
import type { Proof, Verified } from './verdict.ts';
export interface VerifyOptions {
    /** Milliseconds since 1970; default: the clock. */
    now?: number;
    /** How far the delivery's time may be from now; default: one hour, as Gitee advises (gitee-format.md §2.1). */
    toleranceMs?: number;
    /**
     * Which proofs count; default: all. Name `['standard']` for deliveries of belfry: Gitee's own proofs do not cover
     * the body, so whoever has seen one could send another body with it for an hour.
     */
    proofs?: readonly Proof[];
}
/**
 * Checks a delivery in constant time: by its Standard Webhooks signature when it has those headers, else by Gitee's
 * signature or password. Why one is refused is a value, and never holds a secret.
 * @param body the exact bytes that came
 * @param secret the webhook's secret; two of them while one replaces the other
 * @throws TypeError for a secret that is empty or none: it would let everybody in
 */
export declare function verify(headers: RequestHeaders, body: string | Uint8Array, secret: string | readonly string[], { now, toleranceMs, proofs, }?: VerifyOptions): Verified;
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
    /** To de-duplicate by; null from gitee.com. */
    id: string | null;
    /** Sent by a test button or by `belfry webhook test`. */
    test: boolean;
}
export type GiteeEvent = Delivered & ({
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
export type Parsed = {
    ok: true;
    event: GiteeEvent;
} | {
    ok: false;
    reason: 'not-json' | 'unknown-event' | 'wrong-body';
    message: string;
    problems: string[];
};
/**
 * A delivery as a typed event, told apart by `name`. What Gitee's data model knows must be as it should be; keys that
 * it does not know pass, and stay in the data. What is wrong is a value.
 * @param body the bytes that were verified
 */
export declare function parse(headers: RequestHeaders, body: string | Uint8Array): Promise<Parsed>;
export {};
