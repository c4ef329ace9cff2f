/** Each row of the table of cases in gitee-format.md §4, from what Git said to the whole body. */
import t from 'tap';
import { buildPush } from '../../src/gitee/build-push.ts';
import { buildEnterprise, buildRepository } from '../../src/gitee/build-repository.ts';
import { eventContent } from '../../src/gitee/event-schema.ts';
import { toFullUser } from '../../src/gitee/person.ts';
import type { Push } from '../../src/gitee/push.ts';
import type { Commit, RefChange } from '../../src/model/change.ts';
import { repositoryLinks } from '../../src/model/links.ts';
import { fullUser, repository as repositoryLiteral, shortUser } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';

const WEB = 'https://git.example.com';
const BASES = {
  web: WEB,
  style: 'gitee',
  http: WEB,
  ssh: 'git@git.example.com:',
  git: 'git://git.example.com/',
} as const;
const [OLD, NEW, OLDER, TREE] = ['a', 'b', 'c', 'd'].map(char => char.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const ZERO = '0'.repeat(40);
const DOMAIN = 'users.noreply.git.example.com';

const person = (id: number, login: string, name = login) =>
  toFullUser({ id, login, name, emails: [] }, BASES, DOMAIN);
const OWNER = person(1, 'acme');
const PUSHER = person(2, 'zhang-san', '张三');

const links = repositoryLinks(BASES, { fullName: 'acme/app', served: 'acme/app.git' });
const described = {
  row: { id: 7, full_name: 'acme/app', company: 'acme' },
  facts: { description: '', defaultBranch: 'main', createdAt: Date.UTC(2021, 9, 1) },
  pushedAt: Date.UTC(2021, 9, 8, 8, 9, 0),
  owner: OWNER,
  links,
  offset: '+08:00',
};
const REPOSITORY = buildRepository(described);

const SOURCE = {
  repository: REPOSITORY,
  enterprise: buildEnterprise(described),
  pusher: PUSHER,
  links,
  findUser: (email: string) => (email === 'zhang@example.com' ? PUSHER : null),
  recovered: false,
};

const commit = (id: string, changes: Partial<Commit> = {}): Commit => ({
  id,
  tree: TREE,
  parents: [OLD],
  message: 'Ring the bell\n',
  author: { name: '张三', email: 'zhang@example.com', seconds: 1633680512, offset: '+0800' },
  committer: { name: 'Li', email: 'not an address', seconds: 1633680540, offset: '+0000' },
  added: ['a'],
  removed: [],
  modified: ['b', '目录/文件'],
  ...changes,
});

const change = (changes: Partial<RefChange> = {}): RefChange => ({
  ref: 'refs/heads/main',
  kind: 'branch',
  old: OLD,
  new: NEW,
  created: false,
  deleted: false,
  forced: false,
  head: commit(NEW),
  commits: [commit(NEW)],
  total: 1,
  removed: 0,
  tag: null,
  cut: [],
  ...changes,
});

const COMMIT = (id: string) => ({
  added: ['a'],
  author: {
    email: 'zhang@example.com',
    id: 2,
    name: '张三',
    remark: null,
    time: '2021-10-08T16:08:32+08:00',
    url: `${WEB}/zhang-san`,
    user: null,
    user_name: 'zhang-san',
    username: 'zhang-san',
  },
  committer: {
    email: 'not an address',
    id: null,
    name: 'Li',
    remark: null,
    time: null,
    url: null,
    user: null,
    user_name: null,
    username: null,
  },
  distinct: true,
  id,
  message: 'Ring the bell\n',
  modified: ['b', '目录/文件'],
  parent_ids: [OLD],
  removed: [],
  timestamp: '2021-10-08T16:08:32+08:00',
  tree_id: TREE,
  url: `${WEB}/acme/app/commit/${id}`,
});

const OWNER_LITERAL = fullUser(1, 'acme');
const PUSHER_LITERAL = fullUser(2, 'zhang-san', '张三');
const REPOSITORY_LITERAL = repositoryLiteral(7, OWNER_LITERAL, {
  created_at: '2021-10-01T08:00:00+08:00',
  pushed_at: '2021-10-08T16:09:00+08:00',
});

/** Everything that does not depend on the case. */
const COMMON = {
  enterprise: { id: null, name: 'acme', url: `${WEB}/acme` },
  project: REPOSITORY_LITERAL,
  push_data: null,
  pusher: shortUser(PUSHER_LITERAL),
  repository: REPOSITORY_LITERAL,
  sender: PUSHER_LITERAL,
  user: shortUser(PUSHER_LITERAL),
  user_email: `zhang-san@${DOMAIN}`,
  user_id: 2,
  user_name: '张三',
};

const built = (changes: Partial<RefChange>) => {
  const event = buildPush(change(changes), SOURCE);
  return { event, data: event.data as Push };
};

t.test('a push of one commit, whole', async t => {
  const { event } = built({});
  t.same(event, {
    name: 'push',
    data: {
      ...COMMON,
      after: NEW,
      before: OLD,
      commits: [COMMIT(NEW)],
      commits_more_than_ten: false,
      compare: `${WEB}/acme/app/compare/${OLD}...${NEW}`,
      created: false,
      deleted: false,
      head_commit: COMMIT(NEW),
      ref: 'refs/heads/main',
      total_commits_count: 1,
    },
    facts: {
      forced: false,
      removed: 0,
      tag: null,
      ref_url: `${WEB}/acme/app/tree/main`,
      cut: [],
      recovered: false,
    },
  });
});

t.test('the rows of the table', async t => {
  const branch = { ref: 'refs/heads/topic' };
  const tag: Partial<RefChange> = { ref: 'refs/tags/1.3', kind: 'tag', commits: [], total: null };
  const rows: [
    what: string,
    changes: Partial<RefChange>,
    wanted: Partial<Record<keyof Push, unknown>>,
    name: string,
  ][] = [
    [
      'push of two commits: newest first',
      { commits: [commit(NEW), commit(OLDER)], total: 2 },
      { commits: [COMMIT(NEW), COMMIT(OLDER)], total_commits_count: 2, commits_more_than_ten: false },
      'push',
    ],
    [
      'create branch: null, and counted',
      { ...branch, old: ZERO, created: true, commits: [], total: 13 },
      {
        before: ZERO,
        after: NEW,
        created: true,
        deleted: false,
        commits: null,
        head_commit: COMMIT(NEW),
        total_commits_count: 13,
        commits_more_than_ten: true,
        compare: `${WEB}/acme/app/compare/${ZERO}...${NEW}`,
      },
      'push',
    ],
    [
      'delete branch: an empty list, nothing counted',
      { ...branch, new: ZERO, deleted: true, head: null, commits: [], total: null },
      {
        before: OLD,
        after: ZERO,
        created: false,
        deleted: true,
        commits: [],
        head_commit: null,
        total_commits_count: null,
        commits_more_than_ten: null,
        compare: `${WEB}/acme/app/compare/${OLD}...${ZERO}`,
      },
      'push',
    ],
    [
      'create tag',
      { ...tag, old: ZERO, created: true },
      {
        before: ZERO,
        created: true,
        commits: null,
        head_commit: COMMIT(NEW),
        total_commits_count: null,
        commits_more_than_ten: null,
      },
      'tag_push',
    ],
    [
      'delete tag',
      { ...tag, new: ZERO, deleted: true, head: null },
      {
        after: ZERO,
        deleted: true,
        commits: [],
        head_commit: null,
        total_commits_count: null,
        commits_more_than_ten: null,
      },
      'tag_push',
    ],
    [
      'a moved tag looks like a new one, with two tips',
      { ...tag, forced: true },
      { before: OLD, after: NEW, created: false, deleted: false, commits: null, head_commit: COMMIT(NEW) },
      'tag_push',
    ],
    [
      'a tag of a tree has no commit',
      { ...tag, old: ZERO, created: true, head: null },
      { commits: null, head_commit: null },
      'tag_push',
    ],
    [
      'a forced push looks like an ordinary one',
      { forced: true, removed: 3 },
      { commits: [COMMIT(NEW)], created: false, deleted: false },
      'push',
    ],
    [
      'a branch that was only wound back',
      { forced: true, removed: 3, commits: [], total: 0 },
      { commits: [], total_commits_count: 0, commits_more_than_ten: false, head_commit: COMMIT(NEW) },
      'push',
    ],
    ['ten are not more than ten', { total: 10 }, { commits_more_than_ten: false }, 'push'],
    ['eleven are', { total: 11 }, { commits_more_than_ten: true, total_commits_count: 11 }, 'push'],
  ];
  for (const [what, changes, wanted, name] of rows) {
    const { event, data } = built(changes);
    t.equal(event.name, name, what);
    for (const [key, value] of Object.entries(wanted))
      t.same(data[key as keyof Push], value, `${what}: ${key}`);
    t.match(data, COMMON as object, `${what}: the rest is the same`);
    t.equal(Object.keys(data).length, 20, `${what}: every key, always`);
    const checked = eventContent.safeParse(event);
    t.ok(checked.success, `${what}: fits the schema`);
  }
});

t.test('the facts beside the body', async t => {
  const facts = (changes: Partial<RefChange>) => built(changes).event.facts;
  matches(t, facts({ forced: true, removed: 3, cut: ['too many paths'] }), {
    forced: true,
    removed: 3,
    cut: ['too many paths'],
  });
  t.match(facts({ ref: 'refs/heads/a/b c' }), { ref_url: `${WEB}/acme/app/tree/a/b%20c` });
  t.match(facts({ new: ZERO, deleted: true, head: null, commits: [], total: null }), { ref_url: null });
  const tag: Partial<RefChange> = { ref: 'refs/tags/v1', kind: 'tag', commits: [], total: null };
  const tagger = { name: 'Li', email: 'li@example.com', seconds: 0, offset: '+0000' };
  t.match(facts({ ...tag, tag: { message: 'Version 1\n\nLong\n', tagger } }), {
    tag: { subject: 'Version 1', tagger: 'Li' },
    ref_url: `${WEB}/acme/app/tree/v1`,
  });
  t.match(facts({ ...tag, tag: { message: '', tagger: null } }), { tag: { subject: '', tagger: null } });
  t.match(buildPush(change(), { ...SOURCE, recovered: true }).facts, { recovered: true });
});

t.test('odd commits: a root, a merge, an empty one, times and texts as they came', async t => {
  const odd = commit(NEW, {
    parents: [],
    message: '',
    author: { name: '', email: '', seconds: -1, offset: '+9999' },
    added: [],
    modified: [],
  });
  const { event, data } = built({ head: odd, commits: [odd] });
  matches(t, data.head_commit, {
    parent_ids: [],
    message: '',
    added: [],
    removed: [],
    modified: [],
    timestamp: '1969-12-31T23:59:59+00:00',
    author: { name: '', email: '', id: null, time: '1969-12-31T23:59:59+00:00' },
  });
  t.ok(eventContent.safeParse(event).success);
  const merge = commit(NEW, { parents: [OLD, OLDER], message: '合并\r\n\n' });
  matches(t, built({ head: merge }).data.head_commit, { parent_ids: [OLD, OLDER], message: '合并\r\n\n' });
});

t.test('SHA-256', async t => {
  const long = { old: OLD.padEnd(64, '1'), new: NEW.padEnd(64, '2') };
  const id = commit(long.new, { tree: TREE.padEnd(64, '3'), parents: [long.old] });
  const { event } = built({ ...long, head: id, commits: [id] });
  t.ok(eventContent.safeParse(event).success);
});
