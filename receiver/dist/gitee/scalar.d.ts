/** The scalar conventions of gitee-format.md §3: ids that fit 31 bits, times with an offset and never a fraction. */
import { z } from 'zod';
/** Receivers read ids as 32-bit integers (gitee-format.md §3, last item). */
export declare const giteeId: z.ZodInt;
export declare const timestamp: z.ZodString;
/** SHA-1 or SHA-256. */
export declare const objectId: z.ZodString;
