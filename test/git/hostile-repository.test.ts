/**
 * A repository whose settings, hooks, attributes and index name programs: whoever may write into its directory must not
 * get them run by the worker, which is another user as often as not.
 */
import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { commitMessage } from '../../src/git/commit-message.ts';
import { describePush } from '../../src/git/describe-push.ts';
import { diffTotals } from '../../src/git/diff-totals.ts';
import { listRefs, lookUpRefs } from '../../src/git/look-up-refs.ts';
import { moveRefs } from '../../src/git/move-refs.ts';
import { newCommits } from '../../src/git/new-commits.ts';
import { patchIds } from '../../src/git/patch-ids.ts';
import { repositoryFacts } from '../../src/git/repository-facts.ts';
import { resolveRef } from '../../src/git/resolve-ref.ts';
import { commitMerge, trialMerge } from '../../src/git/trial-merge.ts';
import { matches } from '../support/matches.ts';
import { must, run } from '../support/run.ts';
import { type BareRepository, bareRepository } from './bare-repository.ts';

const ZERO = '0'.repeat(40);
const GONE = '1234567890'.repeat(4);

/** Leaves a trace of its name; the trap says which setting had it run. */
async function trap(dir: string, name: string): Promise<string> {
  const file = join(dir, `trap-${name}`);
  await writeFile(file, `#!/bin/sh\necho x >>'${dir}/sprung-${name}'\n[ ! -f "$1" ] || cat -- "$1"\n`);
  await chmod(file, 0o755);
  return file;
}

const TRAPS = [
  'fsmonitor',
  'external',
  'textconv',
  'pager',
  'gpg',
  'ssh',
  'alias',
  'driver',
  'clean',
  'hook',
  'fetch',
];

async function sprung(dir: string): Promise<string[]> {
  const found = await Promise.all(
    TRAPS.map(name =>
      access(join(dir, `sprung-${name}`)).then(
        () => [name],
        () => [],
      ),
    ),
  );
  return found.flat();
}

async function hostile(dir: string, repository: BareRepository): Promise<void> {
  const traps = Object.fromEntries(await Promise.all(TRAPS.map(async name => [name, await trap(dir, name)])));
  const settings: Record<string, string> = {
    'core.fsmonitor': traps.fsmonitor,
    'core.hooksPath': join(dir, 'hooks'),
    'core.pager': traps.pager,
    'core.editor': traps.pager,
    'core.askPass': traps.pager,
    'core.sshCommand': traps.ssh,
    'core.gitProxy': traps.ssh,
    'core.alternateRefsCommand': traps.fetch,
    'credential.helper': traps.fetch,
    'pager.show': traps.pager,
    'pager.rev-list': traps.pager,
    'pager.diff-tree': traps.pager,
    'gpg.program': traps.gpg,
    'gpg.ssh.program': traps.gpg,
    'log.showSignature': 'true',
    'commit.gpgSign': 'true',
    'diff.external': traps.external,
    'diff.evil.command': traps.external,
    'diff.evil.textconv': traps.textconv,
    'diff.evil.cachetextconv': 'true',
    'merge.evil.driver': `${traps.driver} %A`,
    'merge.default': 'evil',
    'merge.renormalize': 'true',
    'filter.evil.clean': traps.clean,
    'filter.evil.process': traps.clean,
    'filter.evil.required': 'true',
    'alias.rev-list': `!${traps.alias}`,
    'alias.cat-file': `!${traps.alias}`,
    'extensions.partialClone': 'evil',
    'remote.evil.url': `ext::${traps.fetch}`,
    'remote.evil.promisor': 'true',
    'remote.evil.uploadpack': traps.fetch,
    'protocol.allow': 'always',
    'protocol.ext.allow': 'always',
    'protocol.file.allow': 'always',
    'core.repositoryFormatVersion': '1',
  };
  for (const [key, value] of Object.entries(settings)) await repository.git(['config', key, value]);
  await mkdir(join(repository.path, 'info'), { recursive: true });
  await writeFile(join(repository.path, 'info', 'attributes'), '* diff=evil merge=evil filter=evil\n');
  for (const place of [join(dir, 'hooks'), join(repository.path, 'hooks')]) {
    await mkdir(place, { recursive: true });
    for (const name of ['reference-transaction', 'post-index-change', 'pre-auto-gc', 'post-update']) {
      await writeFile(join(place, name), await readFile(traps.hook));
      await chmod(join(place, name), 0o755);
    }
  }
}

/** Its signature makes git ask `gpg.program`, where somebody wants to know. */
async function signed(repository: BareRepository, parent: string): Promise<string> {
  const who = 'A <a@example.com> 1600000000 +0000';
  const tree = await repository.git(['rev-parse', `${parent}^{tree}`]);
  const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n';
  return repository.object(
    'commit',
    `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n${signature}\nSigned\n`,
  );
}

t.test('no setting of a repository gets a program run', async t => {
  const dir = t.testdir();
  const repository = await bareRepository(dir);
  const ids = await repository.build([
    { files: { a: 'one\ntwo\nthree\n', '.gitattributes': '* merge=evil diff=evil filter=evil\n' } },
    { parents: [0], files: { a: 'one\nTWO\nthree\n' } },
    { parents: [0], files: { a: 'one\ntwo\nthree\nfour\n' } },
    { parents: [0], files: { a: 'one\n2\nthree\n' } },
  ]);
  const [base, left, right, other] = ids as [string, string, string, string];
  await repository.git(['update-ref', 'refs/heads/main', left]);
  // An index in a bare repository, with the extension that asks the file system's monitor.
  const env = { ...repository.env, GIT_WORK_TREE: dir };
  await must('git', ['read-tree', left], { env });
  await run('git', ['-c', 'core.fsmonitor=/bin/true', 'update-index', '--fsmonitor'], { env });
  await hostile(dir, repository);
  const place = { repository: repository.path };
  const zeroed = { old: ZERO, ref: 'refs/heads/x' };

  const [change] = await describePush(repository.path, [{ old: base, new: left, ref: 'refs/heads/main' }]);
  matches(t, change, { total: 1, head: { modified: ['a'] } });
  matches(
    t,
    await describePush(repository.path, [{ ...zeroed, new: GONE }]),
    [{ head: null }],
    'nothing is fetched',
  );
  const signature = await signed(repository, left);
  matches(t, await describePush(repository.path, [{ ...zeroed, new: signature }]), [
    { head: { message: 'Signed\n' } },
  ]);
  t.match(await commitMessage(place, signature), { text: /^Signed\n/, cut: false });
  for await (const refs of listRefs(place)) t.ok(refs.length > 0);
  t.equal((await lookUpRefs(place, ['refs/heads/main'])).get('refs/heads/main')?.id, left);
  t.match(await resolveRef(repository.path, 'HEAD'), { id: left });
  t.match(await repositoryFacts(repository.path), { defaultBranch: 'main' });
  t.match(await diffTotals(place, base, left), { changedFiles: 1, additions: 1, deletions: 1 });
  t.equal((await newCommits(place, left, [base])).ids.length, 1);
  t.equal((await patchIds(place, [left]))!.length, 1);
  const merge = await trialMerge(place, left, right);
  t.match(merge, { outcome: 'clean' }, 'merged by git itself');
  t.match(await trialMerge(place, left, other), { outcome: 'conflict' });
  const tree = merge.outcome === 'clean' ? merge.tree : '';
  const merged = await commitMerge(place, { tree, target: left, head: right, message: 'x' });
  t.equal(await moveRefs(place, [{ ref: 'refs/pull/1/MERGE', to: merged }]), null);
  t.equal(
    await repository.git(['show', '--no-textconv', '--no-ext-diff', `${merged}:a`]),
    'one\nTWO\nthree\nfour',
    'its objects are here',
  );
  t.same(await sprung(dir), [], 'and no trap was sprung');
});

t.test('the traps are real: git alone falls into them', async t => {
  const dir = t.testdir();
  const repository = await bareRepository(dir);
  const [base, left, right] = await repository.build([
    { files: { a: 'one\ntwo\nthree\n' } },
    { parents: [0], files: { a: 'one\nTWO\nthree\n' } },
    { parents: [0], files: { a: 'one\ntwo\nthree\nfour\n' } },
  ]);
  await hostile(dir, repository);
  const git = (...args: string[]) => run('git', args, { env: repository.env, cwd: dir });
  const alone = ['-c', 'merge.renormalize=false', '-c', 'remote.evil.promisor=false'];
  await git(...alone, 'merge-tree', '--write-tree', left!, right!);
  await git(...alone, 'diff', '-p', base!, left!);
  await git(...alone, 'diff', '--no-ext-diff', '-p', base!, left!);
  await git('update-ref', 'refs/heads/x', left!);
  await git('cat-file', '-p', GONE);
  await git(...alone, 'show', '-s', '--format=%G?', await signed(repository, left!));
  const found = await sprung(dir);
  for (const name of ['gpg', 'driver', 'hook', 'fetch']) t.ok(found.includes(name), name);
});

t.test('a tag whose header is made to be tried out for hours', async t => {
  const repository = await bareRepository(t.testdir());
  const [id] = await repository.build([{}]);
  const head = `object ${id}\ntype commit\ntag v1\ntagger `;
  const tags = await Promise.all(
    ['<'.repeat(1_000_000), ' '.repeat(1_000_000), ' <'.repeat(500_000)].map(text =>
      repository.object('tag', `${head}${text}\n\nHours\n`),
    ),
  );
  const updates = tags.map((tag, n) => ({ old: ZERO, new: tag, ref: `refs/tags/${n}` }));
  t.match(
    await describePush(repository.path, updates),
    tags.map(() => ({ tag: { tagger: null } })),
  );
  const sane = await repository.object('tag', `${head}A B <a@b> 12 +0100\n\nx\n`);
  matches(t, await describePush(repository.path, [{ old: ZERO, new: sane, ref: 'refs/tags/x' }]), [
    { tag: { message: 'x\n', tagger: { name: 'A B', email: 'a@b', seconds: 12, offset: '+0100' } } },
  ]);
});
