import t from 'tap';
import { buildEnterprise, buildRepository } from '../../src/gitee/build-repository.ts';
import { repository } from '../../src/gitee/repository.ts';
import { giteeId } from '../../src/gitee/scalar.ts';
import { repositoryLinks } from '../../src/model/links.ts';
import { fullUser } from '../support/gitee-literals.ts';
import { sampleUser } from '../support/sample-events.ts';

const WEB = 'https://git.example.com';
const BASES = { web: WEB, style: 'gitee', http: WEB, ssh: 'git@h:', git: 'git://h/' } as const;

const source = (fullName: string, company: string | null) => ({
  row: { id: 7, full_name: fullName, company },
  facts: { description: 'Glocken', defaultBranch: 'trunk', createdAt: 1_600_000_000_123 },
  pushedAt: 1_633_680_512_999,
  owner: sampleUser('艾克米', 'acme'),
  links: repositoryLinks(BASES, { fullName, served: `${fullName}.git` }),
  offset: '+08:00',
});

t.test('of a company: its display name is in the name, never in the path', async t => {
  const built = buildRepository(source('acme/app', 'acme'));
  t.match(built, {
    id: 7,
    name: 'app',
    path: 'app',
    full_name: 'acme/app',
    path_with_namespace: 'acme/app',
    name_with_namespace: '艾克米/app',
    namespace: 'acme',
    description: 'Glocken',
    default_branch: 'trunk',
    created_at: '2020-09-13T20:26:40+08:00',
    pushed_at: '2021-10-08T16:08:32+08:00',
    updated_at: '2021-10-08T16:08:32+08:00',
    url: `${WEB}/acme/app`,
    html_url: `${WEB}/acme/app`,
    owner: { login: 'acme', type: 'User' },
    homepage: null,
    language: null,
    license: null,
  });
  t.ok(repository.safeParse(built).success);
  t.equal(Object.keys(built).length, 34, 'every key of the table in gitee-format.md §3.5');
  t.strictSame(buildEnterprise(source('acme/app', 'acme')), { id: null, name: '艾克米', url: `${WEB}/acme` });
});

t.test('deeper below a company, and of no company', async t => {
  t.match(buildRepository(source('acme/team/app', 'acme')), {
    name: 'app',
    namespace: 'acme/team',
    name_with_namespace: '艾克米/team/app',
  });
  t.match(buildRepository(source('app', null)), {
    name: 'app',
    namespace: '',
    name_with_namespace: 'app',
    full_name: 'app',
  });
  t.equal(buildEnterprise(source('app', null)), null);
});

t.test('nothing is null that a strict client refuses as null (gitee-format.md §12)', async t => {
  const built = buildRepository(source('app', null)) as Record<string, unknown>;
  for (const key of [
    'url',
    'html_url',
    'git_http_url',
    'git_ssh_url',
    'git_url',
    'ssh_url',
    'path_with_namespace',
    'clone_url',
    'svn_url',
  ]) {
    t.type(built[key], 'string', key);
  }
});

t.test('ids fit 31 bits', async t => {
  t.ok(giteeId.safeParse(2 ** 31 - 1).success);
  for (const id of [2 ** 31, -1, 1.5, '1', null]) t.notOk(giteeId.safeParse(id).success, String(id));
  t.equal(Object.keys(fullUser(1, 'a')).length, 12);
});
