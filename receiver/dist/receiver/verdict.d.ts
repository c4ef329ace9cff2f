/** What checking a delivery came to. Words for programs; `message` is for a log and never holds a secret. */
/** How a delivery proved itself. Only `standard` covers the body. */
export type Proof = 'standard' | 'signature' | 'password';
export type Refusal = 
/** A header that this proof needs is not there, is there twice, or is not what it should be. */
'missing-header' | 'duplicate-header' | 'odd-header'
/** Right in form, but its time is too far from now. */
 | 'out-of-time'
/** Nothing was proved with any of the secrets. */
 | 'no-match'
/** The delivery brings another proof than those that were asked for. */
 | 'other-proof';
export type Verified = {
    ok: true;
    proof: Proof;
    /** To de-duplicate by; null from gitee.com, which sends none. */
    id: string | null;
    /** Milliseconds since 1970, by the sender's clock. */
    timestamp: number;
} | {
    ok: false;
    reason: Refusal;
    message: string;
};
export declare function refuse(reason: Refusal, message: string): Verified;
