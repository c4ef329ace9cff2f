import t from 'tap';
import type { OwnHeader } from '../../src/model/own-header.ts';
import { changeHeaders, headerProblems, hmacProblem, splitHeader } from '../../src/webhooks/own-headers.ts';

const URL = 'https://ci.example.com/hook';
const problems = (headers: OwnHeader[], { kind = 'gitee', url = URL, hmac = null as string | null } = {}) =>
  headerProblems(kind as never, url, headers, hmac);

t.test('names and values that are headers', async t => {
  for (const [name, value] of [
    ['Authorization', 'Bearer abc.def-ghi_jkl='],
    ['X-Api-Key', 'k'],
    ['a', '!'],
    ['Api.Key_2', 'two words\tand a tab'],
    ['Cookie', 'a=b; c="d"'],
    ['X'.repeat(100), 'v'.repeat(4_096)],
  ] as const)
    t.strictSame(problems([[name, value]]), [], name.slice(0, 20));
});

t.test('an attacker’s names and values', async t => {
  for (const name of [
    '',
    ' ',
    '1a',
    '-a',
    'a-',
    'a.',
    '_a',
    'a b',
    'a:',
    'a\r\nb',
    'a\0',
    'é',
    'a/b',
    'X'.repeat(101),
  ])
    t.match(problems([[name, 'v']])[0], /^wanted a name of letters/, encodeURIComponent(name).slice(0, 30));
  for (const value of [
    'a\r\nX-Evil: 1',
    'a\nb',
    'a\rb',
    'a\0b',
    '\u007f',
    'é',
    '推送',
    'ÿ',
    'a\u0085b',
    '\u2028',
    '\ud800',
  ])
    t.strictSame(
      problems([['X-A', value]]),
      ['X-A: wanted a value of printable ASCII characters, got others (in Base64, say, they can be sent)'],
      encodeURIComponent(value.toWellFormed()),
    );
  t.strictSame(problems([['X-A', '']]), ['X-A: wanted a value, got none']);
  t.match(
    problems([['X-A', 'v'.repeat(4_097)]])[0],
    /^X-A: wanted a value of at most 4096 characters, got 4097$/,
  );
});

t.test('a value is in no message', async t => {
  const secret = 'hidden-value-é';
  const all = [
    ...problems([
      ['Host', secret],
      ['Host', secret],
      ['é', secret],
    ]),
    ...problems([['X', `${secret}\n`]]),
  ];
  t.ok(all.length > 4);
  t.notOk(all.join('\n').includes('hidden'));
});

t.test('what belfry or HTTP sets is not an admin’s', async t => {
  const names = [
    'Host',
    'content-type',
    'Content-Length',
    'Content-Anything',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'Proxy-Authorization',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'User-Agent',
    'Accept-Encoding',
    'Webhook-Signature',
    'webhook-anything',
    'X-Belfry-Delivery',
    'x-belfry-new',
    'X-Gitee-Token',
    'X-Git-Oschina-Event',
    'Accept',
  ];
  for (const name of names)
    t.strictSame(
      problems([[name, 'v']]),
      [`${name}: wanted another name: belfry sets this header itself`],
      name,
    );
});

t.test('a chat takes none', async t => {
  t.strictSame(problems([['X-A', 'v']], { kind: 'slack' }), [
    'wanted none for a slack robot: a chat reads nothing but the message',
  ]);
  t.equal(problems([], { kind: 'slack', hmac: 'X-S=sha256:hex' }).length, 1);
  t.strictSame(problems([], { kind: 'slack' }), []);
});

t.test('how many, how large, and each once', async t => {
  const many = (count: number): OwnHeader[] => Array.from({ length: count }, (_, n) => [`X-${n}`, 'v']);
  t.strictSame(problems(many(20)), []);
  t.strictSame(problems(many(21)), ['wanted at most 20 headers, got 21']);
  t.strictSame(
    problems([
      ['X-A', '1'],
      ['x-a', '2'],
    ]),
    ['wanted each name once, got x-a twice'],
  );
  t.strictSame(problems([['X-S', '1']], { hmac: 'x-s=sha256:hex' }), [
    'wanted each name once, got x-s twice',
  ]);
  t.match(
    problems([
      ['X-A', 'v'.repeat(4_000)],
      ['X-B', 'v'.repeat(4_000)],
    ])[0],
    /^wanted at most 6144 characters in all, got 8006$/,
  );
  t.match(
    problems([['Authorization', 'x']], { url: 'https://me:pw@x.test/' })[0],
    /^Authorization: wanted only one of/,
  );
  t.match(problems([], { hmac: 'Host=sha256:hex' })[0], /^Host: wanted another name/);
});

t.test('a line of the command line', async t => {
  t.strictSame(splitHeader('X-A: b'), ['X-A', 'b']);
  t.strictSame(splitHeader(' X-A :\t b: c  '), ['X-A', 'b: c']);
  t.strictSame(splitHeader('X-A:'), ['X-A', '']);
  t.strictSame(splitHeader('X-A: a\nb'), ['X-A', 'a\nb'], 'a line end stays, and is refused later');
  t.equal(splitHeader('X-A b'), null);
});

t.test('what is given goes on top of what stands; an empty value takes one away', async t => {
  const before: OwnHeader[] = [
    ['X-A', '1'],
    ['X-B', '2'],
  ];
  t.strictSame(
    changeHeaders(before, [
      ['x-a', '3'],
      ['X-C', '4'],
    ]),
    {
      headers: [
        ['x-a', '3'],
        ['X-B', '2'],
        ['X-C', '4'],
      ],
      unknown: [],
    },
  );
  t.strictSame(changeHeaders(before, [['x-b', '']]), { headers: [['X-A', '1']], unknown: [] });
  t.strictSame(changeHeaders(before, [['X-D', '']]), { headers: before, unknown: ['X-D'] });
});

t.test('a signature header that is none is answered with what may have been meant', async t => {
  t.equal(hmacProblem('X-S=sha256'), null);
  t.match(hmacProblem('X-S=sha265'), /got "X-S=sha265" \(did you mean sha256\?\)$/);
  t.match(hmacProblem('X-S=sha256:base'), /\(did you mean base64\?\)$/);
  t.match(
    hmacProblem('X-S=md5'),
    /^NAME=ALGORITHM or NAME=ALGORITHM:FORM with one of sha256, sha1, sha512 and one of prefixed, hex, base64, got/,
  );
});
