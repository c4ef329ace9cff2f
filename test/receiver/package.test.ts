/**
 * `belfry/receiver` as a stranger gets it: packed, and installed by npm into another project without any network. The
 * project's own copies of the dependencies stand in for the registry's.
 */
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import t from 'tap';
import { giteeSignature } from '../../src/kinds/gitee-signature.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { npm, packed } from '../support/packed.ts';
import { must } from '../support/run.ts';
import { samplePush } from '../support/sample-events.ts';

const PROGRAM = `
import { readFileSync } from 'node:fs';
import { parse, verify } from 'belfry/receiver';
const { headers, body, now } = JSON.parse(readFileSync('delivery.json', 'utf8'));
const verified = verify(headers, body, 'secret', { now });
const parsed = await parse(headers, body);
const wrong = verify(headers, body, 'other', { now });
console.log(JSON.stringify([verified, wrong.reason, parsed.ok && parsed.event.name, parsed.ok && parsed.event.data.ref]));
`;

const TYPED = `
import { type GiteeEvent, parse, verify } from 'belfry/receiver';
const verdict = verify({ 'webhook-id': 'a' }, new Uint8Array(), ['old', 'new'], { toleranceMs: 1, proofs: ['standard'] });
if (!verdict.ok) console.log(verdict.reason satisfies string);
else console.log(verdict.id satisfies string | null);
export function titleOf(event: GiteeEvent): string {
  switch (event.name) {
    case 'push':
    case 'tag_push':
      return event.data.ref;
    case 'merge_request':
      return event.data.pull_request.title;
    case 'issue':
      return event.data.issue.title;
    case 'note':
      return event.data.comment.body;
  }
}
if (verdict.ok) console.log(verdict.timestamp satisfies number);
const forge = verify([], '', 'a', { dialects: ['github', 'gitlab'] });
if (forge.ok) console.log(forge.dialect satisfies 'github' | 'gitlab', forge.timestamp satisfies number | null);
const any = await parse([], '', { dialects: ['gitee', 'github', 'gitlab', 'gitea'] });
if (any.ok && any.event.dialect === 'github' && any.event.name === 'pull_request') console.log(any.event.data.pull_request.head.sha);
if (any.ok && any.event.dialect === 'gitlab' && any.event.name === 'push') console.log(any.event.data.project.web_url);
const gitea = await parse([], '', { dialects: ['gitea'] });
// @ts-expect-error nobody asked for GitLab's
if (gitea.ok && gitea.event.dialect === 'gitlab') gitea.event.data;
if (gitea.ok && gitea.event.name === 'create') console.log(gitea.event.data.ref_type satisfies 'branch' | 'tag');
const parsed = await parse([], '');
if (parsed.ok) titleOf(parsed.event);
// @ts-expect-error a push has no issue
if (parsed.ok && parsed.event.name === 'push') parsed.event.data.issue;
`;

const manifestOf = (path: string) => JSON.parse(readFileSync(join(PROJECT, path), 'utf8'));

t.test('the package of the receiver and that of belfry say the same', async t => {
  const [whole, part] = [manifestOf('package.json'), manifestOf('receiver/package.json')];
  for (const key of ['name', 'version', 'license', 'type']) t.same(part[key], whole[key], key);
  const moved = JSON.stringify(part.exports).replaceAll('./dist/', './receiver/dist/');
  t.equal(JSON.stringify(whole.exports), moved);
  t.same(part.dependencies, { zod: whole.dependencies.zod });
});

/** What is in a directory, by its path there. */
async function filesOf(directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(relative(directory, path), await readFile(path, 'utf8'));
  }
  return found;
}

t.test('what is committed of it is what its source gives: else `npm run receiver`', async t => {
  const dir = t.testdir({});
  const tsc = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', join(PROJECT, 'tsconfig.receiver.json'), '--outDir', join(dir, 'dist')];
  await must('env', ['-u', 'NODE_OPTIONS', NODE, ...args], { env: environment(dir) });
  const [made, committed] = [
    await filesOf(join(dir, 'dist')),
    await filesOf(join(PROJECT, 'receiver', 'dist')),
  ];
  t.ok(made.size > 10, `${made.size} files`);
  t.same([...committed.keys()].sort(), [...made.keys()].sort());
  for (const [path, text] of made) t.equal(committed.get(path), text, path);
  const licence = (path: string) => readFile(join(PROJECT, path, 'LICENSE'), 'utf8');
  t.equal(await licence('receiver'), await licence('.'));
});

t.test('packed, installed and used by another project', async t => {
  const dir = t.testdir({ app: { 'main.js': PROGRAM, 'typed.ts': TYPED } });
  const app = join(dir, 'app');
  const tarball = await packed(dir);
  const own = manifestOf('receiver/package.json');
  const local = Object.keys(own.dependencies).map(name => [
    name,
    `file:${join(PROJECT, 'node_modules', name)}`,
  ]);
  const manifest = { name: 'app', private: true, type: 'module', dependencies: Object.fromEntries(local) };
  await writeFile(join(app, 'package.json'), JSON.stringify(manifest));
  await npm(dir, app, ['install', '--omit=optional', '--ignore-scripts', tarball]);

  const packedFiles = (await must('tar', ['-tzf', tarball], { env: environment(dir) })).trim().split('\n');
  t.ok(packedFiles.includes('package/dist/receiver/receiver.d.ts'));
  t.same(
    packedFiles.filter(path => /\.ts$/.test(path) && !/\.d\.ts$/.test(path)),
    [],
    'no TypeScript, which Node would not run there',
  );
  t.ok(packedFiles.includes('package/LICENSE'));
  const installed = await readdir(join(app, 'node_modules'));
  t.same(
    installed.filter(name => !name.startsWith('.')),
    ['belfry', 'zod'],
    'it brings nothing of what the server needs',
  );
  const imports = await readFile(join(app, 'node_modules/belfry/dist/receiver/receiver.js'), 'utf8');
  t.notMatch(imports, /from 'zod'|\.ts'/, 'to verify, nothing but Node is loaded');

  const now = 1_700_000_000_000;
  const body = JSON.stringify({
    ...samplePush().data,
    hook_id: 1,
    hook_name: 'push_hooks',
    hook_url: '',
    password: '',
    sign: '',
    timestamp: String(now),
  });
  const headers = {
    'x-gitee-event': 'Push Hook',
    'x-gitee-token': giteeSignature('secret', now),
    'x-gitee-timestamp': String(now),
  };
  await writeFile(join(app, 'delivery.json'), JSON.stringify({ headers, body, now }));
  const wanted = [
    { ok: true, dialect: 'gitee', proof: 'signature', id: null, timestamp: now },
    'no-match',
    'push',
    'refs/heads/main',
  ];
  const env = environment(dir);
  t.same(JSON.parse(await must(NODE, ['main.js'], { cwd: app, env })), wanted, 'with our Node');
  // The package wants Node 22; an older one is only there to run npm.
  const machines = await must('env', ['-u', 'NODE_OPTIONS', 'node', '--version'], { env });
  if (Number(/\d+/.exec(machines)) >= 22)
    t.same(JSON.parse(await must('node', ['main.js'], { cwd: app, env })), wanted, "with the machine's own");

  const tsc = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
  const args = [
    tsc,
    ...strict,
    '--types',
    'node',
    '--typeRoots',
    join(PROJECT, 'node_modules/@types'),
    'typed.ts',
  ];
  t.equal(await must('env', ['-u', 'NODE_OPTIONS', NODE, ...args], { cwd: app, env }), '', 'the types hold');
});
