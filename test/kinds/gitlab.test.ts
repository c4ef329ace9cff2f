/** Golden cases 18, 22, 23 and 34 of the kind `gitlab`: headers, and the vectors of its secret. */
import { createHash } from 'node:crypto';
import t from 'tap';
import { gitlab } from '../../src/kinds/gitlab.ts';
import type { Seal } from '../../src/kinds/kind.ts';
import { goldenPush, SOURCE } from '../support/golden-events.ts';
import { robotSeal } from '../support/robot-form.ts';

/** 47 bytes of UTF-8, and the secrets of the vectors. */
const P = '{"ref":"refs/heads/main","message":"推送 é"}';
const K = 'belfry-test-secret-01';
const W = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const ID = '2a071334-2e53-5492-8c4b-b59a97a80f30';

const COMPOSED = { event: 'Push Hook', eventId: 4711, repositoryId: 7, source: SOURCE };

const seal = (changes: Partial<Seal> = {}): Seal =>
  robotSeal('https://ci.example.com/hook', {
    ...{ secret: K, auth: 'password', now: 1_767_225_600_000, deliveryId: '06bk2m7q3rvxj0a9' },
    ...{ composed: COMPOSED, ...changes },
  });
const headers = (changes: Partial<Seal> = {}) => new Map(gitlab.seal(P, seal(changes)).headers);

t.test('every header of a push', async t => {
  t.equal(createHash('sha256').update(P).digest('hex').slice(0, 8), 'f66ab377', 'the body of the vectors');
  const request = gitlab.seal(P, seal());
  t.strictSame([request.method, request.url, request.body], ['POST', 'https://ci.example.com/hook', P]);
  t.strictSame(request.headers, [
    ['Content-Type', 'application/json'],
    ['User-Agent', 'GitLab/belfry'],
    ['Accept', '*/*'],
    ['X-Gitlab-Event', 'Push Hook'],
    ['X-Gitlab-Token', 'belfry-test-secret-01'],
    ['Idempotency-Key', ID],
    ['X-Gitlab-Event-UUID', '0c554f99-79ef-5048-9349-0c8050823fb1'],
    ['X-Gitlab-Webhook-UUID', 'b6124e74-4585-5c48-89ae-48a084ce04f7'],
    ['X-Gitlab-Instance', 'https://git.example.com'],
    ['X-Belfry-Delivery', '06bk2m7q3rvxj0a9'],
    ['webhook-id', ID],
    ['webhook-timestamp', '1767225600'],
    ['webhook-signature', 'v1,+GWkW8dbVTUjsCoyjPXBvOvY3WO6B/ypI+K9DqeXAYc='],
  ]);
});

t.test('a token beyond ASCII goes as its UTF-8 bytes', async t => {
  const token = headers({ secret: '密码-01' }).get('X-Gitlab-Token')!;
  t.equal(Buffer.from(token, 'latin1').toString('hex'), 'e5af86e7a0812d3031');
});

t.test('a signing token is never sent itself', async t => {
  const signed = headers({ auth: 'signature', secret: W });
  t.equal(signed.get('X-Gitlab-Token'), undefined);
  t.equal(signed.get('webhook-signature'), 'v1,zy4JIcCjV4+NdrNt+lBl5BSHKA1fhPyvHVNxAJtMgQ4=');
});

t.test('without a secret neither token nor signature is there', async t => {
  const names = [...headers({ secret: null, auth: 'none' }).keys()];
  t.strictSame(
    names.filter(name => /token|signature/i.test(name)),
    [],
  );
});

t.test('while one secret replaces another, the token is the one that counts, and both sign', async t => {
  const rotating = headers({ secret: K, signWith: [W, K] });
  t.equal(rotating.get('X-Gitlab-Token'), K);
  t.equal(
    rotating.get('webhook-signature'),
    'v1,zy4JIcCjV4+NdrNt+lBl5BSHKA1fhPyvHVNxAJtMgQ4= v1,+GWkW8dbVTUjsCoyjPXBvOvY3WO6B/ypI+K9DqeXAYc=',
  );
});

t.test(
  'one event has one UUID at all webhooks, and each delivery one of its own (golden case 22)',
  async t => {
    const one = headers();
    const other = headers({ deliveryId: '06bk2m7q3rvxj0aa', webhook: { id: 8, url: '' } });
    t.equal(one.get('X-Gitlab-Event-UUID'), other.get('X-Gitlab-Event-UUID'));
    t.not(one.get('Idempotency-Key'), other.get('Idempotency-Key'));
    t.not(one.get('X-Gitlab-Webhook-UUID'), other.get('X-Gitlab-Webhook-UUID'));
  },
);

t.test('sent again it has the same ids and another time (golden case 23)', async t => {
  const again = headers({ redeliveries: 1, now: 1_767_229_200_000 });
  t.equal(again.get('Idempotency-Key'), ID);
  t.equal(again.get('webhook-id'), ID);
  t.equal(again.get('webhook-timestamp'), '1767229200');
});

t.test('the instance is where the front end is, without its path', async t => {
  const source = { ...SOURCE, web: 'https://www.example.com:8443/cgit' };
  t.equal(
    headers({ composed: { ...COMPOSED, source } }).get('X-Gitlab-Instance'),
    'https://www.example.com:8443',
  );
});

t.test('it composes what GitLab says, and has no ping', async t => {
  t.match(await gitlab.compose!(goldenPush(), null, SOURCE, null), { event: 'Push Hook' });
  t.equal(await gitlab.compose!(goldenPush(), 'ping', SOURCE, null), null);
});
