/**
 * Where gitee.com itself sends null, less or nothing instead of what its data model has: in its tests, and in years gone
 * by (gitee-format.md §3.2, §3.4, §3.10 and §7).
 */
type Json = Record<string, unknown>;
export declare function fillGaps(name: string, body: Json): Json;
export {};
