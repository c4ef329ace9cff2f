/** @returns lower-case hex digits without a prefix */
export declare function bodySignature(algorithm: 'sha256' | 'sha1', secret: string, body: string | Uint8Array): string;
/** Both, as some receivers know only the older one. */
export declare function hubSignatures(secret: string, body: string): [name: string, value: string][];
