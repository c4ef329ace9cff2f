/** Gitea's user and label. What a bare server does not know has the value that Gitea shows for it. */
import type { Label } from '../../gitee/thread.ts';
import type { FullUser } from '../../gitee/user.ts';

/** Go's time of nothing. */
export const NO_TIME = '0001-01-01T00:00:00Z';

export type GiteaUser = ReturnType<typeof giteaUser>;

export function giteaUser({ id, login, name, email, avatar_url, html_url }: FullUser) {
  return {
    id,
    login,
    login_name: '',
    source_id: 0,
    full_name: name,
    email,
    avatar_url,
    html_url,
    language: '',
    is_admin: false,
    last_login: NO_TIME,
    created: NO_TIME,
    restricted: false,
    active: false,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: login,
  };
}

/** @param api of the repository */
export function giteaLabel({ id, name, color }: Label, api: string) {
  return {
    id,
    name,
    exclusive: false,
    is_archived: false,
    color,
    description: '',
    url: `${api}/labels/${id}`,
  };
}
