import t from 'tap';
import { oneLine, readRequestOptions, severalLines } from '../../src/merge-requests/request-options.ts';

const base64 = (text: string | Buffer) => `{base64}${Buffer.from(text).toString('base64')}`;

t.test('what push options say', async t => {
  for (const [options, read] of [
    [[], { close: false }],
    [['ci.skip', 'belfry.wait', 'TOPIC=x', 'topics=x', '=', ''], { close: false }],
    [
      ['topic=a', 'title=T', 'description=D', 'draft'],
      { close: false, topic: 'a', title: 'T', body: 'D', draft: true },
    ],
    [['title=a', 'title=b=c'], { close: false, title: 'b=c' }],
    [['draft=false', 'close=1'], { close: true, draft: false }],
    [['close', 'close=no'], { close: false }],
    [[`title=${base64('钟\nzwei')}`], { close: false, title: '钟 zwei' }],
    [[`description=${base64('1\r\n2\t\x1b3\n')}`], { close: false, body: '1\n2\t3' }],
    [['title={base64}w6k', 'topic={base64}YV8tYQ=='], { close: false, title: 'é', topic: 'a_-a' }],
    [['description={base64}'], { close: false, body: '' }],
    [['topic='], { close: false, topic: '' }],
  ] as const) {
    t.same(readRequestOptions(options), read, JSON.stringify(options));
  }
});

t.test('what cannot be meant', async t => {
  for (const [option, why] of [
    ['topic=a\tb', 'the topic contains control characters'],
    ['topic=a\u200bb', 'the topic contains control characters'],
    ['topic=a\ufffdb', 'the topic is not UTF-8'],
    [`topic=${'x'.repeat(201)}`, 'the topic has 201 characters, at most 200 fit'],
    ['title={base64}a b', 'option title: what is behind {base64} is not UTF-8 text in base 64'],
    [
      `title=${base64(Buffer.of(0xff))}`,
      'option title: what is behind {base64} is not UTF-8 text in base 64',
    ],
    ['title={base64}a', 'option title: what is behind {base64} is not UTF-8 text in base 64'],
    ['title={base64}YWJjZ', 'option title: what is behind {base64} is not UTF-8 text in base 64'],
    ['title={base64}YQ===', 'option title: what is behind {base64} is not UTF-8 text in base 64'],
    [`x=${'ü'.repeat(600_000)}`, 'the push options have 1200002 bytes, at most 1048576 fit'],
    ['close=soon', 'option close: wanted true or false, got "soon"'],
  ] as const) {
    t.equal(readRequestOptions([option]), why);
  }
});

t.test('texts are cut between characters', async t => {
  t.equal(oneLine(`  a\u2028b\0\n${'🔔'.repeat(300)}`), `a b ${'🔔'.repeat(251)}`);
  t.equal(severalLines(`\n${'🔔'.repeat(70_000)}`).length, 2 * 65_535);
  t.equal(oneLine('\ud800'), '\ufffd');
});
