/** What the last walk over the roots, and the last pushes, have left for a person to do. No repository is looked at here. */
import { stat } from 'node:fs/promises';
import type { PersonalHooks } from '../../announce/personal-hooks.ts';
import { isExcluded, withoutExclusion } from '../../model/excluded.ts';
import { nameBelow, rootOf } from '../../model/full-name.ts';
import type { LostInput } from '../../model/repository.ts';
import type { Store } from '../../store/store.ts';
import { shellWord } from '../../text/printable.ts';

export interface RepositoryTrouble {
  kind: 'gone' | 'excluded' | 'no-hook' | 'own-hooks' | 'empty-company' | 'input-lost';
  /** Name of a repository or of a company, or a path. */
  subject: string;
  webhook_ids: number[];
  text: string;
  /** What to type. A line that begins with `#` is another way, or one with a condition: for a person to choose. */
  fix: string;
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
      text: `repository ${full_name} is excluded (repo.exclude is ${exclude}), but has webhooks (${webhook_ids.join(', ')})`,
      fix: [
        `${own} config set repo.exclude ${shellWord(withoutExclusion(exclude, full_name))}`,
        '# or leave it excluded:',
        ...webhook_ids.map(webhook => `# ${own} webhook disable ${webhook}`),
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
      text: `repository ${full_name} is gone, but has webhooks (${webhook_ids.join(', ')}): nothing is at ${path}`,
      fix: goneFix(own, name),
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
      text: `company ${company} has no repository left, but has webhooks (${webhook_ids.join(', ')})`,
      fix: [
        '# if the company has another name now:',
        ...webhook_ids.map(webhook => `# ${own} webhook edit ${webhook} --company NAME`),
        '# if it is gone:',
        ...webhook_ids.map(webhook => `# ${own} webhook disable ${webhook}`),
      ].join('\n'),
    });
  }
  const roots = await store.roots.list();
  for (const { path, kind, detail } of await store.roots.findings()) {
    if (kind === 'own-hooks')
      troubles.push({
        kind,
        webhook_ids: [],
        ...personalHooksTrouble({ file: path, ...JSON.parse(detail) }),
      });
    if (kind !== 'no-hook') continue;
    const root = rootOf(path, roots);
    if (root !== null && isExcluded(exclude, nameBelow(root, path).fullName)) continue;
    troubles.push({
      kind: 'no-hook',
      subject: path,
      webhook_ids: [],
      text: `repository ${path} has no hook: its pushes are not announced${detail && ` (${detail})`}`,
      fix: `${own} install ${shellWord(path)}`,
    });
  }
  for (const { full_name, dispatcher, why } of await lostInputs(store)) {
    troubles.push({
      kind: 'input-lost',
      subject: full_name,
      webhook_ids: [],
      text: `repository ${full_name}: ${dispatcher} did not pass the whole push to belfry's hook (${why}); belfry compares the refs at each push instead, and misses the steps in between`,
      fix: dispatcherFix(dispatcher),
    });
  }
  return troubles;
}

/** Both ways are for a person to choose, and the second forgets. @param own the command line @param name as a shell takes it */
export function goneFix(own: string, name: string): string {
  return `# if it was moved: ${own} repo move ${name} NEW\n# if it is gone for good: ${own} repo remove ${name}`;
}

/** An account whose own settings keep the hooks from running, in words, with both ways out of it. */
export function personalHooksTrouble({ account, file, hooksPath, first, count }: PersonalHooks) {
  const where = count === 1 ? first : `${first} and ${count - 1} more`;
  const [directory, hooks] = [shellWord(first), shellWord(`${first}/hooks`)];
  return {
    subject: account,
    text: `pushes of ${account} to ${where} do not run belfry's hook: core.hooksPath is ${hooksPath} in ${file}`,
    fix: [
      `git config --file ${shellWord(file)} --unset-all core.hooksPath   # by ${account}`,
      `# or in each repository, again after a move: git --git-dir=${directory} config core.hooksPath ${hooks}`,
    ].join('\n'),
  };
}

/** Repositories whose last push lost a part on the way to the hook, where the program to blame is still as it was then. */
export async function lostInputs(store: Store): Promise<(LostInput & { full_name: string })[]> {
  const all = await store.repositories.inputsLost();
  const unchanged = await Promise.all(
    all.map(({ dispatcher, changedAt }) =>
      stat(dispatcher).then(
        ({ ctimeMs }) => ctimeMs === changedAt,
        () => false,
      ),
    ),
  );
  return all.filter((_, n) => unchanged[n]);
}

/** What to type, with what to write there. */
export function dispatcherFix(dispatcher: string): string {
  return `vi ${shellWord(dispatcher)}   # pass each hook the whole input, with its last line feed: refs=$(cat); printf '%s\\n' "$refs" | "$hook"`;
}
