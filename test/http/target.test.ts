import t from 'tap';
import { parseTarget } from '../../src/http/target.ts';

t.test('what a URL says about the way', async t => {
  const of = (url: string) => {
    const { origin, host, port, path, secure, authorization } = parseTarget(url);
    return [origin, host, port, path, secure, authorization];
  };
  t.same(of('https://CI.example.com'), ['https://ci.example.com', 'ci.example.com', 443, '/', true, null]);
  t.same(of('http://[::1]:8080/a?b=c#d'), ['http://[::1]:8080', '::1', 8080, '/a?b=c', false, null]);
  t.same(of('http://0x7f.1/'), ['http://127.0.0.1', '127.0.0.1', 80, '/', false, null]);
  t.same(of('http://example.com./'), ['http://example.com.', 'example.com', 80, '/', false, null]);
  t.same(of('https://bücher.example/ä'), [
    'https://xn--bcher-kva.example',
    'xn--bcher-kva.example',
    443,
    '/%C3%A4',
    true,
    null,
  ]);
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  t.equal(parseTarget('http://u:p%3A%40@h/').authorization, basic('u:p:@'));
  t.equal(parseTarget('http://token@h/').authorization, basic('token:'));
  t.equal(parseTarget('http://50%@h/').authorization, basic('50%:'), 'a lone percent sign is itself');
});

t.test('an error never repeats the URL', async t => {
  for (const url of ['secret', 'file:///secret', 'http://secret:secret:secret/']) {
    t.throws(() => parseTarget(url), { code: 'invalid_request', message: /^(?!.*secret)/ });
  }
});
