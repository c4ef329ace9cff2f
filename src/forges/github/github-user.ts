/** GitHub's user: 18 keys. A bare server has no pages of people but the one that Gitee's format names too. */
import type { Label } from '../../gitee/thread.ts';
import type { FullUser } from '../../gitee/user.ts';
import type { ForgeSource } from '../forge.ts';
import { nodeId, urls, userApi } from './github-api.ts';

const URLS = {
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
  organizations_url: '/orgs',
  repos_url: '/repos',
  events_url: '/events{/privacy}',
  received_events_url: '/received_events',
};

export type GithubUser = ReturnType<typeof githubUser>;

export function githubUser(
  { login, id, avatar_url, html_url }: FullUser,
  source: ForgeSource,
  type: 'User' | 'Organization' = 'User',
) {
  const url = userApi(login, source);
  return {
    ...{ login, id, node_id: nodeId(type, id), avatar_url, gravatar_id: '', url, html_url, type },
    site_admin: false,
    ...urls(url, URLS),
  };
}

/** @param api of the repository */
export function githubLabel({ id, name, color }: Label, api: string) {
  const url = `${api}/labels/${encodeURIComponent(name.toWellFormed())}`;
  return { id, node_id: nodeId('Label', id), url, name, color, default: false, description: null };
}
