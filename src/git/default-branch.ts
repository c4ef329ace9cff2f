/**
 * The branch that a repository shows to those who name none. `HEAD` says which; but `git init` wrote that before anybody
 * had pushed, and where `master` was meant and `main` was pushed it names a branch that never was. Then one that is there
 * stands in, always the same: `main`, else `master`, else the first by name. Read from the files of the refs without a
 * process; git is asked only where they are kept in another form.
 */
import type { SafeDirectory } from '../files/safe-directory.ts';
import { gitError } from './git-error.ts';

/** Without `refs/heads/`. Without any branch what HEAD names; `HEAD` when it names none. @throws BelfryError `git` */
export async function defaultBranch(repository: SafeDirectory, path?: string): Promise<string> {
  const info = await repository.lstat('HEAD');
  // Git made it a link once: what that says is the ref, and nobody need go there.
  const head = info?.isSymbolicLink()
    ? `ref: ${await repository.readlink('HEAD')}`
    : await read(repository, 'HEAD', LONGEST_REF);
  // Git itself would wait for a pipe, or follow a link.
  if (info !== null && (head === null || /^ref: (?!refs\/)/.test(head.toString('utf8')))) return 'HEAD';
  const branch = branchOf(head?.toString('utf8') ?? '');
  const named = branch ?? (await askForHead(repository.path, path));
  // Who cannot be asked for the others says nothing against the one that HEAD names.
  const found = await thereOrOther(repository, named, path).catch(() => null);
  return found !== null && isName(found) ? found : named;
}

/** Who may write the files of the refs can write anything there. */
function isName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_REF && !/[\0-\x20\x7f]/.test(name);
}

function branchOf(head: string): string | null {
  const branch = /^ref:\s*refs\/heads\/([^\n]*)/.exec(head)?.[1]?.trimEnd();
  // A repository with reftable refs has a HEAD file for old programs only.
  return branch === undefined || branch === '.invalid' ? null : branch;
}

async function askForHead(directory: string, path: string | undefined): Promise<string> {
  const { tryGit } = await import('./run-git.ts');
  const asked = await tryGit({ repository: directory, path }, ['symbolic-ref', '--quiet', 'HEAD']);
  const { status, stdout, stderr } = asked;
  if (status > 1) throw gitError('symbolic-ref', directory, stderr);
  const named = stdout.trim().replace(/^refs\/(heads\/)?/, '');
  return isName(named) ? named : 'HEAD';
}

/** Null: there is no branch at all. */
async function thereOrOther(repository: SafeDirectory, named: string, path?: string): Promise<string | null> {
  const wanted = [named, 'main', 'master'];
  if ((await repository.lstat('reftable')) !== null) return askForOther(repository.path, wanted, path);
  if (await isLoose(repository, named)) return named;
  const packed = await read(repository, 'packed-refs', PACKED_BYTES + 1);
  if (packed !== null && packed.length > PACKED_BYTES) return askForOther(repository.path, wanted, path);
  for (const name of wanted)
    if (packed?.includes(` ${HEADS}${name}\n`) || (await isLoose(repository, name))) return name;
  const names = [firstPacked(packed), await firstLoose(repository)].filter(name => name !== null);
  return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0] ?? null;
}

async function askForOther(directory: string, wanted: string[], path?: string): Promise<string | null> {
  const { mustGit } = await import('./run-git.ts');
  const ask = async (...args: string[]) => {
    const command = ['for-each-ref', '--format=%(refname)', ...args];
    const out = await mustGit({ repository: directory, path }, command);
    return out
      .split('\n')
      .filter(Boolean)
      .map(name => name.slice(HEADS.length));
  };
  const there = await ask('--', ...wanted.map(name => `${HEADS}${name}`));
  return wanted.find(name => there.includes(name)) ?? (await ask('--count=1', HEADS))[0] ?? null;
}

const HEADS = 'refs/heads/';

/** A ref is a path. */
const LONGEST_REF = 8192;
/** More branches than 200,000 are looked through by git, which does so without reading all of them. */
const PACKED_BYTES = 16 * 1024 * 1024;
/** Nobody's branch is deeper; each level is a directory that is open. */
const DEEPEST = 32;
const MOST_NAMES = 10_000;

async function isLoose(repository: SafeDirectory, branch: string): Promise<boolean> {
  const segments = ['refs', 'heads', ...branch.split('/')];
  if (segments.length > DEEPEST || segments.some(name => /^\.{0,2}$/.test(name))) return false;
  return isBelow(repository, segments).catch(() => false);
}

async function isBelow(directory: SafeDirectory, [name, ...rest]: string[]): Promise<boolean> {
  if (rest.length === 0) return isRef(directory, name!);
  await using next = await directory.directory(name!);
  return await isBelow(next, rest);
}

async function isRef(directory: SafeDirectory, name: string): Promise<boolean> {
  const info = await directory.lstat(name);
  return info?.isFile() === true || info?.isSymbolicLink() === true;
}

async function firstLoose(repository: SafeDirectory): Promise<string | null> {
  await using refs = await repository.directory('refs');
  await using heads = await refs.directory('heads');
  return await firstBelow(heads, '', { names: MOST_NAMES });
}

/** Directories without a ref stay where branches were deleted. */
async function firstBelow(
  directory: SafeDirectory,
  prefix: string,
  left: { names: number },
): Promise<string | null> {
  if (prefix.split('/').length > DEEPEST) return null;
  let first: string | null = null;
  for (const name of await directory.list(MOST_NAMES)) {
    const here = `${prefix}${name}`;
    // `work-x` stands behind the directory `work`, and before the branch `work/y`.
    if (--left.names < 0 || (first !== null && here > first)) break;
    if (name.startsWith('.') || name.endsWith('.lock')) continue;
    if (await isRef(directory, name)) return here;
    await using next = await directory.directory(name).catch(() => null);
    if (next !== null) first = (await firstBelow(next, `${here}/`, left)) ?? first;
  }
  return first;
}

/** Git writes them in the order of their names. */
function firstPacked(packed: Buffer | null): string | null {
  const at = packed?.indexOf(` ${HEADS}`) ?? -1;
  if (packed === null || at === -1) return null;
  const end = packed.indexOf('\n', at);
  if (end === -1 || end - at > LONGEST_REF) return null;
  return packed.toString('utf8', at + 1 + HEADS.length, end);
}

/** Null when there is none, or none that can be read so, and shown to who may write there. */
async function read(repository: SafeDirectory, name: string, most: number): Promise<Buffer | null> {
  const toShow = name !== 'HEAD';
  return repository.readFile(name, { most, cut: true, toShow }).catch(() => null);
}
