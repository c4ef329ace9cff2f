import t from 'tap';
import { standardHeaders, standardKey, standardSignature } from '../../src/kinds/standard-webhooks.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

t.test('the vector of the standard', async t => {
  t.equal(standardSignature(SECRET, ID, 1614265330, BODY), SIGNATURE);
  t.same(standardHeaders(SECRET, ID, 1614265330_999, BODY), [
    ['webhook-id', ID],
    ['webhook-timestamp', '1614265330'],
    ['webhook-signature', SIGNATURE],
  ]);
});

t.test('any other secret is taken by its bytes', async t => {
  t.same(standardKey('MfKQ'), Buffer.from('MfKQ'));
  t.same(standardKey('密'), Buffer.from([0xe5, 0xaf, 0x86]));
  t.same(standardKey('whsec_AAEC'), Buffer.from([0, 1, 2]));
  t.not(standardSignature(SECRET.slice(6), ID, 1614265330, BODY), SIGNATURE);
});

t.test('the body is covered in UTF-8, the id and the time too', async t => {
  const sign = (id: string, seconds: number, body: string | Uint8Array) =>
    standardSignature('k', id, seconds, body);
  const base = sign('a', 1, '{"x":"张三"}');
  t.equal(sign('a', 1, Buffer.from('{"x":"张三"}')), base);
  for (const other of [
    sign('b', 1, '{"x":"张三"}'),
    sign('a', 2, '{"x":"张三"}'),
    sign('a', 1, '{"x":"李四"}'),
  ]) {
    t.not(other, base);
  }
});

t.test('without a secret there is nothing to sign with', async t => {
  t.same(standardHeaders(null, 'id', 5_000, BODY), [
    ['webhook-id', 'id'],
    ['webhook-timestamp', '5'],
  ]);
});

t.test('two valid secrets give two signatures in one header', async t => {
  const [, , [, both]] = standardHeaders('new', 'id', 5_000, BODY, ['old']) as [string, string][] as [
    [string, string],
    [string, string],
    [string, string],
  ];
  t.equal(both, `${standardSignature('new', 'id', 5, BODY)} ${standardSignature('old', 'id', 5, BODY)}`);
});
