/** Golden cases 27 and 34 of the kind `gitea`: the headers of Gitea, Gogs and Forgejo, and the vectors of their signatures. */
import t from 'tap';
import { gitea } from '../../src/kinds/gitea-forge.ts';
import type { Seal } from '../../src/kinds/kind.ts';
import { goldenPush, SOURCE } from '../support/golden-events.ts';
import { robotSeal } from '../support/robot-form.ts';

const P = '{"ref":"refs/heads/main","message":"推送 é"}';
const K = 'belfry-test-secret-01';
const ID = '2a071334-2e53-5492-8c4b-b59a97a80f30';
const HEX = '4ccda800e1db5ee068e3d2ad196108dffa2c2dab8726e5122079f2e244b8421e';

const COMPOSED = { event: 'push', type: 'push', eventId: 4711, repositoryId: 7, source: SOURCE };

const seal = (changes: Partial<Seal> = {}): Seal =>
  robotSeal('https://ci.example.com/hook', {
    ...{ secret: K, auth: 'signature', now: 1_767_225_600_000, deliveryId: '06bk2m7q3rvxj0a9' },
    ...{ composed: COMPOSED, ...changes },
  });
const headers = (changes: Partial<Seal> = {}) => new Map(gitea.seal(P, seal(changes)).headers);

t.test('every header of a push', async t => {
  const request = gitea.seal(P, seal());
  t.strictSame([request.method, request.url, request.body], ['POST', 'https://ci.example.com/hook', P]);
  t.strictSame(request.headers, [
    ['Content-Type', 'application/json'],
    ['User-Agent', 'Gitea/belfry'],
    ['Accept', '*/*'],
    ['X-Gitea-Delivery', ID],
    ['X-Gogs-Delivery', ID],
    ['X-Forgejo-Delivery', ID],
    ['X-GitHub-Delivery', ID],
    ['X-Gitea-Event', 'push'],
    ['X-Gogs-Event', 'push'],
    ['X-Forgejo-Event', 'push'],
    ['X-GitHub-Event', 'push'],
    ['X-Gitea-Event-Type', 'push'],
    ['X-Gogs-Event-Type', 'push'],
    ['X-Forgejo-Event-Type', 'push'],
    ['X-GitHub-Event-Type', 'push'],
    ['X-Gitea-Signature', HEX],
    ['X-Gogs-Signature', HEX],
    ['X-Forgejo-Signature', HEX],
    ['X-Hub-Signature-256', `sha256=${HEX}`],
    ['X-Hub-Signature', 'sha1=93427d7e370e663afa15498a8563e5995725bd7b'],
    ['X-Belfry-Delivery', '06bk2m7q3rvxj0a9'],
    ['webhook-id', '06bk2m7q3rvxj0a9'],
    ['webhook-timestamp', '1767225600'],
    ['webhook-signature', request.headers.at(-1)![1]],
  ]);
  t.match(request.headers.at(-1)![1], /^v1,[A-Za-z0-9+/]{43}=$/);
});

t.test('the key is the whole secret in UTF-8', async t => {
  const signed = headers({ secret: '密码-01' });
  const hex = '011d5f51daf458bd698739ffff9934a6109a2d4bb154def218b3c95a48a6b1b8';
  t.equal(signed.get('X-Gitea-Signature'), hex);
  t.equal(signed.get('X-Hub-Signature-256'), `sha256=${hex}`);
  t.equal(signed.get('X-Hub-Signature'), 'sha1=04bd4219f0efb3c307d4dc024b3f6aa89e787a14');
});

t.test('without a secret none of the five signatures is there, not even an empty one', async t => {
  t.strictSame(
    [...headers({ secret: null, auth: 'none' }).keys()].filter(name => /signature/i.test(name)),
    [],
  );
});

t.test('while one secret replaces another, the five are of the one that counts', async t => {
  const rotating = headers({ signWith: ['new-secret', K] });
  t.equal(rotating.get('X-Gitea-Signature'), HEX);
  t.equal(rotating.get('webhook-signature')!.split(' ').length, 2);
});

t.test('the finer name of an event stands beside it', async t => {
  const sync = headers({ composed: { ...COMPOSED, event: 'pull_request', type: 'pull_request_sync' } });
  t.equal(sync.get('X-Gitea-Event'), 'pull_request');
  t.equal(sync.get('X-Gogs-Event-Type'), 'pull_request_sync');
});

t.test('it composes what Gitea says, and has no ping', async t => {
  t.match(await gitea.compose!(goldenPush(), null, SOURCE, null), { event: 'push' });
  t.equal(await gitea.compose!(goldenPush(), 'ping', SOURCE, null), null);
});
