/** The kind `github`: requests as GitHub makes them, with published and recomputed signatures. */
import t from 'tap';
import type { ForgePayload, ForgeSource } from '../../src/forges/forge.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import { sortedJson } from '../../src/gitee/json.ts';
import { github } from '../../src/kinds/github.ts';
import { bodySignature, hubSignatures } from '../../src/kinds/hub-signature.ts';
import type { Seal, Word } from '../../src/kinds/kind.ts';
import { goldenPush, SOURCE } from '../support/golden-events.ts';
import { robotSeal } from '../support/robot-form.ts';

const K = 'belfry-test-secret-01';
const U = '密码-01';
const P = '{"ref":"refs/heads/main","message":"推送 é"}';

const seal = (changes: Partial<Seal> = {}): Seal =>
  robotSeal('https://ci.example.com/hook', {
    auth: 'signature',
    secret: K,
    deliveryId: '06bk2m7q3rvxj0a9',
    now: 1_767_225_600_000,
    composed: { event: 'push', eventId: 4711, repositoryId: 7, source: SOURCE },
    ...changes,
  });

t.test('signatures over the exact bytes', async t => {
  // GitHub's own published example.
  t.strictSame(hubSignatures("It's a Secret to Everybody", 'Hello, World!'), [
    ['X-Hub-Signature-256', 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'],
    ['X-Hub-Signature', 'sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59'],
  ]);
  t.strictSame(hubSignatures(K, P), [
    ['X-Hub-Signature-256', 'sha256=4ccda800e1db5ee068e3d2ad196108dffa2c2dab8726e5122079f2e244b8421e'],
    ['X-Hub-Signature', 'sha1=93427d7e370e663afa15498a8563e5995725bd7b'],
  ]);
  t.strictSame(hubSignatures(U, P), [
    ['X-Hub-Signature-256', 'sha256=011d5f51daf458bd698739ffff9934a6109a2d4bb154def218b3c95a48a6b1b8'],
    ['X-Hub-Signature', 'sha1=04bd4219f0efb3c307d4dc024b3f6aa89e787a14'],
  ]);
  const form = new URLSearchParams({ payload: P }).toString();
  t.match(bodySignature('sha256', K, form), /^59f6c0fb.*caeb033$/, 'a form, which is never sent');
});

t.test('the request as a whole', async t => {
  t.strictSame(github.seal(P, seal()), {
    method: 'POST',
    url: 'https://ci.example.com/hook',
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'GitHub-Hookshot/belfry'],
      ['Accept', '*/*'],
      ['X-GitHub-Event', 'push'],
      ['X-GitHub-Delivery', '2a071334-2e53-5492-8c4b-b59a97a80f30'],
      ['X-GitHub-Hook-ID', '7'],
      ['X-GitHub-Hook-Installation-Target-Type', 'repository'],
      ['X-GitHub-Hook-Installation-Target-ID', '7'],
      ...hubSignatures(K, P),
      ['X-Belfry-Delivery', '06bk2m7q3rvxj0a9'],
      ['webhook-id', '06bk2m7q3rvxj0a9'],
      ['webhook-timestamp', '1767225600'],
      ['webhook-signature', github.seal(P, seal()).headers.at(-1)![1]],
    ],
    body: P,
  });
});

t.test('without a secret no header has a signature', async t => {
  for (const none of [{ secret: null }, { secret: null, auth: 'none' as const }]) {
    const { headers } = github.seal(P, seal(none));
    t.strictSame(
      headers.filter(([name]) => /signature/i.test(name)),
      [],
    );
  }
});

t.test(
  'while a secret is being replaced its signature is made with one, the standard’s with both',
  async t => {
    const { headers } = github.seal(P, seal({ secret: 'old', signWith: [K, 'old'] }));
    const of = (name: string) => headers.find(each => each[0] === name)?.[1];
    t.equal(of('X-Hub-Signature-256'), hubSignatures('old', P)[0]![1]);
    t.equal(of('webhook-signature')?.split(' ').length, 2);
  },
);

t.test('a whsec_ secret is the key as it stands', async t => {
  const secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
  const { headers } = github.seal(P, seal({ secret }));
  t.ok(
    headers.some(
      ([name, value]) => name === 'X-Hub-Signature-256' && value === hubSignatures(secret, P)[0]![1],
    ),
  );
});

t.test('a ping says what the webhook is, and of its URL no more than the host', async t => {
  const webhook = { id: 7, shownUrl: 'https://ci.example.com/***', createdAt: 1_767_225_600_000 };
  const payload = await composed(goldenPush(), 'ping', { ...SOURCE, webhook });
  const { zen, ...body } = payload.body as Record<string, unknown>;
  t.equal(payload.event, 'ping');
  t.equal(typeof zen, 'string');
  t.match(body, {
    hook_id: 7,
    hook: {
      type: 'Repository',
      id: 7,
      name: 'web',
      active: true,
      config: { content_type: 'json', insecure_ssl: '0', url: 'https://ci.example.com/***' },
      created_at: '2026-01-01T00:00:00Z',
      last_response: { code: null, status: 'unused', message: null },
    },
    repository: { full_name: 'acme/app' },
    sender: { login: 'ada' },
  });
});

t.test('quotes, a line separator, Chinese and what replaces a lone surrogate arrive', async t => {
  const message = 'a "b" \\c \u2028 推送 \ud800x';
  const { data } = goldenPush();
  const head = { ...data.head_commit!, message };
  const content = { ...goldenPush(), data: { ...data, head_commit: head } };
  const payload = await composed(content, null, SOURCE);
  const sent = github.seal(sortedJson(payload.body), seal());
  const bytes = Buffer.from(sent.body, 'utf8');
  t.equal(JSON.parse(bytes.toString()).head_commit.message, 'a "b" \\c \u2028 推送 \ufffdx');
  const signature = sent.headers.find(([name]) => name === 'X-Hub-Signature-256')![1];
  t.equal(signature, `sha256=${bodySignature('sha256', K, bytes.toString('utf8'))}`);
});

/** GitHub's kind composes payloads and nothing else. */
async function composed(
  content: EventContent,
  word: Word | null,
  source: ForgeSource,
): Promise<ForgePayload> {
  return (await github.compose!(content, word, source, null)) as ForgePayload;
}
