import { writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { issue as issueSchema } from '../../src/gitee/issue.ts';
import { mergeRequest as mergeRequestSchema } from '../../src/gitee/merge-request.ts';
import { note as noteSchema } from '../../src/gitee/note.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { fullUser, type Json } from '../support/gitee-literals.ts';
import { giteeProblems } from '../support/gitee-problems.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { run } from '../support/run.ts';
import { tower, WEB } from '../support/tower.ts';

const ISSUE = {
  action: 'open',
  actor: { login: 'zhang-san', name: '张三', email: 'zhang@example.com' },
  at: '2026-11-23T08:08:32.750Z',
  issue: {
    id: 4711,
    title: 'The bell does not ring',
    body: 'It stops.\r\nTwice.',
    author: 'zhang@example.com',
    state: 'open',
    labels: ['bug', { name: 'urgent', color: '#FF0000' }],
    milestone: { title: 'v1', due_on: '2026-12-24', created_at: '2026-11-01T00:00:00Z' },
    created_at: '2026-11-23T10:00:00+0200',
  },
};

const REQUEST = {
  number: 7,
  title: 'Ring twice',
  author: 'li-si@example.com',
  state: 'open',
  source: { branch: 'feature', sha: 'a'.repeat(40) },
  target: { branch: 'release/1', sha: 'b'.repeat(40) },
  labels: ['bug'],
  created_at: '2026-11-23T08:00:00Z',
};

type Body = Record<string, Json> & Record<string, unknown>;

/** Gitee's part of a body: without the envelope of the webhook. */
function dataOf(body: Buffer): Body {
  t.same(giteeProblems(body), [], 'the body is what Gitee sends');
  const {
    hook_id: _1,
    hook_name: _2,
    hook_url: _3,
    password: _4,
    sign: _5,
    timestamp: _6,
    ...data
  } = JSON.parse(body.toString('utf8'));
  return data;
}

t.test('an issue becomes a whole delivery, and the same issue keeps its ids', async t => {
  const { belfry, receiver, webhook, settled } = await tower(t);
  await webhook('/all', ['--all', '--events', 'issue,note', '--secret', 'x']);
  await webhook('/pushes', ['--all']);
  const emit = (event: string, input: unknown, ...more: string[]) =>
    belfry.json<Json>(['emit', event, '--repo', 'acme/app', ...more], { stdin: JSON.stringify(input) });

  t.match(await emit('issue', ISSUE), {
    event: 'issue',
    repository: 'acme/app',
    recorded: true,
    deliveries: 1,
  });
  const [first] = await receiver.received(1, { path: '/all' });
  t.equal(headerOf(first!, 'x-gitee-event'), 'Issue Hook');
  const data = dataOf(first!.body);
  issueSchema.parse(data);
  const zhang = fullUser(data.sender!.id as number, 'zhang-san', '张三', 'zhang@example.com');
  t.same(data.issue, {
    assignee: null,
    body: 'It stops.\r\nTwice.',
    collaborators: [],
    comments: 0,
    created_at: '2026-11-23T16:00:00+08:00',
    html_url: `${WEB}/acme/app/issues/I10001`,
    id: 1679617,
    labels: [
      { color: 'B3B3B3', id: 1679618, name: 'bug' },
      { color: 'FF0000', id: 1679619, name: 'urgent' },
    ],
    milestone: {
      closed_issues: 0,
      created_at: '2026-11-01T08:00:00+08:00',
      description: null,
      due_on: '2026-12-24',
      html_url: `${WEB}/acme/app/milestones/1679620`,
      id: 1679620,
      number: 1679620,
      open_issues: 0,
      state: 'open',
      title: 'v1',
      updated_at: '2026-11-23T16:08:32+08:00',
    },
    number: 'I10001',
    state: 'open',
    state_name: '待办的',
    title: 'The bell does not ring',
    type_name: '任务',
    updated_at: '2026-11-23T16:08:32+08:00',
    user: zhang,
  });
  t.match(data, {
    iid: 'I10001',
    milestone: 'v1',
    state: 'open',
    user: zhang,
    updated_by: zhang,
    target_user: null,
  });
  t.match(data.repository, { full_name: 'acme/app', default_branch: 'main' });
  t.strictSame(data.enterprise, { id: null, name: 'acme', url: `${WEB}/acme` });

  await emit('issue', {
    ...ISSUE,
    action: 'state_change',
    issue: { ...ISSUE.issue, id: '4711', state: 'rejected', title: 'Other words', labels: ['urgent'] },
  });
  await emit('note', {
    action: 'comment',
    actor: 'zhang-san',
    comment: { id: 'c-1', body: 'Fixed', author: 'zhang-san', created_at: '2026-11-24T00:00:00Z' },
    issue: ISSUE.issue,
  });
  const later = (await receiver.received(3, { path: '/all' })).slice(1).map(one => dataOf(one.body));
  matches(t, later[0], {
    state: 'closed',
    iid: 'I10001',
    issue: { id: 1679617, state: 'rejected', labels: [{ id: 1679619 }] },
  });
  noteSchema.parse(later[1]);
  t.match(later[1], {
    noteable_type: 'Issue',
    noteable_id: 1679617,
    per_iid: '#I10001',
    note: 'Fixed',
    url: new RegExp(`^${WEB}/acme/app/issues/I10001#note_\\d+$`),
  });
  const log = await settled(3);
  t.strictSame(
    log.map(one => one.event),
    ['note', 'issue', 'issue'],
    'the webhook for pushes heard nothing',
  );
});

t.test('the same --id twice is one event', async t => {
  const { belfry, webhook, settled } = await tower(t);
  await webhook('/', ['--all', '--events', 'issue']);
  const stdin = JSON.stringify(ISSUE);
  const emit = (id: string) =>
    belfry.json<Json>(['emit', 'issue', '--repo', 'acme/app', '--id', id], { stdin });
  const done = await Promise.all([emit('journal-81'), emit('journal-81'), emit('journal-81')]);
  t.same(done.map(one => one.recorded).sort(), [false, false, true]);
  t.equal(new Set(done.map(one => one.event_id)).size, 1, 'all name the same event');
  t.match(await emit('journal-82'), { recorded: true });
  t.equal((await settled(2)).length, 2);
});

t.test('a merge request: branch filters look at its target, ends default to the tips here', async t => {
  const { belfry, repository, receiver, webhook } = await tower(t);
  await webhook('/release', ['--all', '--events', 'merge_request', '--branch', 'release/*']);
  await webhook('/main', ['--all', '--events', 'merge_request', '--branch', 'main']);
  const emit = (merge_request: object, more = {}) =>
    belfry.run(['emit', 'merge_request', '--repo', 'acme/app', '--json'], {
      stdin: JSON.stringify({ action: 'open', actor: 'zhang-san', merge_request, ...more }),
    });
  t.match((await emit(REQUEST)).json(), { deliveries: 1 });
  const [first] = await receiver.received(1, { path: '/release' });
  const data = dataOf(first!.body);
  mergeRequestSchema.parse(data);
  t.match(data, {
    number: 7,
    action_desc: 'open',
    source_branch: 'feature',
    target_branch: 'release/1',
    merge_status: 'unchecked',
    url: `${WEB}/acme/app/pulls/7`,
    pull_request: { head: { label: 'acme:feature', sha: 'a'.repeat(40) }, base: { ref: 'release/1' } },
  });

  const missing = await emit({ ...REQUEST, target: { branch: 'main' } });
  t.equal(missing.status, 2);
  matches(t, missing.json(), {
    recorded: false,
    problems: [{ path: 'merge_request.target.sha', got: 'nothing' }],
  });
  await repository.commit();
  await repository.push(['main']);
  const tip = await repository.git('rev-parse', 'HEAD');
  t.match(
    (await emit({ ...REQUEST, state: 'merged', target: { branch: 'main' } }, { action: 'merge' })).json(),
    {
      deliveries: 1,
    },
  );
  const [merged] = await receiver.received(1, { path: '/main' });
  t.match(dataOf(merged!.body), {
    action: 'merge',
    action_desc: 'merge',
    pull_request: { base: { sha: tip.trim() }, merged: true, merged_at: /\+08:00$/, closed_at: /\+08:00$/ },
  });
});

t.test(
  'a request whose source is gone keeps the last head that was announced; without one receivers survive',
  async t => {
    const { belfry, receiver, webhook } = await tower(t);
    await webhook('/', ['--all', '--events', 'merge_request,note']);
    const emit = (merge_request: object, more: object = { action: 'close' }, event = 'merge_request') =>
      belfry.json(['emit', event, '--repo', 'acme/app'], {
        stdin: JSON.stringify({ actor: 'zhang-san', merge_request, ...more }),
      });
    await emit(REQUEST, { action: 'open' });
    await emit({ ...REQUEST, source: { branch: 'feature', sha: 'c'.repeat(40) } }, { action: 'reopen' });
    await emit({ ...REQUEST, state: 'closed', source: null });
    const comment = { id: 5, body: 'Gone?', author: 'li-si', created_at: '2026-11-24T00:00:00Z' };
    await emit({ ...REQUEST, state: 'closed', source: null }, { action: 'comment', comment }, 'note');
    await emit({ ...REQUEST, number: 8, state: 'closed', source: null });
    await emit({ ...REQUEST, state: 'closed', source: null }, { action: 'close', tracker: 'another' });
    const all = (await receiver.received(6)).map(one => dataOf(one.body));
    const heads = all.map(data => (data.pull_request as { head: Json }).head);
    t.match(heads[2], { label: 'acme:feature', ref: 'feature', sha: 'c'.repeat(40), repo: { id: 1 } });
    t.strictSame(heads[3], heads[2], 'inside a note as well');
    t.match(all[2], { source_branch: 'feature', source_repo: { repository: { id: 1 } } });
    t.match(heads[4], { ref: 'pull/8/head', sha: '0'.repeat(40) }, 'nothing is known of it');
    t.match(all[4], { source_branch: 'pull/8/head' });
    t.match(heads[5], { ref: 'pull/7/head', sha: '0'.repeat(40) }, 'another system has a !7 of its own');
  },
);

t.test('a label has the colour that it was last given, wherever it comes without one', async t => {
  const { belfry, receiver, webhook } = await tower(t);
  await webhook('/', ['--all', '--events', 'issue,merge_request']);
  const issue = (labels: unknown[]) => ['issue', { ...ISSUE, issue: { ...ISSUE.issue, labels } }] as const;
  const request = (labels: unknown[], stale_labels: unknown[]) => {
    const merge_request = { ...REQUEST, labels, stale_labels };
    return ['merge_request', { action: 'open', actor: 'zhang-san', merge_request }] as const;
  };
  for (const [event, input] of [
    issue(['bug', 'urgent']),
    issue(['bug', { name: 'bug', color: '#FF0000' }]),
    issue(['bug']),
    request(['bug', 'late'], [{ name: 'late', color: '0000FF' }]),
    issue([{ name: 'bug', color: '00FF00' }]),
    request(['bug'], ['bug']),
  ]) {
    await belfry.json(['emit', event, '--repo', 'acme/app'], { stdin: JSON.stringify(input) });
  }
  const colours = (await receiver.received(6)).map(({ body }) => {
    const { issue: about, pull_request: pull } = dataOf(body) as Record<string, Record<string, Json[]>>;
    return [...(about ?? pull)!.labels!, ...(pull?.stale_labels ?? [])].map(
      one => `${one.name} ${one.color}`,
    );
  });
  t.strictSame(colours, [
    ['bug B3B3B3', 'urgent B3B3B3'],
    ['bug FF0000', 'bug FF0000'],
    ['bug FF0000'],
    ['bug FF0000', 'late 0000FF', 'late 0000FF'],
    ['bug 00FF00'],
    ['bug 00FF00', 'bug 00FF00'],
  ]);
});

t.test(
  'assign, approved, test and tested go out as updates of that description, as Gitee sends them',
  async t => {
    const { belfry, receiver, webhook } = await tower(t);
    await webhook('/', ['--all', '--events', 'merge_request']);
    const actions = ['assign', 'approved', 'test', 'tested', 'open', 'merge'];
    for (const action of actions) {
      const stdin = JSON.stringify({ action, actor: 'zhang-san', merge_request: REQUEST });
      await belfry.json(['emit', 'merge_request', '--repo', 'acme/app'], { stdin });
    }
    const bodies = (await receiver.received(6)).map(one => dataOf(one.body));
    t.strictSame(
      bodies.map(({ action, action_desc }) => `${action} ${action_desc}`),
      ['update assign', 'update approved', 'update test', 'update tested', 'open open', 'merge merge'],
    );
  },
);

t.test('comments on a merge request, a commit and the repository', async t => {
  const { belfry, receiver, webhook } = await tower(t);
  await webhook('/', ['--all', '--events', 'note']);
  const comment = { id: 5, body: 'Why?', author: 'li-si', created_at: '2026-11-24T00:00:00Z' };
  for (const on of [
    { merge_request: REQUEST },
    { commit: { sha: 'c'.repeat(40), path: 'src/a.ts', line: 9 } },
    { repository: true },
  ]) {
    const stdin = JSON.stringify({ action: 'comment', actor: 'li-si', comment, ...on });
    await belfry.json(['emit', 'note', '--repo', 'acme/app'], { stdin });
  }
  const bodies = (await receiver.received(3)).map(one => dataOf(one.body));
  for (const body of bodies) noteSchema.parse(body);
  t.match(bodies[0], { noteable_type: 'PullRequest', per_iid: '!7', short_commit_id: null });
  matches(
    t,
    (bodies[0]!.pull_request as Json).labels,
    [{ name: 'bug' }],
    'a request inside a note has its labels',
  );
  t.match(bodies[1], {
    noteable_type: 'Commit',
    short_commit_id: 'ccccccc',
    per_iid: null,
    comment: { commit_id: 'c'.repeat(40), position: /^[0-9a-f]{40}_9_9$/ },
  });
  t.match(bodies[2], { noteable_type: 'Comment', noteable_id: null, title: null });
  t.equal(new Set(bodies.map(body => (body.comment as Json).id)).size, 1, 'one comment, one id');
});

t.test('what is wrong is listed at once, and nothing of it stays', async t => {
  const { belfry, webhook } = await tower(t);
  await webhook('/', ['--all', '--events', 'issue']);
  const users = await belfry.json(['user', 'list']);
  const { title: _, ...issue } = ISSUE.issue;
  const bad = {
    ...ISSUE,
    action: 'opened',
    actor: 7,
    at: '2026-11-23 08:08',
    issue: { ...issue, asignee: 'x', state: null, labels: [{ color: 'red' }], author: { name: 'x' } },
    '\u001b[2J': 1,
  };
  const args = ['emit', 'issue', '--repo', 'acme/app'];
  const ran = await belfry.run(args, { stdin: JSON.stringify(bad) });
  t.equal(ran.status, 2);
  t.equal(ran.stdout, '');
  t.equal(
    ran.stderr,
    `belfry: Not a valid issue event; nothing was recorded
  actor: wanted a login, an e-mail address, or an object with login or email, and perhaps name, got 7
  at: wanted a time with its offset, such as 2026-11-23T16:08:32+08:00 or 2026-11-23T08:08:32Z, got "2026-11-23 08:08"
  action: wanted one of open, assign, state_change, delete, add_label, got "opened"
  issue.title: wanted a text, got nothing
  issue.author: wanted a login, an e-mail address, or an object with login or email, and perhaps name, got an object
  issue.state: wanted one of open, progressing, closed, rejected, got null
  issue.labels[0].name: wanted a text, got nothing
  issue.labels[0].color: wanted six hex digits, got "red"
  issue.asignee: wanted assignee, got an unknown key
  \\x1b[2J: wanted one of actor, at, tracker, action, issue, got an unknown key
  \`belfry emit issue --schema\` shows the format. The least that is needed:
  {"actor": "li-si", "action": "open",
   "issue": {"id": 12, "title": "The bell rings twice", "author": "li-si",
             "state": "open", "created_at": "2026-11-23T08:00:00Z"}}
`,
  );
  t.same(await belfry.json(['user', 'list']), users, 'nobody was made');
  t.same(await belfry.json(['deliveries']), []);

  const inputs: [what: string, stdin: string | Buffer, said: RegExp][] = [
    ['no object', '[1]', /the input: wanted an object, got a list of 1/],
    ['no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), /wanted UTF-8, got other bytes \(line 1\)/],
    ['too much', `"${'x'.repeat(8 * 1024 * 1024)}"`, /wanted at most 8388608 bytes, got more/],
  ];
  for (const [what, stdin, said] of inputs) {
    const { status, stderr } = await belfry.run(args, { stdin });
    t.equal(status, 2, what);
    t.match(stderr, said, what);
    t.notMatch(stderr, /nobody expected/, what);
  }
});

t.test('an event needs a repository that is known, and a name that another system may announce', async t => {
  const { belfry, repository } = await tower(t);
  const cases: [args: string[], status: number, said: RegExp][] = [
    [['emit', 'push'], 2, /A push event comes from Git/],
    [['emit', 'tag_push', '--repo', 'acme/app'], 2, /A tag_push event comes from Git/],
    [
      ['emit', 'isue', '--repo', 'acme/app'],
      2,
      /wanted one of issue, merge_request, note, got.*\n.*Did you mean issue/,
    ],
    [['emit', 'issue'], 2, /Missing repository: use --repo NAME/],
    [['emit', 'issue', '--repo', 'acme/ap'], 1, /Did you mean acme\/app/],
    [['emit', 'issue', '--repo', 'acme/app', '--id', ''], 2, /1 to 200 characters/],
  ];
  for (const [args, status, said] of cases) {
    const ran = await belfry.run(args, { stdin: JSON.stringify(ISSUE) });
    t.equal(ran.status, status, args.join(' '));
    t.match(ran.stderr, said, args.join(' '));
  }
  await rename(repository.path, `${repository.path}-away`);
  for (const [event, input] of [
    ['issue', ISSUE],
    ['merge_request', { action: 'open', actor: 'x', merge_request: REQUEST }],
  ] as const) {
    const ran = await belfry.run(['emit', event, '--repo', 'acme/app'], { stdin: JSON.stringify(input) });
    t.equal(ran.status, 1, event);
    t.match(ran.stderr, /^belfry: acme\/app no longer exists: /, event);
  }
});

t.test('the least examples of the help, copied into a shell as they stand', async t => {
  const { dir, belfry, repository, webhook, settled } = await tower(t);
  await webhook('/', ['--all', '--events', 'issue,merge_request,note']);
  await repository.commit();
  await repository.push(['main', 'main:topic']);
  const { stdout } = await belfry.run(['emit', '--help']);
  const examples = stdout
    .split('Examples:\n')[1]!
    .split(/^ {2}# .*\n/m)
    .filter(text => text.includes('echo'));
  t.equal(examples.length, 3);
  writeFileSync(
    join(dir, 'belfry'),
    `#!/bin/sh\nexec '${NODE}' '${join(PROJECT, 'src/cli.ts')}' --home '${belfry.home}' "$@"\n`,
    { mode: 0o755 },
  );
  const env = { ...belfry.env, PATH: `${dir}:${belfry.env.PATH}` };
  for (const example of examples)
    t.match(await run('sh', ['-c', example], { env, cwd: dir }), {
      status: 0,
      stdout: /^(issue|merge_request|note) event of acme\/app: 1 delivery\n$/,
      stderr: '',
    });
  t.strictSame((await settled(3)).map(({ event }) => event).sort(), ['issue', 'merge_request', 'note']);
});

t.test('--schema prints JSON Schema', async t => {
  const { belfry } = await tower(t);
  const schema = await belfry.json<Json>(['emit', 'issue', '--schema']);
  matches(t, schema, {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'belfry emit issue',
    type: 'object',
    required: ['actor', 'action', 'issue'],
    additionalProperties: false,
    properties: { issue: { required: ['id', 'title', 'author', 'state', 'created_at'] } },
  });
  for (const name of ['merge_request', 'note']) {
    t.match(await belfry.json(['emit', name, '--schema']), { type: 'object', title: `belfry emit ${name}` });
  }
});
