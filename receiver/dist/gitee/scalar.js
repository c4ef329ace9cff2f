/** The scalar conventions of gitee-format.md §3: ids that fit 31 bits, times with an offset and never a fraction. */
import { z } from 'zod';
/** Receivers read ids as 32-bit integers (gitee-format.md §3, last item). */
export const giteeId = z.int().min(0).max(2_147_483_647);
export const timestamp = z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/, 'a time such as 2021-10-08T16:08:32+08:00');
/** SHA-1 or SHA-256. */
export const objectId = z
    .string()
    .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'an object id of 40 or 64 hex digits');
