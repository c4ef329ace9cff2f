/** A user of this server in Gitee's full form. What belfry does not know has the value that Gitee shows for it. */

import { type LinkBases, userLink } from '../model/links.ts';
import type { User } from '../model/user.ts';
import type { FullUser, ShortUser } from './user.ts';

export function toFullUser(person: User, bases: LinkBases, mailDomain: string): FullUser {
  const page = userLink(bases, person.login);
  return {
    avatar_url: `${bases.web}/assets/no_portrait.png`,
    email: person.emails[0] ?? `${person.login}@${mailDomain}`,
    html_url: page,
    id: person.id,
    login: person.login,
    name: person.name,
    remark: null,
    site_admin: false,
    type: 'User',
    url: page,
    user_name: person.login,
    username: person.login,
  };
}

/** The short form of a full one. */
export function toShortUser(user: FullUser): ShortUser {
  const { email, id, name, url, user_name, username } = user;
  return { email, id, name, url, user_name, username };
}
