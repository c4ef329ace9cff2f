/** Whether every repository that belfry knows, or that lies below a root, announces its pushes. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { personalHooks } from '../../announce/personal-hooks.ts';
import { ownUid } from '../../files/may.ts';
import { CONFIG } from '../../installer/config-file.ts';
import type { HookProblem } from '../../installer/examine-hook.ts';
import { examineHooks } from '../../installer/examine-hooks.ts';
import { findRepositories, repositoryKind } from '../../installer/find-repositories.ts';
import type { RefusedLink } from '../../installer/follow-path.ts';
import { installHooks, type WantedRequests } from '../../installer/install-hooks.ts';
import { readCommonConfig } from '../../installer/repository-config.ts';
import { wantedRequests } from '../../merge-requests/wanted-requests.ts';
import { isExcluded } from '../../model/excluded.ts';
import { rootOf } from '../../model/full-name.ts';
import type { Repository } from '../../model/repository.ts';
import { nameOfFound, placeAt } from '../../repositories/locate-repository.ts';
import type { Store } from '../../store/store.ts';
import { moment } from '../../text/moment.ts';
import { shellWord } from '../../text/printable.ts';
import type { CommandContext } from '../context.ts';
import { dispatcherFix, goneFix, lostInputs, personalHooksTrouble } from '../repo/repository-troubles.ts';
import { workThrough } from '../repo/work-through.ts';
import { checkObjects } from './check-objects.ts';
import { type Finding, noteAt, problemAt } from './finding.ts';

const area = 'repositories' as const;

export async function checkRepositories(
  store: Store,
  context: CommandContext,
  isRoot: boolean,
): Promise<{ looked: number; findings: Finding[] }> {
  const findings: Finding[] = [];
  const below = new Set<string>();
  const roots = await store.roots.list();
  const exclude = (await context.settings())['repo.exclude'];
  for (const root of roots) {
    if (!(await stat(root).catch(() => null))?.isDirectory()) {
      findings.push(gone(root, 'the directory of a root', `belfry uninstall ${shellWord(root)}`));
      continue;
    }
    // A root inside a root is looked into with it.
    if (rootOf(root, roots) !== null) continue;
    const problem = (path: string, error: unknown) => {
      const got = (error as Error).message;
      const fix = `chmod u+rx ${shellWord(path)}   # the owner of the home must be able to read it`;
      findings.push(problemAt(area, path, { wanted: 'a readable directory', got, fix }));
    };
    const refused = (link: RefusedLink) => void findings.push(refusedLink(link));
    for await (const found of findRepositories(root, { owner: ownUid(), isRoot: true, problem, refused }))
      if (!isExcluded(exclude, await nameOfFound(found, store))) below.add(found.directory);
  }
  const there = new Set(below);
  for (const row of await store.repositories.list()) {
    if (below.has(row.directory) || isExcluded(exclude, row.full_name)) continue;
    const place = await placeAt(row.path, store).catch(() => null);
    if (place === null) findings.push(goneRepository(row, await ownWebhooks(row, store)));
    else if ((await repositoryKind(place.directory)) === 'bare') there.add(place.directory);
  }
  findings.push(...(await checkObjects([...there], store, context)));
  const common = await readCommonConfig();
  for (const taken of await personalHooks([...below], common)) {
    const { subject, text, fix } = personalHooksTrouble(taken);
    const wanted = 'no personal core.hooksPath, or one in the repository';
    findings.push(problemAt(area, subject, { wanted, got: text, fix }));
  }
  const settings = await context.settings();
  const known = new Map((await store.repositories.list()).map(row => [row.directory, row]));
  const { done, failed } = await workThrough([...there], async directory => {
    const row = known.get(directory) ?? { id: 0, path: directory, directory };
    const requests = await wantedRequests(row, { store, settings });
    return { directory, requests, problems: await examineHooks(directory, context, common, requests) };
  });
  for (const { directory, requests, problems } of done) {
    // Outside the roots the hooks may have been taken out on purpose.
    const wanted = below.has(directory) || problems.every(one => one.kind !== 'missing');
    for (const problem of once(problems)) {
      const finding = hookFinding(directory, problem, { context, requests }, isRoot);
      findings.push(wanted ? finding : onPurpose(finding));
    }
  }
  for (const { directory, message, hint } of failed) {
    const fix = hint ?? `belfry install ${shellWord(directory)}`;
    findings.push(problemAt(area, directory, { wanted: "belfry's hooks", got: message, fix }));
  }
  for (const { full_name, dispatcher, at, why } of await lostInputs(store)) {
    const got = `not all of a push to ${full_name} at ${moment(at)}: ${why}`;
    const wanted = "a hook dispatcher that passes all of its input to belfry's hook";
    findings.push(
      problemAt(area, dispatcher, {
        wanted,
        got,
        fix: dispatcherFix(dispatcher),
      }),
    );
  }
  return { looked: there.size, findings };
}

/** Said, and left alone. */
function onPurpose({ repair: _, ...finding }: Finding): Finding {
  return { ...finding, level: 'note' };
}

/** What one `belfry install` fixes is one finding: the first. */
function once(problems: HookProblem[]): HookProblem[] {
  const fixable = problems.filter(({ kind, got }) => kind !== 'options' || got === 'not set');
  const byInstall = fixable.filter(({ kind }) => !['mode', 'owner', 'rival', 'guarded'].includes(kind));
  return problems.filter(problem => !byInstall.slice(1).includes(problem));
}

function gone(subject: string, wanted: string, fix: string): Finding {
  return problemAt(area, subject, { wanted, got: 'no such file or directory', fix });
}

/** Links are an admin's way to spread repositories over disks; somebody else's could lead to what is not his. */
function refusedLink({ link, reason }: RefusedLink): Finding {
  return noteAt(area, link, {
    wanted: 'a link made by root, by the owner of the home or by the owner of what it leads to',
    got: reason,
    fix: `ls -l ${shellWord(link)}   # is the link intended?\n# if so: sudo chown -h --reference="$(readlink -f ${shellWord(link)})" ${shellWord(link)}`,
  });
}

function goneRepository({ full_name, path }: Repository, webhooks: number[]): Finding {
  const name = shellWord(full_name);
  const fix = goneFix('belfry', name);
  const finding = gone(path, 'a repository', fix);
  return webhooks.length === 0 ? { ...finding, level: 'note' } : finding;
}

async function ownWebhooks({ id }: Repository, store: Store): Promise<number[]> {
  const all = await store.webhooks.list();
  return all.filter(one => one.active && one.scope === `repository:${id}`).map(one => one.id);
}

/** What the machine's own `core.hooksPath` names is all that git runs, in every repository: so that way comes last. */
function placeFix(directory: string, path: string): string {
  const config = shellWord(join(directory, CONFIG));
  return [
    `git config --file ${config} --get core.hooksPath   # where this repository has its hooks instead of in its own directory`,
    `# to use its own hooks: git config --file ${config} --unset-all core.hooksPath && belfry install ${shellWord(directory)}`,
    '# only if all repositories of this machine share those hooks, since git then runs no others:',
    `# git config --system core.hooksPath ${shellWord(dirname(path))}`,
  ].join('\n');
}

function hookFinding(
  directory: string,
  { kind, path, wanted, got }: HookProblem,
  { context, requests }: { context: CommandContext; requests: WantedRequests },
  isRoot: boolean,
): Finding {
  const finding = {
    area,
    subject: kind === 'options' ? directory : path,
    level: 'problem' as const,
    wanted,
    got,
  };
  const install = async () => void (await installHooks(directory, context, null, { requests }));
  const word = shellWord(directory);
  switch (kind) {
    case 'mode':
      return { ...finding, fix: `chmod 755 ${shellWord(path)}`, repair: install };
    case 'owner': {
      const fix = `sudo chown --reference=${shellWord(dirname(path))} ${shellWord(path)}`;
      return { ...finding, fix, ...(isRoot && { repair: install }) };
    }
    case 'taken':
      return { ...finding, fix: `belfry install --take-over ${shellWord(directory)}` };
    case 'place':
      return { ...finding, fix: placeFix(directory, path) };
    case 'options':
      // Switched off on purpose it stays so: only `git push -o` suffers.
      return got === 'not set'
        ? { ...finding, fix: `belfry install ${shellWord(directory)}`, repair: install }
        : {
            ...finding,
            level: 'note',
            fix: `git -C ${word} config ${wanted.includes('procReceiveRefs') ? '--add ' : ''}${wanted.replace(' = ', ' ')}`,
          };
    case 'surplus':
      return { ...finding, level: 'note', fix: `belfry install ${word}`, repair: install };
    case 'rival':
      return { ...finding, level: 'note', fix: `belfry install --no-merge-requests ${word}` };
    case 'guarded': {
      const fix = `belfry install --no-merge-requests ${word}   # merge requests stay off\n# or, where the update hook may run for each merge request: belfry install --merge-requests ${word}`;
      return { ...finding, level: 'note', fix };
    }
    default:
      return { ...finding, fix: `belfry install ${shellWord(directory)}`, repair: install };
  }
}
