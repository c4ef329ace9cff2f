import t from 'tap';
import type { EventContent } from '../../src/gitee/event.ts';
import { type Line, type Outline, plain } from '../../src/messages/outline.ts';
import type { Form } from '../../src/messages/outline-of.ts';
import { outlineOf } from '../../src/messages/outline-of.ts';
import { robotForm } from '../support/robot-form.ts';
import {
  sampleCommit,
  sampleDeletedBranch,
  sampleId,
  sampleIssue,
  sampleIssueObject,
  sampleMergeRequest,
  sampleNewBranch,
  sampleNote,
  sampleNotes,
  samplePullRequest,
  samplePush,
  sampleRepository,
  sampleTag,
  sampleUser,
  WEB,
} from '../support/sample-events.ts';

const many = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
const outline = (events: EventContent[], more: Partial<Form> = {}) => outlineOf(events, robotForm(more));
const headline = (event: EventContent, more: Partial<Form> = {}) => plain(outline([event], more).headline);
/** All lines in reading order, as words. */
function read({ headline, details, quote, sections, hidden, more }: Outline): string[] {
  const lines: Line[] = [headline, ...details];
  for (const section of sections) {
    if (section.head !== null) lines.push(section.head);
    lines.push(...section.items);
    if (section.hidden > 0) lines.push(section.more(section.hidden));
  }
  if (hidden > 0) lines.push(more(hidden));
  return [...lines.map(plain), ...quote.map(line => `> ${line}`)];
}

t.test('a push: who, how many, where, first lines, and how many more', async t => {
  const commits = many(12, i => sampleCommit(20 - i, `Subject ${i}\n\nBody\n`, 'Li Si'));
  const one = outline([samplePush({ commits, total_commits_count: 120 })]);
  t.same(read(one), [
    '张三 pushed 120 new commits to main in acme/app',
    ...many(10, i => `${sampleId(20 - i).slice(0, 7)} Subject ${i} — Li Si`),
    '+110 more commits',
  ]);
  t.equal(one.title, 'acme/app · main');
  const compare = `${WEB}/acme/app/compare/${sampleId(1)}...${sampleId(4)}`;
  t.same(one.link, { text: 'View changes', url: compare });
  t.equal(one.sections[0]!.more(110)[0]!.url, compare, 'the rest is behind the comparison');
});

t.test('every way a ref can change', async t => {
  const zero = '0'.repeat(40);
  const tagDeleted = { before: sampleId(1), after: zero, created: false, deleted: true, head_commit: null };
  const rows: [event: EventContent, headline: string, tone: string][] = [
    [samplePush(), '张三 pushed 3 new commits to main in acme/app', 'push'],
    [samplePush({ total_commits_count: 1 }), '张三 pushed 1 new commit to main in acme/app', 'push'],
    [
      samplePush({ facts: { forced: true, removed: 1 } }),
      '张三 force-pushed main in acme/app: 3 new commits, 1 commit removed',
      'forced',
    ],
    [
      samplePush({ commits: [], total_commits_count: 0, facts: { forced: true, removed: 5 } }),
      '张三 force-pushed main in acme/app: 5 commits removed',
      'forced',
    ],
    [sampleNewBranch('a/b'), '张三 created branch a/b in acme/app', 'new'],
    [sampleDeletedBranch('a/b'), '张三 deleted branch a/b in acme/app (it was at a1b2c3d)', 'gone'],
    [sampleTag('v1'), '张三 created tag v1 in acme/app', 'new'],
    [
      sampleTag('v1', { before: sampleId(1), created: false, facts: { forced: true } }),
      '张三 moved tag v1 in acme/app (it was at a1b2c3d)',
      'forced',
    ],
    [sampleTag('v1', tagDeleted), '张三 deleted tag v1 in acme/app (it was at a1b2c3d)', 'gone'],
  ];
  for (const [event, words, tone] of rows) {
    t.equal(headline(event), words);
    t.equal(outline([event]).tone, tone, words);
  }
});

t.test('a tag shows its own first line, or its commit’s', async t => {
  t.same(
    read(outline([sampleTag('v1', { facts: { tag: { subject: 'First bell', tagger: '张三' } } })])).slice(1),
    ['> First bell'],
  );
  t.same(read(outline([sampleTag('v1')])).slice(1), ['a1b2c3d Change number 4 — 李四']);
});

t.test('several refs of one push are one message: commits first, then the rest', async t => {
  const one = outline([
    sampleTag('v1', { facts: { tag: { subject: 'First', tagger: null } } }),
    sampleNewBranch('feature/x'),
    samplePush({ commits: many(14, i => sampleCommit(i)), total_commits_count: 14 }),
    sampleDeletedBranch('old'),
    samplePush({ ref: 'refs/heads/dev', facts: { forced: true, removed: 1 } }),
    sampleMergeRequest({ action: 'merge' }),
  ]);
  t.same(
    read(one).map(line => line.replace(/^a1b2c3d .*/, 'commit')),
    [
      '张三 pushed to acme/app: 2 branch updates, 1 new branch, 1 deleted branch, 1 new tag, 1 merge request event',
      'main: 14 new commits',
      ...many(5, () => 'commit'),
      '+9 more commits',
      'dev: force-pushed, 3 new commits, 1 commit removed',
      ...many(3, () => 'commit'),
      'Also:',
      'new tag v1 — First',
      'new branch feature/x',
      'deleted branch old (was at a1b2c3d)',
      '!12 Let people log in with a key: merged',
    ],
  );
});

t.test('40 tags, and 3,000 branches, are one message that says so', async t => {
  const tags = read(outline(many(40, i => sampleTag(`v${i}`))));
  t.equal(tags[0], '张三 pushed to acme/app: 40 new tags');
  t.equal(tags.length, 12);
  t.equal(tags.at(-1), '+30 more');
  const branches = read(
    outline(
      many(3_000, i => sampleNewBranch(`b${i}`)),
      { language: 'ru' },
    ),
  );
  t.match(branches[0], /^张三: push в репозиторий acme\/app: 3\s000 новых веток$/);
  t.match(branches.at(-1), /^и ещё 2\s990$/);
});

t.test('pushes to one ref become one change, from the oldest to the newest', async t => {
  const one = outline(
    [
      samplePush({ before: sampleId(1), after: sampleId(4) }),
      samplePush({
        before: sampleId(4),
        after: sampleId(9),
        commits: [sampleCommit(9)],
        total_commits_count: 5,
        sender: sampleUser('Анна', 'anna'),
      }),
    ],
    { digest: true },
  );
  t.same(read(one), [
    '张三, Анна pushed 8 new commits to main in acme/app',
    'In 2 pushes',
    'a1b2c3d Change number 9 — 李四',
    ...[4, 3, 2].map(n => `a1b2c3d Change number ${n} — 李四`),
    '+4 more commits',
  ]);
  t.equal(one.link!.url, `${WEB}/acme/app/compare/${sampleId(1)}...${sampleId(9)}`);
});

t.test('a branch that came and went in one digest', async t => {
  const created = sampleNewBranch('x');
  const deleted = sampleDeletedBranch('x', { before: sampleId(4) });
  const digest = (events: EventContent[]) => plain(outline(events, { digest: true }).headline);
  t.equal(digest([created, deleted]), '张三 deleted branch x in acme/app (it was at a1b2c3d)');
  t.equal(digest([created, samplePush({ ref: 'refs/heads/x' })]), '张三 created branch x in acme/app');
  t.equal(digest([deleted, created]), '张三 force-pushed x in acme/app', 'made anew elsewhere');
});

t.test('a digest goes by repository and counts everything', async t => {
  const request = (action: 'open' | 'update' | 'merge') =>
    sampleMergeRequest({ action, action_desc: action === 'update' ? 'source_branch_changed' : action });
  const one = outline(
    [
      samplePush(),
      samplePush({ repository: sampleRepository('acme/lib'), facts: { ref_url: null } }),
      request('open'),
      samplePush({ before: sampleId(4), after: sampleId(9), sender: sampleUser('Анна', 'anna') }),
      request('update'),
      request('update'),
      request('merge'),
      sampleIssue(),
      ...sampleNotes(),
      sampleNote({ author: sampleUser('王五', 'wang-wu') }),
    ],
    { digest: true },
  );
  t.equal(one.title, 'Digest: 2 repositories');
  t.same(read(one), [
    'Digest for 2 repositories: 9 new commits, 3 branch updates, 4 merge request events, 1 issue event, 5 comments',
    'acme/app',
    'main: 6 new commits (张三, Анна)',
    '!12 Let people log in with a key: opened, new commits ×2, merged (张三)',
    '#I4CYEO The bell does not ring: opened (张三)',
    '!12 Let people log in with a key: 2 comments (李四, 王五)',
    '#I4CYEO The bell does not ring: 1 comment (李四)',
    '51b1acb: 1 comment (李四)',
    'the repository: 1 comment (李四)',
    'acme/lib',
    'main: 3 new commits (张三)',
  ]);
});

t.test('comments on one thread are counted, not only the last one told', async t => {
  const events = many(5, i => sampleNote({ author: sampleUser(`U${i}`, `u${i}`) }));
  t.same(read(outline(events, { digest: true })), [
    'Digest for acme/app: 5 comments',
    '!12 Let people log in with a key: 5 comments (U0, U1, U2, 2 others)',
  ]);
});

t.test('a digest of very much counts what it cannot list', async t => {
  const events = many(20, r =>
    many(30, i => sampleNewBranch(`b${i}`, { repository: sampleRepository(`acme/r${r}`) })),
  ).flat();
  const one = outline(events, { digest: true });
  t.match(read(one)[0], 'Digest for 20 repositories: 600 new branches');
  const hidden = one.sections.reduce((sum, section) => sum + section.hidden, one.hidden);
  const shown = one.sections.reduce((sum, section) => sum + section.items.length, 0);
  t.equal(hidden + shown, 600);
});

t.test('a merge request: number, title, action, source and target', async t => {
  const labels = [
    { color: 'ff0000', id: 1, name: 'bug' },
    { color: '00ff00', id: 2, name: '紧急' },
  ];
  const fork = samplePullRequest(12, { labels });
  fork.head = { ...fork.head!, label: 'li-si:fix', repo: sampleRepository('li-si/app') };
  t.same(
    read(outline([sampleMergeRequest({ pull_request: fork, source_branch: 'fix', facts: { draft: true } })])),
    [
      '张三 opened merge request !12 Let people log in with a key in acme/app',
      'li-si:fix → main',
      'Draft',
      'Labels: bug, 紧急',
    ],
  );
  t.same(
    read(
      outline([sampleMergeRequest({ action: 'merge', facts: { inferred: true, recovered: true } })], {
        language: 'ru',
      }),
    ),
    [
      '张三: слит запрос на слияние !12 Let people log in with a key в репозитории acme/app',
      'feature/login → main',
      'Распознано по содержимому (squash или rebase)',
      'Замечено позже, при сверке репозитория',
    ],
  );
});

t.test('an issue and a comment are quoted to 300 characters', async t => {
  const body = `First line\r\n\r\n${'很'.repeat(400)}`;
  const issue = read(outline([sampleIssue({ issue: sampleIssueObject('I4', { body }) })]));
  t.same(issue.slice(1), ['> First line', `> ${'很'.repeat(290)}…`]);
  const note = read(outline([sampleNote({ note: body })], { language: 'zh' }));
  t.same(note, [
    '李四 评论了 acme/app 的合并请求 !12 Let people log in with a key',
    '> First line',
    `> ${'很'.repeat(290)}…`,
  ]);
  t.same(read(outline([sampleNote({ action: 'deleted' })])).slice(1), [], 'what was deleted is not repeated');
});

t.test('every action has its own sentence in every language', async t => {
  const requests = (['open', 'reopen', 'close', 'merge'] as const).map(action =>
    sampleMergeRequest({ action }),
  );
  const updates = [
    'source_branch_changed',
    'update_label',
    'target_branch_changed',
    'update_link_issue',
    'approved',
    'tested',
    'test',
    'assign',
    'other',
  ].map(action_desc => sampleMergeRequest({ action: 'update', action_desc }));
  const states = (['open', 'progressing', 'closed', 'rejected'] as const).map(state =>
    sampleIssue({ action: 'state_change', issue: sampleIssueObject('I4', { state }) }),
  );
  const issues = [
    sampleIssue(),
    sampleIssue({ action: 'assign', assignee: sampleUser('王五', 'wang-wu') }),
    sampleIssue({ action: 'assign' }),
    sampleIssue({ action: 'delete' }),
    sampleIssue({ action: 'add_label' }),
  ];
  const notes = sampleNotes().flatMap(one =>
    (['comment', 'edited', 'deleted'] as const).map(
      action => ({ ...one, data: { ...one.data, action } }) as EventContent,
    ),
  );
  const all = [...requests, ...updates, ...states, ...issues, ...notes];
  for (const language of ['en', 'zh', 'ru'] as const) {
    const said = all.map(event => headline(event, { language }).replace(/#I4(CYEO)? .*ring/, '#I4'));
    t.equal(new Set(said).size, all.length, language);
    for (const line of said) t.notMatch(line, /[{}*]| {2}/, line);
    for (const action of ['approved', 'tested', 'test', 'assign'] as const) {
      const kept = headline(sampleMergeRequest({ action, action_desc: action }), { language });
      const update = sampleMergeRequest({ action: 'update', action_desc: action });
      t.equal(kept, headline(update, { language }), 'as an older belfry has kept it');
    }
  }
});

t.test('a test says that it is one, with a sample or without', async t => {
  t.same(read(outline([], { test: true, language: 'zh' })), [
    '这是一条测试消息：机器人配置正确，消息可以送达。',
  ]);
  const one = outline([samplePush()], { test: true });
  t.same(read(one).slice(0, 2), [
    'This is a test: the robot is set up, and messages arrive here.',
    '张三 pushed 3 new commits to main in acme/app',
  ]);
  t.equal(one.title, 'Test message from belfry');
});

t.test(
  'a description of an update that is a name of every object is like any other that is not known',
  async t => {
    const said = (action_desc: string) =>
      headline(sampleMergeRequest({ action: 'update', action_desc }), { language: 'en' });
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      t.equal(said(name), said('other'), name);
  },
);

t.test('nameless people and empty messages have words too', async t => {
  const event = samplePush({
    sender: sampleUser('\u0000', '\u0007'),
    commits: [sampleCommit(4, '\n\n', '')],
    total_commits_count: 1,
  });
  t.same(read(outline([event])), [
    'Someone pushed 1 new commit to main in acme/app',
    'a1b2c3d (no message) — Someone',
  ]);
  t.match(headline(sampleNewBranch('\u0000')), 'created branch ? in');
});
