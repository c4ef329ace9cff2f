import t from 'tap';
import {
  LINK_STYLES,
  type LinkBases,
  repositoryLinks,
  userLink,
  webhookLink,
} from '../../src/model/links.ts';

const BASES: LinkBases = {
  web: 'https://git.example.com',
  style: 'gitee',
  http: 'https://git.example.com',
  ssh: 'git@git.example.com:',
  git: 'git://git.example.com/',
};

const named = (fullName: string, served = `${fullName}.git`) => ({ fullName, served });

const all = (bases: Partial<LinkBases>, address = named('acme/app')) => {
  const links = repositoryLinks({ ...BASES, ...bases }, address);
  return {
    html: links.html,
    commit: links.commit('c1'),
    compare: links.compare('b1', 'a1'),
    branch: links.branch('feature/x'),
    tag: links.tag('v1.0'),
    mergeRequest: links.mergeRequest(7),
    diff: links.mergeRequestDiff(7, 'b1', 'a1'),
    patch: links.mergeRequestPatch(7, 'b1', 'a1'),
    webhook: webhookLink({ ...BASES, ...bases }, address, 3),
  };
};

t.test('gitee', async t => {
  t.same(all({ style: 'gitee' }), {
    html: 'https://git.example.com/acme/app',
    commit: 'https://git.example.com/acme/app/commit/c1',
    compare: 'https://git.example.com/acme/app/compare/b1...a1',
    branch: 'https://git.example.com/acme/app/tree/feature/x',
    tag: 'https://git.example.com/acme/app/tree/v1.0',
    mergeRequest: 'https://git.example.com/acme/app/pulls/7',
    diff: 'https://git.example.com/acme/app/pulls/7.diff',
    patch: 'https://git.example.com/acme/app/pulls/7.patch',
    webhook: 'https://git.example.com/acme/app/hooks/3/edit',
  });
});

t.test('gitea', async t => {
  t.same(all({ style: 'gitea' }), {
    html: 'https://git.example.com/acme/app',
    commit: 'https://git.example.com/acme/app/commit/c1',
    compare: 'https://git.example.com/acme/app/compare/b1...a1',
    branch: 'https://git.example.com/acme/app/src/branch/feature/x',
    tag: 'https://git.example.com/acme/app/src/tag/v1.0',
    mergeRequest: 'https://git.example.com/acme/app/pulls/7',
    diff: 'https://git.example.com/acme/app/pulls/7.diff',
    patch: 'https://git.example.com/acme/app/pulls/7.patch',
    webhook: 'https://git.example.com/acme/app',
  });
});

t.test('cgit', async t => {
  t.same(all({ style: 'cgit' }), {
    html: 'https://git.example.com/acme/app.git',
    commit: 'https://git.example.com/acme/app.git/commit/?id=c1',
    compare: 'https://git.example.com/acme/app.git/diff/?id=a1&id2=b1',
    branch: 'https://git.example.com/acme/app.git/log/?h=feature%2Fx',
    tag: 'https://git.example.com/acme/app.git/tag/?h=v1.0',
    mergeRequest: 'https://git.example.com/acme/app.git/log/?h=refs/pull/7/head',
    diff: 'https://git.example.com/acme/app.git/rawdiff/?id=a1&id2=b1',
    patch: 'https://git.example.com/acme/app.git/patch/?id=a1&id2=b1',
    webhook: 'https://git.example.com/acme/app.git',
  });
});

t.test('gitweb', async t => {
  t.same(all({ style: 'gitweb' }), {
    html: 'https://git.example.com/?p=acme/app.git',
    commit: 'https://git.example.com/?p=acme/app.git;a=commit;h=c1',
    compare: 'https://git.example.com/?p=acme/app.git;a=commitdiff;h=a1;hp=b1',
    branch: 'https://git.example.com/?p=acme/app.git;a=shortlog;h=refs/heads/feature%2Fx',
    tag: 'https://git.example.com/?p=acme/app.git;a=object;h=refs/tags/v1.0',
    mergeRequest: 'https://git.example.com/?p=acme/app.git;a=shortlog;h=refs/pull/7/head',
    diff: 'https://git.example.com/?p=acme/app.git;a=commitdiff_plain;h=a1;hp=b1',
    patch: 'https://git.example.com/?p=acme/app.git;a=patches;h=a1;hp=b1',
    webhook: 'https://git.example.com/?p=acme/app.git',
  });
});

t.test('clone URLs, with the separator that is missing', async t => {
  const { cloneHttp, cloneSsh, cloneGit, svn } = repositoryLinks(BASES, named('acme/app'));
  t.same(
    [cloneHttp, cloneSsh, cloneGit, svn],
    [
      'https://git.example.com/acme/app.git',
      'git@git.example.com:acme/app.git',
      'git://git.example.com/acme/app.git',
      'svn://git.example.com/acme/app',
    ],
  );
  t.equal(repositoryLinks({ ...BASES, ssh: 'ssh://git@h:22' }, named('a')).cloneSsh, 'ssh://git@h:22/a.git');
  t.equal(repositoryLinks({ ...BASES, git: 'git://h' }, named('a')).cloneGit, 'git://h/a.git');
  t.equal(repositoryLinks({ ...BASES, web: 'http://h:8080/x' }, named('a')).svn, 'svn://h:8080/a');
});

t.test('names of strangers cannot leave their place in a URL', async t => {
  const nasty = '../../x?y#z "<>&\\\n\u202e张三\ud800';
  for (const style of LINK_STYLES) {
    const links = repositoryLinks({ ...BASES, style }, named(nasty));
    for (const url of [links.html, links.branch(nasty), links.tag(nasty), userLink(BASES, nasty)]) {
      t.match(url, /^[\w:/.?=;&%!~*'()-]+$/, `${style}: only what a URL may hold`);
      t.equal(new URL(url).origin, 'https://git.example.com');
      t.equal(new URL(url).hash, '');
    }
  }
  t.equal(userLink(BASES, 'zhang-san'), 'https://git.example.com/zhang-san');
});

t.test('a repository without `.git` on the disk was linked and cloned with one', async t => {
  const bare = named('acme/app', 'acme/app');
  const { cloneHttp, cloneSsh, cloneGit } = repositoryLinks(BASES, bare);
  t.strictSame(
    [cloneHttp, cloneSsh, cloneGit],
    ['https://git.example.com/acme/app', 'git@git.example.com:acme/app', 'git://git.example.com/acme/app'],
  );
  t.equal(all({ style: 'cgit' }, bare).commit, 'https://git.example.com/acme/app/commit/?id=c1');
  t.equal(all({ style: 'gitweb' }, bare).commit, 'https://git.example.com/?p=acme/app;a=commit;h=c1');
  const working = named('acme/app', 'acme/app/.git');
  t.equal(repositoryLinks(BASES, working).cloneSsh, 'git@git.example.com:acme/app/.git');
});

t.test('cgit with remove-suffix=1 shows no repository under an address that ends with `.git`', async t => {
  for (const served of ['acme/app.git', 'acme/app', 'acme/app/.git']) {
    const links = all({ style: 'cgit-remove-suffix' }, named('acme/app', served));
    t.equal(links.html, 'https://git.example.com/acme/app', served);
    t.equal(links.commit, 'https://git.example.com/acme/app/commit/?id=c1', served);
  }
  const { cloneHttp } = repositoryLinks({ ...BASES, style: 'cgit-remove-suffix' }, named('acme/app'));
  t.equal(cloneHttp, 'https://git.example.com/acme/app.git', 'to be cloned it keeps its own name');
});

t.test('a comparison with no commit at one end leads to a page that exists', async t => {
  const zero = '0'.repeat(40);
  for (const style of ['cgit', 'cgit-remove-suffix', 'gitweb'] as const) {
    const links = repositoryLinks({ ...BASES, style }, named('acme/app'));
    t.equal(links.compare(zero, 'a1'), links.commit('a1'), `${style}: a new branch`);
    t.equal(links.compare('b1', zero), links.html, `${style}: a deleted one`);
    t.equal(links.mergeRequestDiff(7, 'b1', zero), links.html, `${style}: a request whose head is not here`);
    t.equal(links.foreignRequest(7), links.html, `${style}: a request of another system`);
  }
});
