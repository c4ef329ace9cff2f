/** Gitee's three shapes of a person: full (gitee-format.md §3.1), short (§3.2) and the identity inside a commit (§3.3). */
import { z } from 'zod';
import { giteeId, timestamp } from './scalar.ts';

export const fullUser = z.strictObject({
  avatar_url: z.string(),
  email: z.string(),
  html_url: z.string(),
  id: giteeId,
  login: z.string(),
  name: z.string(),
  remark: z.string().nullable(),
  site_admin: z.boolean(),
  type: z.literal('User'),
  url: z.string(),
  user_name: z.string(),
  username: z.string(),
});
export type FullUser = z.infer<typeof fullUser>;

export const shortUser = fullUser.pick({
  email: true,
  id: true,
  name: true,
  url: true,
  user_name: true,
  username: true,
});
export type ShortUser = z.infer<typeof shortUser>;

export const commitIdentity = z.strictObject({
  email: z.string(),
  id: giteeId.nullable(),
  name: z.string(),
  remark: z.null(),
  time: timestamp.nullable(),
  url: z.string().nullable(),
  user: z.null(),
  user_name: z.string().nullable(),
  username: z.string().nullable(),
});
export type CommitIdentity = z.infer<typeof commitIdentity>;
