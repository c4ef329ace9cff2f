import t from 'tap';
import { type ProxySettings, proxyFor } from '../../src/net/proxy-for.ts';

const both: ProxySettings = { httpProxy: 'http://p:1', httpsProxy: 'http://p:2' };

t.test('by the scheme of the target', async t => {
  t.equal(proxyFor('http://ci.example.com/', both), 'http://p:1');
  t.equal(proxyFor('https://ci.example.com/', both), 'http://p:2');
  t.equal(proxyFor('https://ci.example.com/', { httpProxy: 'http://p:1' }), null);
  t.equal(
    proxyFor('https://ci.example.com/', { httpProxy: 'http://p:1', allProxy: 'http://p:3' }),
    'http://p:3',
  );
  t.equal(proxyFor('http://ci.example.com/', { httpProxy: '', allProxy: 'http://p:3' }), 'http://p:3');
  t.equal(proxyFor('http://ci.example.com/', {}), null);
  t.equal(
    proxyFor('http://ci.example.com/', { httpProxy: 'p.example.com:3128' }),
    'http://p.example.com:3128',
  );
  t.equal(proxyFor('rubbish', both), null);
});

t.test('no_proxy', async t => {
  const direct = (noProxy: string, url: string) => proxyFor(url, { ...both, noProxy }) === null;
  for (const [noProxy, url] of [
    ['*', 'http://ci.example.com/'],
    ['example.com', 'http://example.com/'],
    ['example.com', 'http://ci.example.com/'],
    ['.example.com', 'http://ci.example.com/'],
    ['.example.com', 'http://example.com/'],
    ['*.example.com', 'http://ci.example.com/'],
    ['EXAMPLE.com', 'http://CI.example.COM./'],
    ['a, example.com', 'http://ci.example.com/'],
    ['a example.com', 'http://ci.example.com/'],
    ['example.com:8080', 'http://ci.example.com:8080/'],
    ['example.com:443', 'https://ci.example.com/'],
    ['127.0.0.1', 'http://127.0.0.1/'],
    ['127.0.0.1', 'http://0x7f.1/'],
    ['10.0.0.0/8', 'http://10.1.2.3/'],
    ['::1', 'http://[::1]/'],
    ['[::1]', 'http://[::1]/'],
    ['[::1]:8080', 'http://[::1]:8080/'],
    ['fd00::/8', 'http://[fd00::1]/'],
  ] as const) {
    t.ok(direct(noProxy, url), `${noProxy} exempts ${url}`);
  }
  for (const [noProxy, url] of [
    ['', 'http://ci.example.com/'],
    ['.', 'http://ci.example.com/'],
    [',', 'http://ci.example.com/'],
    ['example.com', 'http://badexample.com/'],
    ['ci.example.com', 'http://example.com/'],
    ['example.com:8080', 'http://ci.example.com/'],
    ['10.0.0.0/8', 'http://11.1.2.3/'],
    ['10.0.0.0/8', 'http://ci.example.com/'],
    ['1', 'http://127.0.0.1/'],
    ['[::1]:8080', 'http://[::1]/'],
  ] as const) {
    t.notOk(direct(noProxy, url), `${noProxy} does not exempt ${url}`);
  }
});
