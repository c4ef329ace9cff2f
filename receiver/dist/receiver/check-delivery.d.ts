import { type Proof, type Verified } from './verdict.ts';
export interface CheckOptions {
    now: number;
    toleranceMs: number;
    proofs: readonly Proof[];
}
type Headers = Map<string, string[]>;
export declare function checkDelivery(headers: Headers, body: string | Uint8Array, secrets: readonly string[], options: CheckOptions): Verified;
export {};
