/** Which proxies are in force, and what is shown of them. */
import t from 'tap';
import { maskProxy } from '../../src/masking/mask-url.ts';
import { proxiesOf } from '../../src/net/proxy-for.ts';
import { proxyUrl } from '../../src/net/proxy-url.ts';

const NONE = { 'proxy.http': '', 'proxy.https': '', 'proxy.exclude': '' };

t.test('settings come before the environment', async t => {
  const env = { https_proxy: 'http://env:1', http_proxy: 'http://env:2', no_proxy: 'a' };
  t.same(proxiesOf({ ...NONE, 'proxy.http': 'http://set:1', 'proxy.exclude': 'b' }, env), {
    httpProxy: 'http://set:1',
    httpsProxy: '',
    noProxy: 'b',
  });
  t.same(proxiesOf({ ...NONE, 'proxy.exclude': 'b' }, env), {
    httpProxy: 'http://env:2',
    httpsProxy: 'http://env:1',
    allProxy: '',
    noProxy: 'b,a',
  });
});

t.test('large letters count too, but not HTTP_PROXY, which a client can set for a CGI program', async t => {
  const env = {
    HTTPS_PROXY: 'http://a:1',
    ALL_PROXY: 'http://b:1',
    NO_PROXY: 'c',
    HTTP_PROXY: 'http://evil:1',
  };
  t.same(proxiesOf(NONE, env), {
    httpProxy: '',
    httpsProxy: 'http://a:1',
    allProxy: 'http://b:1',
    noProxy: 'c',
  });
  t.same(proxiesOf(NONE, {}), { httpProxy: '', httpsProxy: '', allProxy: '', noProxy: '' });
});

t.test('no user and no password is shown', async t => {
  const rows: [text: string, shown: string][] = [
    ['http://proxy:3128', 'http://proxy:3128'],
    ['http://user:pw@proxy:3128/', 'http://***@proxy:3128'],
    ['https://user@proxy', 'https://***@proxy'],
    ['user:pw@proxy:3128', '***@proxy:3128'],
    ['http://us er:p@w@:x', 'http://***@:x'],
    ['', ''],
  ];
  for (const [text, shown] of rows) t.equal(maskProxy(text), shown, text);
});

t.test('a URL of a proxy is http or https and has no path', async t => {
  for (const good of ['http://proxy:3128', 'https://u:p@proxy.example.com', 'http://[::1]:8080/'])
    t.ok(proxyUrl.safeParse(good).success, good);
  for (const bad of [
    'proxy:3128',
    'socks5://proxy:1080',
    'http://proxy/path',
    'http://proxy?x',
    'http://',
    '',
  ])
    t.notOk(proxyUrl.safeParse(bad).success, bad);
});
