/** `belfry/receiver` for deliveries in the words of GitHub, GitLab and Gitea: of belfry, and as those forges send them. */
import t from 'tap';
import { giteaPayload } from '../../src/forges/gitea-forgejo/gitea-payload.ts';
import { githubPayload } from '../../src/forges/github/github-payload.ts';
import { pingEvent } from '../../src/forges/github/github-ping.ts';
import { gitlabPayload } from '../../src/forges/gitlab/gitlab-payload.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import { gitea } from '../../src/kinds/gitea-forge.ts';
import { gitee } from '../../src/kinds/gitee.ts';
import { github } from '../../src/kinds/github.ts';
import { gitlab } from '../../src/kinds/gitlab.ts';
import type { Seal } from '../../src/kinds/kind.ts';
import { parse, verify } from '../../src/receiver/receiver.ts';
import { DIALECTS } from '../../src/receiver/verdict.ts';
import { goldenPush, SOURCE } from '../support/golden-events.ts';
import { matches } from '../support/matches.ts';
import { robotSeal } from '../support/robot-form.ts';
import {
  sampleDeletedBranch,
  sampleIssue,
  sampleMergeRequest,
  sampleNewBranch,
  sampleNotes,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

const P = '{"ref":"refs/heads/main","message":"推送 é"}';
const K = 'belfry-test-secret-01';
const U = '密码-01';
const W = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const ID = '2a071334-2e53-5492-8c4b-b59a97a80f30';
const HMAC = '4ccda800e1db5ee068e3d2ad196108dffa2c2dab8726e5122079f2e244b8421e';
const NOW = 1_767_225_600_000;
const all = { now: NOW, dialects: DIALECTS };

type Pairs = [name: string, value: string][];

const KINDS = { github, gitlab, gitea } as const;
const FORGES = ['github', 'gitlab', 'gitea'] as const;

/** As belfry sends it. */
function sealed(forge: keyof typeof KINDS, event: string, body = P, changes: Partial<Seal> = {}): Pairs {
  const seal = robotSeal('https://ci.example.com/hook', {
    ...{
      secret: K,
      auth: forge === 'gitlab' ? 'password' : 'signature',
      now: NOW,
      deliveryId: '06bk2m7q3rvxj0a9',
    },
    ...{ composed: { event, eventId: 4711, repositoryId: 7, source: SOURCE }, ...changes },
  });
  return KINDS[forge].seal(body, seal).headers as Pairs;
}

const EVENTS = { github: 'push', gitlab: 'Push Hook', gitea: 'push' } as const;
const PROOFS = { github: 'body', gitlab: 'password', gitea: 'body' } as const;
/** As the forge itself sends it: without what belfry adds. */
const genuine = (headers: Pairs) => headers.filter(([name]) => !/^webhook-/.test(name));
const set = (headers: Pairs, name: string, value: string): Pairs =>
  headers.map(([key, old]) => [key, key === name ? value : old]);

t.test('the vectors of each forge', async t => {
  const own: [dialect: 'github' | 'gitlab' | 'gitea', headers: Pairs, secret: string, body: string][] = [
    [
      'github',
      [['X-Hub-Signature-256', 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17']],
      "It's a Secret to Everybody",
      'Hello, World!',
    ],
    ['github', [['X-Hub-Signature-256', `sha256=${HMAC}`]], K, P],
    [
      'github',
      [['X-Hub-Signature-256', 'sha256=011d5f51daf458bd698739ffff9934a6109a2d4bb154def218b3c95a48a6b1b8']],
      U,
      P,
    ],
    ['gitea', [['X-Gitea-Signature', HMAC]], K, P],
    ['gitea', [['X-Gogs-Signature', HMAC]], K, P],
    ['gitea', [['X-Forgejo-Signature', HMAC]], K, P],
    ['gitlab', [['X-Gitlab-Token', K]], K, P],
    ['gitlab', [['X-Gitlab-Token', Buffer.from(U).toString('latin1')]], U, P],
  ];
  for (const [dialect, headers, secret, body] of own) {
    const proof = PROOFS[dialect];
    const right = { ok: true, dialect, proof, id: null, timestamp: null };
    for (const bytes of [body, Buffer.from(body)])
      t.strictSame(verify(headers, bytes, ['other', secret], all), right, headers[0]![0]);
    t.match(verify(headers, body, 'other', all), { ok: false, reason: 'no-match' });
    if (proof === 'body')
      t.match(verify(headers, `${body} `, secret, all), { ok: false, reason: 'no-match' });
  }
  for (const [secret, signature] of [
    [W, 'v1,zy4JIcCjV4+NdrNt+lBl5BSHKA1fhPyvHVNxAJtMgQ4='],
    [K, 'v1,+GWkW8dbVTUjsCoyjPXBvOvY3WO6B/ypI+K9DqeXAYc='],
  ] as const) {
    const headers = {
      'X-Gitlab-Event': 'Push Hook',
      'webhook-id': ID,
      'webhook-timestamp': String(NOW / 1_000),
      'webhook-signature': signature,
    };
    const right = { ok: true, dialect: 'gitlab', proof: 'standard', id: ID, timestamp: NOW };
    t.strictSame(verify(headers, P, secret, all), right, 'a signing token of GitLab');
    t.match(verify(headers, `${P} `, secret, all), { ok: false, reason: 'no-match' });
    t.match(verify({ ...headers, 'X-Gitlab-Token': 'x' }, P, secret, all), right, 'the signature counts');
    t.match(verify(headers, P, secret, { ...all, now: NOW + 3_600_001 }), { reason: 'out-of-time' });
  }
});

t.test('a delivery of belfry, and the same as its forge would send it', async t => {
  for (const forge of FORGES) {
    const headers = sealed(forge, EVENTS[forge]);
    const standard = {
      ...{ ok: true, dialect: forge, proof: 'standard', timestamp: NOW },
      id: forge === 'gitlab' ? ID : '06bk2m7q3rvxj0a9',
    };
    t.strictSame(verify(headers, P, K, all), standard, forge);
    t.strictSame(verify(headers, P, K, { ...all, dialects: [forge], proofs: ['standard'] }), standard);
    const bare = genuine(headers);
    const own = { ok: true, dialect: forge, proof: PROOFS[forge], id: ID, timestamp: null };
    t.strictSame(verify(bare, P, K, all), own, `${forge}: its own proof`);
    t.match(verify(bare, P, 'other', all), { ok: false, reason: 'no-match' });
    t.match(verify(headers, `${P} `, K, all), { ok: false, reason: 'no-match' });
    t.match(verify(bare, P, K, { ...all, proofs: ['standard'] }), { ok: false, reason: 'other-proof' });
    const none = sealed(forge, EVENTS[forge], P, { secret: null, auth: 'none' });
    t.match(
      verify(none, P, K, all),
      { ok: false, reason: 'missing-header' },
      `${forge}: no secret at the sender`,
    );
  }
});

t.test('missing, doubled and odd headers are refused with a reason', async t => {
  const bare = Object.fromEntries(FORGES.map(one => [one, genuine(sealed(one, EVENTS[one]))])) as Record<
    string,
    Pairs
  >;
  const without = (forge: string, pattern: RegExp) => bare[forge]!.filter(([name]) => !pattern.test(name));
  const cases: [what: string, headers: Pairs, reason: string][] = [
    ['nothing', [], 'missing-header'],
    ['only SHA-1', without('github', /256/), 'missing-header'],
    ['an empty signature', set(bare.github!, 'X-Hub-Signature-256', ''), 'missing-header'],
    ['a bare prefix', set(bare.github!, 'X-Hub-Signature-256', 'sha256='), 'odd-header'],
    ['no prefix', set(bare.github!, 'X-Hub-Signature-256', HMAC), 'odd-header'],
    ['capitals', set(bare.github!, 'X-Hub-Signature-256', `sha256=${HMAC.toUpperCase()}`), 'odd-header'],
    ['shorter', set(bare.github!, 'X-Hub-Signature-256', `sha256=${HMAC.slice(1)}`), 'odd-header'],
    ['joined', set(bare.github!, 'X-Hub-Signature-256', `sha256=${HMAC}, sha256=${HMAC}`), 'odd-header'],
    ['two signatures', [...bare.github!, ['x-hub-signature-256', `sha256=${HMAC}`]], 'duplicate-header'],
    ['no token', without('gitlab', /Token/), 'missing-header'],
    ['an empty token', set(bare.gitlab!, 'X-Gitlab-Token', ''), 'missing-header'],
    ['two tokens', [...bare.gitlab!, ['x-gitlab-token', K]], 'duplicate-header'],
    ['a longer token', set(bare.gitlab!, 'X-Gitlab-Token', `${K}x`), 'no-match'],
    ['a shorter token', set(bare.gitlab!, 'X-Gitlab-Token', K.slice(1)), 'no-match'],
    ['a Gitea without secret', set(bare.gitea!, 'X-Gitea-Signature', ''), 'missing-header'],
    ['with a prefix', set(bare.gitea!, 'X-Gitea-Signature', `sha256=${HMAC}`), 'odd-header'],
    ['two of Gitea', [...bare.gitea!, ['x-gitea-signature', HMAC]], 'duplicate-header'],
    ['Gogs says another', set(bare.gitea!, 'X-Gogs-Signature', '0'.repeat(64)), 'no-match'],
    ["only GitHub's", without('gitea', /(Gitea|Gogs|Forgejo)-Signature/), 'missing-header'],
    ['of GitHub and GitLab', [...bare.github!, ['X-Gitlab-Token', K]], 'two-dialects'],
    ['of Gitea and GitLab', [...bare.gitea!, ['X-Gitlab-Event', 'Push Hook']], 'two-dialects'],
    ['of GitHub and Gitee', [...bare.github!, ['X-Gitee-Event', 'Push Hook']], 'two-dialects'],
  ];
  for (const [what, headers, reason] of cases) {
    const result = verify(headers, P, K, all);
    t.match(result, { ok: false, reason }, what);
    t.notMatch(JSON.stringify(result), K, 'no secret in the message');
  }
});

t.test(
  "who asks for one forge gets no other's, and Gitea's twins of GitHub's headers are Gitea's",
  async t => {
    for (const forge of FORGES)
      for (const asked of DIALECTS) {
        const result = verify(sealed(forge, EVENTS[forge]), P, K, { now: NOW, dialects: [asked] });
        t.match(
          result,
          asked === forge ? { ok: true, dialect: forge } : { ok: false, reason: 'other-dialect' },
        );
      }
    const twins = genuine(sealed('gitea', 'push'));
    t.ok(twins.some(([name]) => name === 'X-GitHub-Event'));
    t.match(verify(twins, P, K, { now: NOW, dialects: ['github'] }), { reason: 'other-dialect' });
    t.match(verify(twins, P, K, { now: NOW, dialects: ['github', 'gitea'] }), { ok: true, dialect: 'gitea' });
  },
);

t.test('who asks for nothing gets what was given before there were other forges', async t => {
  for (const forge of FORGES) {
    const headers = sealed(forge, EVENTS[forge]);
    t.match(verify(headers, P, K, { now: NOW }), { ok: true, proof: 'standard', dialect: null });
    t.match(verify(genuine(headers), P, K, { now: NOW }), { ok: false, reason: 'missing-header' });
    t.match(await parse(headers, P), { ok: false, reason: 'unknown-event' });
  }
  const seal = robotSeal('https://ci.example.com/hook', { secret: K, auth: 'signature', now: NOW });
  const { headers, body } = gitee.seal(gitee.render!([samplePush()], {} as never), seal);
  const more = [...(headers as Pairs), ['X-GitHub-Event', 'push'], ['X-Hub-Signature-256', 'x']] as Pairs;
  t.match(verify(more, body, K, { now: NOW }), { ok: true, dialect: 'gitee', proof: 'standard' });
  t.match(await parse(more, body), { ok: true, event: { dialect: 'gitee', name: 'push' } });
  t.match(verify(headers as Pairs, body, K, all), { ok: true, dialect: 'gitee' });
  t.match(await parse(headers as Pairs, body, all), { ok: true, event: { dialect: 'gitee', name: 'push' } });
});

const SAMPLES: EventContent[] = [
  ...[goldenPush(), samplePush(), sampleNewBranch('topic'), sampleDeletedBranch('topic'), sampleTag()],
  ...[sampleMergeRequest(), sampleMergeRequest({ action: 'merge' }), sampleIssue(), ...sampleNotes()],
];

t.test('every event of belfry parses, by the name that its forge has for it', async t => {
  const names: Record<string, Set<string>> = { github: new Set(), gitlab: new Set(), gitea: new Set() };
  for (const content of SAMPLES)
    for (const word of [null, 'create', 'delete'] as const) {
      const built = {
        github: githubPayload(content, word, SOURCE),
        gitlab: gitlabPayload(content, word, SOURCE),
        gitea: giteaPayload(content, word, SOURCE),
      };
      for (const forge of FORGES) {
        const payload = built[forge];
        if (payload === null) continue;
        const body = JSON.stringify(payload.body);
        const headers = sealed(forge, payload.event, body);
        const result = await parse(headers, body, all);
        t.match(result, { ok: true, event: { dialect: forge, test: false } }, `${forge}: ${payload.event}`);
        if (!result.ok) t.fail(result.message);
        else {
          names[forge]!.add(result.event.name);
          t.strictSame(JSON.stringify(result.event.data), body, 'whole, with what the types do not know');
          t.equal(result.event.id, forge === 'gitlab' ? ID : '06bk2m7q3rvxj0a9');
          const bare = await parse(genuine(headers), body, { dialects: [forge] });
          t.match(bare, { ok: true, event: { id: ID } }, "the forge's own id");
        }
      }
    }
  t.strictSame(
    Object.values(names).map(one => [...one].sort()),
    [
      ['commit_comment', 'create', 'delete', 'issue_comment', 'issues', 'pull_request', 'push'],
      ['issue', 'merge_request', 'note', 'push', 'tag_push'],
      ['create', 'delete', 'issue_comment', 'issues', 'pull_request', 'push'],
    ],
  );
});

t.test('tests say so, as far as the forge has a way', async t => {
  const ping = pingEvent(samplePush(), SOURCE);
  const body = JSON.stringify(ping.body);
  t.match(await parse(sealed('github', ping.event, body), body, all), {
    ok: true,
    event: { name: 'ping', test: true },
  });
  const tested = giteaPayload(samplePush(), null, { ...SOURCE, test: true })!;
  const push = JSON.stringify(tested.body);
  t.match(await parse(sealed('gitea', 'push', push), push, all), {
    ok: true,
    event: { name: 'push', test: true },
  });
});

t.test('a body that is not what its header says', async t => {
  const { body } = githubPayload(goldenPush(), null, SOURCE)!;
  const json = body as Record<string, unknown>;
  const headers = sealed('github', 'push');
  matches(t, await parse(headers, JSON.stringify({ ...json, ref: 7, commits: null }), all), {
    ok: false,
    reason: 'wrong-body',
    problems: [/^ref: /, /^commits: /],
  });
  t.match(await parse(headers, 'payload=%7B%7D', all), { ok: false, reason: 'not-json' });
  t.match(await parse(sealed('github', 'workflow_run'), '{}', all), { ok: false, reason: 'unknown-event' });
  t.match(await parse(sealed('github', '__proto__'), '{}', all), { ok: false, reason: 'unknown-event' });
  t.match(await parse([...headers, ['x-github-event', 'ping']], '{}', all), {
    ok: false,
    reason: 'unknown-event',
  });
  t.match(await parse([...headers, ['X-Gitlab-Event', 'Push Hook']], '{}', all), {
    ok: false,
    reason: 'unknown-event',
    message: /github and gitlab/,
  });
  const merge = gitlabPayload(sampleMergeRequest(), null, SOURCE)!;
  const text = JSON.stringify(merge.body);
  t.match(await parse(sealed('gitlab', 'Push Hook', text), text, all), {
    ok: false,
    reason: 'unknown-event',
  });
  const issue = JSON.stringify(gitlabPayload(sampleIssue(), null, SOURCE)!.body);
  t.match(await parse(sealed('gitlab', 'Confidential Issue Hook', issue), issue, all), {
    ok: true,
    event: { name: 'issue' },
  });
  const go = giteaPayload(sampleTag(), null, SOURCE)!.body as Record<string, unknown>;
  const nulls = JSON.stringify({ ...go, commits: null });
  t.match(
    await parse(sealed('gitea', 'push', nulls), nulls, all),
    { ok: true },
    'Go writes an empty list as null',
  );
});
