/** A label: colour as 6 hex digits without `#` (gitee-format.md §3.7). */
import { z } from 'zod';
export declare const label: z.ZodObject<{
    color: z.ZodString;
    id: z.ZodInt;
    name: z.ZodString;
}, z.core.$strict>;
export type Label = z.infer<typeof label>;
