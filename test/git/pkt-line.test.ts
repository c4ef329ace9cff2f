import t from 'tap';
import { FLUSH, PktReader, pktLine } from '../../src/git/pkt-line.ts';

async function* chunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

t.test('lines come back as they went, in whatever pieces', async t => {
  const lines = [
    Buffer.from('version=1\0push-options'),
    Buffer.from([0, 0xff, 0x30]),
    Buffer.alloc(65_515, 'x'),
  ];
  const bytes = Buffer.concat([
    ...lines.map(pktLine),
    FLUSH,
    pktLine('with a line feed\n'),
    pktLine(''),
    FLUSH,
    FLUSH,
  ]);
  for (const size of [1, 3, 5_000, bytes.length]) {
    const reader = new PktReader(chunks(bytes, size));
    t.same(await reader.section(), lines, `${size} bytes at a time`);
    t.same(await reader.section(), [Buffer.from('with a line feed'), Buffer.alloc(0)]);
    t.same(await reader.section(), []);
    await t.rejects(reader.section(), { code: 'git', message: /stopped in the middle/ });
  }
  t.equal(pktLine('a').toString(), '0005a');
  t.throws(() => pktLine(Buffer.alloc(65_517)), { code: 'git' });
});

t.test('what is no pkt-line', async t => {
  for (const bytes of ['0001', '0003', 'zzzz', '+005a', '00 5']) {
    const reader = new PktReader(chunks(Buffer.from(bytes), 4));
    await t.rejects(reader.section(), { code: 'git', message: /wanted the length/ }, bytes);
  }
});
