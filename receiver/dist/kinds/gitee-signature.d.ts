/**
 * Raw Base64, as it stands in header and body; it is not URL-encoded there.
 * @param timestamp milliseconds since 1970
 */
export declare function giteeSignature(secret: string, timestamp: number): string;
