/** An event in the words of one dialect: what a webhook of the kind `custom` sends, or its template picks from. */
import type { ForgePayload, ForgeSource } from '../forges/forge.ts';
import type { EventContent } from '../gitee/event.ts';
import { HOOK_NAMES } from '../gitee/hook-names.ts';
import type { Payload } from '../model/custom-target.ts';

/** Null: the dialect has no words for such an event. */
export type PayloadOf = (content: EventContent, source: ForgeSource) => unknown;

type Builder = (content: EventContent, word: null, source: ForgeSource) => ForgePayload | null;

/** A forge's builder comes with its first webhook. */
export async function loadPayload(name: Payload): Promise<PayloadOf> {
  if (name === 'gitee') return giteeBody;
  const build = await loadBuilder(name);
  return (content, source) => build(content, null, source)?.body ?? null;
}

async function loadBuilder(name: Exclude<Payload, 'gitee'>): Promise<Builder> {
  switch (name) {
    case 'github':
      return (await import('../forges/github/github-payload.ts')).githubPayload;
    case 'gitlab':
      return (await import('../forges/gitlab/gitlab-payload.ts')).gitlabPayload;
    case 'gitea':
      return (await import('../forges/gitea-forgejo/gitea-payload.ts')).giteaPayload;
  }
}

/** Gitee's body with the keys that say which webhook and which event; without those that prove something. */
function giteeBody({ name, data }: EventContent, { webhook }: ForgeSource): unknown {
  return { ...data, hook_id: webhook.id, hook_name: HOOK_NAMES[name], hook_url: webhook.shownUrl };
}
