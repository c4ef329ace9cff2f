import { type Headers } from './dialect.ts';
import { type Dialect, type Genuine, type Proof, type Refused } from './verdict.ts';
export interface CheckOptions {
    now: number;
    toleranceMs: number;
    proofs: readonly Proof[];
    /** Null: what Gitee sends, whatever else the headers say. */
    dialects: readonly Dialect[] | null;
}
type Body = string | Uint8Array;
export declare function checkDelivery(headers: Headers, body: Body, secrets: readonly string[], options: CheckOptions): Genuine<Dialect | null> | Refused;
export {};
