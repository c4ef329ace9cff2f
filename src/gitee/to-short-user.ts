/** The short form of a full one. */
import type { FullUser, ShortUser } from './user.ts';

export function toShortUser(user: FullUser): ShortUser {
  const { email, id, name, url, user_name, username } = user;
  return { email, id, name, url, user_name, username };
}
