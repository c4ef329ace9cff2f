/** GitLab's project: a repository and the URLs that receivers compare; once more, shorter, as `repository`. */
import type { Repository } from '../../gitee/repository.ts';
import { cloneUrls } from '../clone-urls.ts';
import type { ForgeSource } from '../forge.ts';

/** Private: a bare server says nothing else. */
export const VISIBILITY = 0;

export type GitlabProject = ReturnType<typeof gitlabProject>;

export function gitlabProject(repository: Repository, source: ForgeSource) {
  const { page, http, ssh } = cloneUrls(repository, source);
  return {
    id: repository.id,
    name: repository.path,
    description: repository.description,
    web_url: page,
    avatar_url: null,
    git_ssh_url: ssh,
    git_http_url: http,
    namespace: repository.namespace || repository.owner.login,
    visibility_level: VISIBILITY,
    path_with_namespace: repository.full_name,
    default_branch: repository.default_branch,
    ci_config_path: null,
    homepage: page,
    url: ssh,
    ssh_url: ssh,
    http_url: http,
  };
}

export function gitlabRepository({ name, url, description, homepage }: GitlabProject) {
  return { name, url, description, homepage };
}
