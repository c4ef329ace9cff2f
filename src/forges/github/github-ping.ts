/** GitHub's `ping`: what it sends when a webhook was made, and `webhook test` sends at any time. */
import type { EventContent } from '../../gitee/event.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { repositoryApi } from './github-api.ts';
import { githubRepository } from './github-repository.ts';
import { githubUser } from './github-user.ts';

/** @param content any event of the repository that the webhook is for */
export function pingEvent({ data }: EventContent, source: ForgeSource): ForgePayload {
  const { id, shownUrl, createdAt } = source.webhook;
  const url = `${repositoryApi(data.repository, source)}/hooks/${id}`;
  const at = `${new Date(createdAt).toISOString().slice(0, 19)}Z`;
  const hook = {
    ...{ type: 'Repository', id, name: 'web', active: true, events: ['push'] },
    config: { content_type: 'json', insecure_ssl: '0', url: shownUrl },
    ...{ created_at: at, updated_at: at },
    ...{ url, test_url: `${url}/test`, ping_url: `${url}/pings`, deliveries_url: `${url}/deliveries` },
    last_response: { code: null, status: 'unused', message: null },
  };
  const body = {
    zen: 'A bell that nobody hears still rings.',
    hook_id: id,
    hook,
    repository: githubRepository(data.repository, source),
    sender: githubUser(data.sender, source),
  };
  return { event: 'ping', body };
}
