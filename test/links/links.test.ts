import t from 'tap';
import { LINK_STYLES, type LinkBases, repositoryLinks, userLink } from '../../src/links/links.ts';

const BASES: LinkBases = {
  web: 'https://git.example.com',
  style: 'gitee',
  http: 'https://git.example.com',
  ssh: 'git@git.example.com:',
  git: 'git://git.example.com/',
};

const all = (bases: Partial<LinkBases>, name = 'acme/app') => {
  const links = repositoryLinks({ ...BASES, ...bases }, name);
  return {
    html: links.html,
    commit: links.commit('c1'),
    compare: links.compare('b1', 'a1'),
    branch: links.branch('feature/x'),
    tag: links.tag('v1.0'),
    mergeRequest: links.mergeRequest(7),
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
  });
});

t.test('gitweb', async t => {
  t.same(all({ style: 'gitweb' }), {
    html: 'https://git.example.com/?p=acme/app.git',
    commit: 'https://git.example.com/?p=acme/app.git;a=commit;h=c1',
    compare: 'https://git.example.com/?p=acme/app.git;a=commitdiff;h=a1;hp=b1',
    branch: 'https://git.example.com/?p=acme/app.git;a=shortlog;h=refs/heads/feature%2Fx',
    tag: 'https://git.example.com/?p=acme/app.git;a=tag;h=refs/tags/v1.0',
    mergeRequest: 'https://git.example.com/?p=acme/app.git;a=shortlog;h=refs/pull/7/head',
  });
});

t.test('clone URLs, with the separator that is missing', async t => {
  const { cloneHttp, cloneSsh, cloneGit, svn } = repositoryLinks(BASES, 'acme/app');
  t.same(
    [cloneHttp, cloneSsh, cloneGit, svn],
    [
      'https://git.example.com/acme/app.git',
      'git@git.example.com:acme/app.git',
      'git://git.example.com/acme/app.git',
      'svn://git.example.com/acme/app',
    ],
  );
  t.equal(repositoryLinks({ ...BASES, ssh: 'ssh://git@h:22' }, 'a').cloneSsh, 'ssh://git@h:22/a.git');
  t.equal(repositoryLinks({ ...BASES, git: 'git://h' }, 'a').cloneGit, 'git://h/a.git');
  t.equal(repositoryLinks({ ...BASES, web: 'http://h:8080/x' }, 'a').svn, 'svn://h:8080/a');
});

t.test('names of strangers cannot leave their place in a URL', async t => {
  const nasty = '../../x?y#z "<>&\\\n\u202e张三\ud800';
  for (const style of LINK_STYLES) {
    const links = repositoryLinks({ ...BASES, style }, nasty);
    for (const url of [links.html, links.branch(nasty), links.tag(nasty), userLink(BASES, nasty)]) {
      t.match(url, /^[\w:/.?=;&%!~*'()-]+$/, `${style}: only what a URL may hold`);
      t.equal(new URL(url).origin, 'https://git.example.com');
      t.equal(new URL(url).hash, '');
    }
  }
  t.equal(userLink(BASES, 'zhang-san'), 'https://git.example.com/zhang-san');
});
