/** Whether every repository that belfry knows, or that lies below a root, announces its pushes. */
import { chmod, lchown, stat } from 'node:fs/promises';
import { examineHooks, type HookProblem } from '../../hooks/examine-hooks.ts';
import { findRepositories, repositoryKind } from '../../hooks/find-repositories.ts';
import { installHooks } from '../../hooks/install-hooks.ts';
import { readCommonConfig } from '../../hooks/repository-config.ts';
import type { Store } from '../../store/store.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { CommandContext } from '../context.ts';
import { workThrough } from '../work-through.ts';
import type { Finding } from './finding.ts';

const area = 'repositories' as const;

export async function checkRepositories(
  store: Store,
  context: CommandContext,
  isRoot: boolean,
): Promise<{ looked: number; findings: Finding[] }> {
  const findings: Finding[] = [];
  const below = new Set<string>();
  for (const root of await store.roots.list()) {
    if (!(await stat(root).catch(() => null))?.isDirectory()) {
      findings.push(gone(root, 'the directory that was made a root', `belfry uninstall ${shellWord(root)}`));
      continue;
    }
    const problem = (path: string, error: unknown) => {
      const got = (error as Error).message;
      const mend = `chmod u+rx ${shellWord(path)}   # the owner of the home must be able to look into it`;
      findings.push({ area, subject: path, level: 'wrong', wanted: 'a directory to look into', got, mend });
    };
    for await (const found of findRepositories(root, { problem })) below.add(found);
  }
  const there = new Set(below);
  for (const { directory } of await store.repositories.list()) {
    if (below.has(directory)) continue;
    if ((await repositoryKind(directory)) === 'bare') there.add(directory);
    else findings.push({ ...gone(directory, 'a bare repository'), level: 'note' });
  }
  const common = await readCommonConfig();
  const { done, failed } = await workThrough([...there], async directory => ({
    directory,
    problems: await examineHooks(directory, context, common),
  }));
  for (const { directory, problems } of done) {
    // Outside the roots the hooks may have been taken out on purpose.
    const wanted = below.has(directory) || problems.every(one => one.kind !== 'missing');
    for (const problem of once(problems)) {
      const finding = hookFinding(directory, problem, context, isRoot);
      findings.push(wanted ? finding : onPurpose(finding));
    }
  }
  for (const { directory, message, hint } of failed) {
    const mend = hint ?? `belfry install ${shellWord(directory)}`;
    findings.push({ area, subject: directory, level: 'wrong', wanted: "belfry's hooks", got: message, mend });
  }
  return { looked: there.size, findings };
}

/** Said, and left alone. */
function onPurpose({ fix: _, ...finding }: Finding): Finding {
  return { ...finding, level: 'note' };
}

/** What one `belfry install` mends is one finding: the first. */
function once(problems: HookProblem[]): HookProblem[] {
  const mended = problems.filter(({ kind, got }) => kind !== 'options' || got === 'not set');
  const byInstall = mended.filter(({ kind }) => kind !== 'mode' && kind !== 'owner');
  return problems.filter(problem => !byInstall.slice(1).includes(problem));
}

function gone(
  subject: string,
  wanted: string,
  mend = '# nothing: what it announced stays in the log',
): Finding {
  return { area, subject, level: 'wrong', wanted, got: 'nothing of that name', mend };
}

function hookFinding(
  directory: string,
  { kind, path, wanted, got }: HookProblem,
  context: CommandContext,
  isRoot: boolean,
): Finding {
  const finding = {
    area,
    subject: kind === 'options' ? directory : path,
    level: 'wrong' as const,
    wanted,
    got,
  };
  const install = async () => void (await installHooks(directory, context));
  switch (kind) {
    case 'mode':
      return { ...finding, mend: `chmod 755 ${shellWord(path)}`, fix: () => chmod(path, 0o755) };
    case 'owner': {
      const giveBack = async () => {
        const { uid, gid } = await stat(directory);
        await lchown(path, uid, gid);
      };
      const mend = `sudo chown --reference=${shellWord(directory)} ${shellWord(path)}`;
      return { ...finding, mend, ...(isRoot && { fix: giveBack }) };
    }
    case 'options':
      // Switched off on purpose it stays so: only `git push -o` suffers.
      return got === 'not set'
        ? { ...finding, mend: `belfry install ${shellWord(directory)}`, fix: install }
        : {
            ...finding,
            level: 'note',
            mend: `git -C ${shellWord(directory)} config receive.advertisePushOptions true`,
          };
    default:
      return { ...finding, mend: `belfry install ${shellWord(directory)}`, fix: install };
  }
}
