/**
 * The links of a push and of a merge request, opened in the viewers that they are made for: cgit and gitweb run as the
 * web server would run them, over the same directory.
 */
import { access, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type LinkBases, repositoryLinks, webhookLink } from '../../src/model/links.ts';
import { gitRepository } from '../support/git-repository.ts';
import { findProgram, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';

const WEB = 'https://git.example.com';
const ZERO = '0'.repeat(40);

/** A server's root with one repository in it: a merged branch, tags of both sorts, and the head of a merge request. */
async function served(t: Test, end: '.git' | '') {
  const dir = t.testdir({});
  const repository = await gitRepository(dir, { fullName: 'acme/my app+x' });
  const before = await repository.commit({ files: { a: '1\n' }, message: 'one\n' });
  await repository.git('tag', '-a', '-m', 'First', 'v1.0');
  await repository.git('tag', 'light');
  const after = await repository.commit({ files: { a: '2\n' }, message: 'two\n' });
  const refs = ['main', 'v1.0', 'light', 'HEAD:refs/heads/feature/x&y', 'HEAD:refs/pull/7/head'];
  const pushed = await repository.push(refs);
  t.equal(pushed.status, 0, pushed.stderr);
  await rename(repository.path, join(dir, 'root', `acme/my app+x${end}`));
  return {
    dir,
    env: repository.env,
    before,
    after,
    address: { fullName: 'acme/my app+x', served: `acme/my app+x${end}` },
  };
}

type Stage = Awaited<ReturnType<typeof served>>;

/** Each sort of link, and a text that nothing but its page has. */
function linksOf(
  style: LinkBases['style'],
  { before, after, address }: Stage,
): [what: string, url: string, has: string][] {
  const bases = { web: WEB, style, http: WEB, ssh: 'git@git.example.com:', git: 'git://git.example.com/' };
  const links = repositoryLinks(bases, address);
  return [
    ['html', links.html, 'my app+x'],
    ['webhook', webhookLink(bases, address, 3), 'my app+x'],
    ['issue', links.issue('7'), 'my app+x'],
    ['commit', links.commit(after), after],
    ['compare', links.compare(before, after), '/a'],
    ['compare of a new branch', links.compare(ZERO, after), after],
    ['compare of a deleted branch', links.compare(after, ZERO), 'my app+x'],
    ['branch', links.branch('feature/x&y'), 'two'],
    ['tag', links.tag('v1.0'), 'First'],
    ['tag without an object', links.tag('light'), before],
    ['merge request', links.mergeRequest(7), 'two'],
    ['diff', links.mergeRequestDiff(7, before, after), '\n-1\n+2\n'],
    ['patch', links.mergeRequestPatch(7, before, after), '\nSubject: '],
  ];
}

type Get = (url: string) => Promise<string>;

/** Runs a viewer for one request, as a web server does; gives headers and page. */
function viewer(
  command: string[],
  { env, dir }: Stage,
  more: Record<string, string>,
  scriptName: string,
): Get {
  return async url => {
    const { pathname, search } = new URL(url);
    const [program, ...args] = command;
    const ran = await run(program!, args, {
      cwd: dir,
      env: {
        ...env,
        ...more,
        REQUEST_METHOD: 'GET',
        HTTP_HOST: 'git.example.com',
        SERVER_NAME: 'git.example.com',
        SCRIPT_NAME: scriptName,
        PATH_INFO: scriptName === '/' ? '' : decodeURIComponent(pathname),
        QUERY_STRING: search.slice(1),
      },
    });
    const to = ran.stdout.startsWith('Status: 302')
      ? /^Location: (.*?)\r?$/m.exec(ran.stdout)?.[1]
      : undefined;
    return to === undefined ? ran.stdout : viewer(command, { env, dir } as Stage, more, scriptName)(to);
  };
}

async function opensAll(t: Test, style: LinkBases['style'], stage: Stage, get: Get): Promise<void> {
  for (const [what, url, has] of linksOf(style, stage)) {
    const page = await get(url);
    t.equal(/^Status: (?!200)(.*)$/m.exec(page)?.[1] ?? '200', '200', `${what}: ${url}`);
    t.equal(/class='error'>([^<]*)/.exec(page)?.[1] ?? 'no error', 'no error', `${what}: ${url}`);
    t.ok(page.includes(has), `${what} shows ${JSON.stringify(has)}: ${url}`);
  }
}

const CGIT = '/usr/lib/cgit/cgit.cgi';
const GITWEB = '/usr/share/gitweb/gitweb.cgi';

/** Neither lies on a PATH. */
async function isHere(t: Test, file: string): Promise<boolean> {
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  )
    return true;
  return needs(t, file);
}

for (const end of ['.git', ''] as const) {
  for (const style of ['cgit', 'cgit-remove-suffix'] as const) {
    t.test(`${style} knows every link of a repository that ends with "${end}"`, async t => {
      if (!(await isHere(t, CGIT))) return;
      const stage = await served(t, end);
      const config = join(stage.dir, 'cgitrc');
      const suffix = style === 'cgit-remove-suffix' ? 'remove-suffix=1\n' : '';
      await writeFile(config, `virtual-root=/\n${suffix}scan-path=${join(stage.dir, 'root')}\n`);
      await opensAll(t, style, stage, viewer([CGIT], stage, { CGIT_CONFIG: config }, ''));
    });
  }

  t.test(`gitweb knows every link of a repository that ends with "${end}"`, async t => {
    if (!(await isHere(t, GITWEB))) return;
    const perl = findProgram('perl');
    const hasCgi = perl !== null && (await run(perl, ['-MCGI', '-e', '1'])).status === 0;
    if (!hasCgi && !needs(t, "perl's CGI module")) return;
    const stage = await served(t, end);
    const config = join(stage.dir, 'gitweb.conf');
    await writeFile(
      config,
      `our $projectroot = "${join(stage.dir, 'root')}"; our $git_temp = "${stage.dir}"; 1;\n`,
    );
    await opensAll(t, 'gitweb', stage, viewer([perl!, GITWEB], stage, { GITWEB_CONFIG: config }, '/'));
  });
}
