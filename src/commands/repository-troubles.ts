/** What the last walk over the roots has left for a person to do. Nothing is looked at here. */
import { isExcluded, withoutExclusion } from '../repositories/excluded.ts';
import { nameBelow, rootOf } from '../repositories/full-name.ts';
import type { Store } from '../store/store.ts';
import { shellWord } from '../text/shell-word.ts';

export interface RepositoryTrouble {
  kind: 'gone' | 'excluded' | 'no-hook' | 'empty-company';
  /** Name of a repository or of a company, or a path. */
  subject: string;
  webhook_ids: number[];
  text: string;
  /** What to type: one line, or several of which one. */
  mend: string;
}

/** @param own the command line for this home @param exclude the setting `repo.exclude` */
export async function repositoryTroubles(
  store: Store,
  own: string,
  exclude: string,
): Promise<RepositoryTrouble[]> {
  const all = await store.repositories.list();
  const rows = all.filter(({ full_name }) => !isExcluded(exclude, full_name));
  const active = (await store.webhooks.list()).filter(webhook => webhook.active);
  const idsFor = (scope: string) => active.filter(webhook => webhook.scope === scope).map(({ id }) => id);
  const troubles: RepositoryTrouble[] = [];
  for (const { id, full_name } of all.filter(row => !rows.includes(row))) {
    const webhook_ids = idsFor(`repository:${id}`);
    if (webhook_ids.length === 0) continue;
    troubles.push({
      kind: 'excluded',
      subject: full_name,
      webhook_ids,
      text: `repository ${full_name} is excluded (repo.exclude is ${exclude}), and webhooks wait for it (${webhook_ids.join(', ')})`,
      mend: [
        `${own} config set repo.exclude ${shellWord(withoutExclusion(exclude, full_name))}`,
        ...webhook_ids.map(webhook => `${own} webhook disable ${webhook}`),
      ].join('\n'),
    });
  }
  for (const { id, full_name, path, gone_at } of rows) {
    const webhook_ids = gone_at === null ? [] : idsFor(`repository:${id}`);
    if (webhook_ids.length === 0) continue;
    const name = shellWord(full_name);
    troubles.push({
      kind: 'gone',
      subject: full_name,
      webhook_ids,
      text: `repository ${full_name} is gone, and webhooks wait for it (${webhook_ids.join(', ')}): nothing is at ${path}`,
      mend: [`${own} repo move ${name} NEW   # where it is now`, `${own} repo remove ${name}`].join('\n'),
    });
  }
  const companies = new Set(rows.filter(row => row.gone_at === null).map(row => row.company));
  for (const scope of new Set(active.map(webhook => webhook.scope))) {
    const company = scope.startsWith('company:') ? scope.slice('company:'.length) : null;
    if (company === null || companies.has(company)) continue;
    const webhook_ids = idsFor(scope);
    troubles.push({
      kind: 'empty-company',
      subject: company,
      webhook_ids,
      text: `no repository of the company ${company} is left, and webhooks wait for it (${webhook_ids.join(', ')})`,
      mend: [
        `${own} webhook edit ${webhook_ids[0]} --company NAME`,
        `${own} webhook disable ${webhook_ids[0]}`,
      ].join('\n'),
    });
  }
  const roots = await store.roots.list();
  for (const { path, kind, detail } of await store.roots.findings()) {
    const root = rootOf(path, roots);
    const isLeftOut = root !== null && isExcluded(exclude, nameBelow(root, path).fullName);
    if (kind !== 'no-hook' || isLeftOut) continue;
    troubles.push({
      kind: 'no-hook',
      subject: path,
      webhook_ids: [],
      text: `repository ${path} has no hook: its pushes are announced by nobody${detail && ` (${detail})`}`,
      mend: `${own} install ${shellWord(path)}`,
    });
  }
  return troubles;
}
