/** The status line beside the parser: however it is cut, and whatever stands around it. */
import t from 'tap';
import { StatusLine } from '../../src/http/status-line.ts';

const ROWS: [text: string, status: number | null][] = [
  ['HTTP/1.1 200 OK\r\n', 200],
  ['HTTP/1.0 204\n', 204],
  ['HTTP/1.1 200\r', 200],
  ['\r\n\r\nHTTP/1.1 500 No\r\n', 500],
  [`HTTP/1.1 200 ${'x'.repeat(5_000)}\r\n`, 200],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\n', 201],
  ['HTTP/1.1 103 E\r\nLink: </x>\r\nHTTP/1.1: 500\r\n\r\nHTTP/1.1 410 Gone\r\n', 410],
  ['HTTP/1.1 103 E\nA: b\n\nHTTP/1.1 404 No\n', 404],
  ['HTTP/1.1 103 E\r\nHTTP/1.1 200 OK\r\n', null],
  ['HTTP/1.1 200 OK', null],
  ['HTTP/1.1 2', null],
  ['HTTP/1.1 2000 OK\r\n', null],
  ['HTTP/1.1 20x\r\nHTTP/1.1 200 OK\r\n', null],
  ['HTTP/1.1 101 No\r\n\r\nHTTP/1.1 200 OK\r\n', null],
  ['HTTP/2 200\r\n', null],
  ['SSH-2.0-x\r\nHTTP/1.1 200 OK\r\n', null],
];

for (const [text, status] of ROWS) {
  t.test(`${JSON.stringify(text.slice(0, 70))}: ${status}`, t => {
    for (let cut = 0; cut <= Math.min(text.length, 100); cut++) {
      const line = new StatusLine();
      line.begin();
      line.read(Buffer.from(text.slice(0, cut)));
      line.read(Buffer.from(text.slice(cut)));
      t.equal(line.status, status, `cut at ${cut}`);
    }
    t.end();
  });
}

t.test('the first one counts until the next request begins', t => {
  const line = new StatusLine();
  line.read(Buffer.from('HTTP/1.1 200 OK\r\n'));
  t.equal(line.status, null, 'nothing was asked');
  line.begin();
  line.read(Buffer.from('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500 No\r\n'));
  t.equal(line.status, 200);
  line.begin();
  t.equal(line.status, null);
  line.read(Buffer.from('HTTP/1.1 500 No\r\n'));
  t.equal(line.status, 500);
  t.end();
});
