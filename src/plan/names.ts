/** How a file calls webhooks: by their names, and those without one by an alias. */
import type { WholeWebhook } from '../model/planned.ts';
import type { State } from './plan-context.ts';

/** Each webhook by its name, or by `webhook-ID`, with more behind it where that is another one's name. */
export function byName(webhooks: readonly WholeWebhook[]): Map<string, WholeWebhook> {
  const named = webhooks.filter(({ webhook }) => webhook.name !== '');
  const found = new Map(named.map(one => [one.webhook.name, one]));
  for (const one of webhooks) {
    if (one.webhook.name !== '') continue;
    let alias = `webhook-${one.id}`;
    while (found.has(alias)) alias += '-unnamed';
    found.set(alias, one);
  }
  return found;
}

/** `all`, `company:NAME` or `repository:NAME`. */
export function scopeText(scope: string, { repositoryNames }: Pick<State, 'repositoryNames'>): string {
  const [, id] = /^repository:(\d+)$/.exec(scope) ?? [];
  return id === undefined ? scope : `repository:${repositoryNames.get(Number(id)) ?? `${id} (gone)`}`;
}
