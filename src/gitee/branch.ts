/** Either end of a pull request (gitee-format.md §3.11): `label` is `<namespace display name>:<branch>`. */
import { z } from 'zod';
import { repository } from './repository.ts';
import { objectId } from './scalar.ts';
import { fullUser } from './user.ts';

export const branch = z.strictObject({
  label: z.string(),
  ref: z.string(),
  repo: repository,
  sha: objectId,
  user: fullUser,
});
export type Branch = z.infer<typeof branch>;
