/** Headers in every form that servers hand them on, read so that one sent twice is noticed and not the last one taken. */
/**
 * Node's `request.rawHeaders` (best: nothing is lost in it), `request.headers` or `headersDistinct`, a web `Headers`,
 * or pairs of name and value.
 */
export type RequestHeaders = readonly string[] | Iterable<readonly [name: string, value: string]> | {
    readonly [name: string]: string | readonly string[] | undefined;
};
/** Lower-case name to all its values. */
export declare function readHeaders(headers: RequestHeaders): Map<string, string[]>;
