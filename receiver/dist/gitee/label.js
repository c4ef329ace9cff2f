/** A label: colour as 6 hex digits without `#` (gitee-format.md §3.7). */
import { z } from 'zod';
import { giteeId } from './scalar.js';
export const label = z.strictObject({
    color: z.string().regex(/^[0-9A-Fa-f]{6}$/, 'six hex digits without #'),
    id: giteeId,
    name: z.string(),
});
