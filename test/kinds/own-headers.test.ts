/** Headers that an admin gives: the signature over the body, and which names are belfry's own. */
import t from 'tap';
import { withOwnHeaders } from '../../src/kinds/own-headers.ts';
import { hmacHeaderText, parseHmacHeader } from '../../src/model/own-header.ts';
import type { HttpRequest } from '../../src/model/request.ts';

/** K over P, computed with Python and openssl. */
const K = 'belfry-test-secret-01';
const P = '{"ref":"refs/heads/main","message":"推送 é"}';
const SHA256 = '4ccda800e1db5ee068e3d2ad196108dffa2c2dab8726e5122079f2e244b8421e';
const SHA512 =
  '8befd4161991de7b3bcb5ad23ae33236e0790135355950c91a332e32e11dc6f3bac6df318540b2179c62852f047f517e064326379a6d65f1a97ecc8eac12131c';

const request: HttpRequest = { method: 'POST', url: 'https://x.test/', headers: [['A', 'b']], body: P };

function signed(hmacHeader: string, secret: string | null = K) {
  return withOwnHeaders(request, [], hmacHeader, secret).headers.slice(1);
}

t.test('golden case 37, and the other algorithms and forms', async t => {
  t.strictSame(signed('X-Signature=sha512:prefixed'), [['X-Signature', `sha512=${SHA512}`]]);
  t.strictSame(signed('X-Signature=sha256:prefixed'), [['X-Signature', `sha256=${SHA256}`]]);
  t.strictSame(signed('X-Signature=sha256:hex'), [['X-Signature', SHA256]]);
  t.strictSame(signed('X-S=sha256:base64'), [['X-S', Buffer.from(SHA256, 'hex').toString('base64')]]);
  t.strictSame(signed('X-S=sha1:prefixed'), [['X-S', 'sha1=93427d7e370e663afa15498a8563e5995725bd7b']]);
  t.strictSame(
    signed('X-S=sha256:hex', '密码-01'),
    [['X-S', '011d5f51daf458bd698739ffff9934a6109a2d4bb154def218b3c95a48a6b1b8']],
    'a secret beyond ASCII is its UTF-8 bytes',
  );
  t.not(
    signed('X-S=sha256:hex', 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=')[0]![1],
    signed('X-S=sha256:hex', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=')[0]![1],
    'the prefix belongs to the key',
  );
  t.strictSame(signed('X-Signature=sha512:prefixed', null), [], 'nothing to sign with');
});

t.test(
  'headers stand behind those of the kind, in their order; without any the request is the same',
  async t => {
    const own = withOwnHeaders(
      request,
      [
        ['X-B', '2'],
        ['X-A', '1'],
      ],
      'X-S=sha256:hex',
      K,
    );
    t.strictSame(
      own.headers.map(([name]) => name),
      ['A', 'X-B', 'X-A', 'X-S'],
    );
    t.equal(withOwnHeaders(request, [], null, K), request);
    t.strictSame(request.headers, [['A', 'b']], 'what was given is not changed');
  },
);

t.test('how a signature header is written', async t => {
  const cases: [text: string, stored: string][] = [
    ['X-S', 'X-S=sha256:prefixed'],
    ['X-S=sha1', 'X-S=sha1:prefixed'],
    ['X-S=sha512:base64', 'X-S=sha512:base64'],
  ];
  for (const [text, stored] of cases) t.equal(hmacHeaderText(parseHmacHeader(text)!), stored, text);
  for (const wrong of [
    '',
    '=sha256',
    'X-S=',
    'X-S=md5',
    'X-S=sha256:',
    'X-S=sha256:HEX',
    'X-S=sha256:hex:x',
    'X-S=hex',
  ])
    t.equal(parseHmacHeader(wrong), null, wrong);
});
