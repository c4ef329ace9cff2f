/** What a schema wanted, in words for people. The library's own ones name its types and its options, and are shown nowhere. */
import type { z } from 'zod';
/** Behind "wanted". */
export declare function wantedBy(issue: z.core.$ZodIssue): string;
