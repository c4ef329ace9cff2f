/** Either end of a pull request (gitee-format.md §3.11): `label` is `<namespace display name>:<branch>`. */
import { z } from 'zod';
import { repository } from './repository.js';
import { objectId } from './scalar.js';
import { fullUser } from './user.js';
export const branch = z.strictObject({
    label: z.string(),
    ref: z.string(),
    repo: repository,
    sha: objectId,
    user: fullUser,
});
