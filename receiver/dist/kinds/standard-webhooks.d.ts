/** The key of a secret: its bytes, or what its part behind `whsec_` decodes to. */
export declare function standardKey(secret: string): Buffer;
export declare function standardSignature(secret: string, id: string, seconds: number, body: string | Uint8Array): string;
/**
 * The headers of one attempt; without a secret there is nothing to sign with.
 * @param others secrets that are valid too: one signature each, separated by spaces, as the standard has it
 */
export declare function standardHeaders(secret: string | null, id: string, now: number, body: string, others?: readonly string[]): [name: string, value: string][];
