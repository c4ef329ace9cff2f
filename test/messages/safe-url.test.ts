import t from 'tap';
import { safeUrl } from '../../src/messages/safe-url.ts';

t.test('http and https, with nothing in them that markup could mean', async t => {
  const rows: [url: string | null | undefined, safe: string | null][] = [
    ['https://git.example.com/a/b?x=1&y=2#z', 'https://git.example.com/a/b?x=1&y=2#z'],
    ['http://[2001:db8::1]:80/[a]', 'http://[2001:db8::1]/%5Ba%5D'],
    ['https://x.example/a(b)[c]|d', 'https://x.example/a%28b%29%5Bc%5D%7Cd'],
    [`https://x.example/?q="'\\<>`, 'https://x.example/?q=%22%27%5C%3C%3E'],
    ['https://x.example/a b\n*c*`', 'https://x.example/a%20b%2Ac%2A%60'],
    ['https://x.example/中', 'https://x.example/%E4%B8%AD'],
    ['https://user:pw@x.example/', 'https://x.example/'],
    ['javascript:alert(1)', null],
    ['ftp://x.example/', null],
    ['//x.example/', null],
    ['x', null],
    ['', null],
    [null, null],
    [undefined, null],
    [`https://x.example/${'a'.repeat(1_000)}`, null],
    [`https://x.example/${'('.repeat(900)}`, null],
  ];
  for (const [url, safe] of rows) t.equal(safeUrl(url), safe, String(url).slice(0, 60));
});
